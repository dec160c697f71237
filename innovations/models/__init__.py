"""Tables of the register."""

from innovations.models.attachment import Attachment, FrozenAttachment, Upload
from innovations.models.award import Award
from innovations.models.dossier_import import DossierImport
from innovations.models.innovation import (
    Category,
    Innovation,
    InnovationLink,
    SustainableGoal,
    TeamMember,
)
from innovations.models.presence import EditPresence
from innovations.models.version import InnovationVersion

__all__ = [
    "Attachment",
    "Award",
    "Category",
    "DossierImport",
    "EditPresence",
    "FrozenAttachment",
    "Innovation",
    "InnovationLink",
    "InnovationVersion",
    "SustainableGoal",
    "TeamMember",
    "Upload",
]
