"""Files of proposals: what a version names, who may have them, and who may not."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.models import Assignment, DocumentRequirement, Entry, FormSection
from competitions.queries.conflicts import conflicting_entries
from innovations.models import Attachment, FrozenAttachment, InnovationVersion


def assigned_attachments(user: User) -> Q:
    """Files of the versions that a judge was given to read, free of conflict.

    Not where the stage is blind: a letter names its sender.
    """
    if not user.has_role(Role.EVALUATOR, Role.PANELIST):
        return Q(pk__in=[])
    given = Assignment.objects.filter(evaluator=user, stage__is_blind=False, abstention=None)
    free = given.exclude(entry__in=conflicting_entries(user))
    frozen = FrozenAttachment.objects.filter(version__in=free.values("version"))
    return Q(pk__in=frozen.values("attachment"))


def conflicting_attachments(user: User) -> Q:
    """Files of every dossier whose entry the person is in conflict with, at any stage."""
    return Q(innovation__in=conflicting_entries(user).values("innovation"))


@dataclass(frozen=True)
class Annex:
    """A file beside a proposal, as its readers see it."""

    name: str
    href: str
    kind: str
    size: int
    pages: int | None
    purpose: str
    sha256: str


def annexes_of(entry: Entry, version: InnovationVersion) -> list[Annex]:
    """The files that a version of the entry names; three queries, one where there are none."""
    rows = Attachment.objects.filter(frozen_in__version=version).select_related("innovation")
    attachments = list(rows.order_by("document_key", "name", "pk"))
    titles = _titles(entry) if attachments else {}
    return [annex(one, titles) for one in attachments]


def annex(attachment: Attachment, titles: Mapping[tuple[str, str], str]) -> Annex:
    """One file with its purpose in words; `titles` by ("document" or "section", key)."""
    purpose = titles.get(("document", attachment.document_key), "")
    if section := titles.get(("section", attachment.section_key), ""):
        purpose = _("Untuk bagian %s") % section
    return Annex(
        name=attachment.name,
        href=attachment.get_absolute_url(),
        kind=attachment.kind_label,
        size=attachment.size,
        pages=attachment.pages,
        purpose=purpose or _("Bukti lain"),
        sha256=attachment.sha256,
    )


def _titles(entry: Entry) -> dict[tuple[str, str], str]:
    """Names of the edition's documents and sections, by what and key; two queries."""
    documents = DocumentRequirement.objects.filter(edition=entry.edition_id)
    sections = FormSection.objects.filter(edition=entry.edition_id)
    return {
        **{("document", key): _(name) for key, name in documents.values_list("key", "name")},
        **{("section", key): _(title) for key, title in sections.values_list("key", "title")},
    }
