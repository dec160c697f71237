"""Tables of the register."""

from innovations.models.attachment import Attachment, FrozenAttachment, Upload
from innovations.models.award import Award
from innovations.models.dossier_import import DossierImport
from innovations.models.earlier_text import EarlierText
from innovations.models.innovation import (
    Category,
    Innovation,
    InnovationLink,
    SustainableGoal,
    TeamMember,
)
from innovations.models.life import Attestation
from innovations.models.observation import MysteryCheck, SatisfactionFigure
from innovations.models.outcome import Alarm, AlarmAnswer, IndicatorValue, OutcomeIndicator
from innovations.models.presence import EditPresence
from innovations.models.replication import Replication
from innovations.models.replication_hub import ReplicationNeed, ReplicationOffer
from innovations.models.search_row import SearchRow, SearchWords
from innovations.models.version import InnovationVersion

__all__ = [
    "Alarm",
    "AlarmAnswer",
    "Attachment",
    "Attestation",
    "Award",
    "Category",
    "DossierImport",
    "EarlierText",
    "EditPresence",
    "FrozenAttachment",
    "IndicatorValue",
    "Innovation",
    "InnovationLink",
    "InnovationVersion",
    "MysteryCheck",
    "OutcomeIndicator",
    "Replication",
    "ReplicationNeed",
    "ReplicationOffer",
    "SatisfactionFigure",
    "SearchRow",
    "SearchWords",
    "SustainableGoal",
    "TeamMember",
    "Upload",
]
