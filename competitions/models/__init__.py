"""Tables of the contest."""

from competitions.models.abstention import Abstention
from competitions.models.agency_export import AgencyExport
from competitions.models.allocation_plan import AllocationPlan
from competitions.models.article import Article, ArticleVersion
from competitions.models.article_draft import ArticleDraft
from competitions.models.automatic import AutomaticSubmission
from competitions.models.certificate import Certificate
from competitions.models.change import EditionChange
from competitions.models.checking import CheckItem, Correction, Letter, SavedFilter
from competitions.models.commitment import Commitment
from competitions.models.contest_file import ContestFile
from competitions.models.deadline import DeadlineExtension
from competitions.models.decree import DecreeFile
from competitions.models.document import DocumentRequirement
from competitions.models.edition import (
    Edition,
    EditionCategory,
    FormSection,
    Group,
    PublishedFigure,
)
from competitions.models.entry import AdministrativeCheck, Entry, EntryRemark, StageEntry
from competitions.models.extra_reading import ExtraReading
from competitions.models.feedback import CommentScan, HeldComment
from competitions.models.field_visit import FieldVisit, FieldVisitAnswer, FieldVisitPhoto
from competitions.models.highlight import TextHighlight
from competitions.models.judging import (
    Appointment,
    Assignment,
    ConflictDeclaration,
    Score,
    Scoresheet,
)
from competitions.models.late import LateSubmission
from competitions.models.night_check import NightCheck
from competitions.models.notice import AnnouncementNotice
from competitions.models.objection import Objection, ObjectionWindow
from competitions.models.owner_write_word import OwnerWriteConfirmed, OwnerWriteWord
from competitions.models.plenary import Attendance, Discussion, Motion, Plenary, Vote
from competitions.models.policy import PolicyStep
from competitions.models.preparation import AnnouncementPreparation
from competitions.models.presentation import (
    Presentation,
    PresentationRoom,
    PresentationSchedule,
    PresentationSlot,
)
from competitions.models.radar import EntryForecast, Nudge
from competitions.models.ranking_run import RankingRun
from competitions.models.reading_pack import ReadingPack, ReadingPackVolume
from competitions.models.receipt import Receipt
from competitions.models.redaction import AttachmentRelease, Redaction, RedactionReview
from competitions.models.rehearsal import Rehearsal
from competitions.models.result import Announcement, CutOff, Result
from competitions.models.rule import EligibilityRule
from competitions.models.sending import Sending
from competitions.models.sheet_reopening import SheetReopening
from competitions.models.stage import Criterion, CriterionLevel, Stage
from competitions.models.title_pair import TitlePair

__all__ = [
    "Abstention",
    "AdministrativeCheck",
    "AgencyExport",
    "AllocationPlan",
    "Announcement",
    "AnnouncementNotice",
    "AnnouncementPreparation",
    "Appointment",
    "Article",
    "ArticleDraft",
    "ArticleVersion",
    "Assignment",
    "AttachmentRelease",
    "Attendance",
    "AutomaticSubmission",
    "Certificate",
    "CheckItem",
    "CommentScan",
    "Commitment",
    "ConflictDeclaration",
    "ContestFile",
    "Correction",
    "Criterion",
    "CriterionLevel",
    "CutOff",
    "DeadlineExtension",
    "DecreeFile",
    "Discussion",
    "DocumentRequirement",
    "Edition",
    "EditionCategory",
    "EditionChange",
    "EligibilityRule",
    "Entry",
    "EntryForecast",
    "EntryRemark",
    "ExtraReading",
    "FieldVisit",
    "FieldVisitAnswer",
    "FieldVisitPhoto",
    "FormSection",
    "Group",
    "HeldComment",
    "LateSubmission",
    "Letter",
    "Motion",
    "NightCheck",
    "Nudge",
    "Objection",
    "ObjectionWindow",
    "OwnerWriteConfirmed",
    "OwnerWriteWord",
    "Plenary",
    "PolicyStep",
    "Presentation",
    "PresentationRoom",
    "PresentationSchedule",
    "PresentationSlot",
    "PublishedFigure",
    "RankingRun",
    "ReadingPack",
    "ReadingPackVolume",
    "Receipt",
    "Redaction",
    "RedactionReview",
    "Rehearsal",
    "Result",
    "SavedFilter",
    "Score",
    "Scoresheet",
    "Sending",
    "SheetReopening",
    "Stage",
    "StageEntry",
    "TextHighlight",
    "TitlePair",
    "Vote",
]
