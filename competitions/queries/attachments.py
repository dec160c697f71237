"""Files of proposals: what a version names, who may have them, and who may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.models import (
    Assignment,
    AttachmentRelease,
    DocumentRequirement,
    Entry,
    FormSection,
    Stage,
)
from competitions.queries.conflicts import conflicting_entries
from competitions.queries.tasks import form_of
from innovations.models import Attachment, FrozenAttachment, InnovationVersion
from sinovik.web.prepared import Prepared


def assigned_attachments(user: User) -> Q:
    """Files of the versions that a judge was given to read, free of conflict.

    Not where the stage is blind: a letter names its sender. What was released to blind readers
    they have by another address, which tells neither its name nor whose it is.
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


def releases_to(
    assignment: Assignment, version: InnovationVersion | None = None
) -> list[tuple[str, AttachmentRelease]]:
    """What blind readers may open of a version, their own unless told, by the name it has for them.

    One query where there is nothing, else two.
    """
    frozen = version or assignment.version or assignment.entry.version
    files = Attachment.objects.ready().kept().filter(frozen_in__version=frozen)
    rows = AttachmentRelease.objects.in_force().filter(
        stage=assignment.stage_id, attachment__in=files
    )
    found = list(rows.select_related("attachment").order_by("attachment"))
    names = _blind_names(assignment.entry) if found else {}
    return [(names[one.attachment_id], one) for one in found]


def _blind_names(entry: Entry) -> dict[int, str]:
    """What each file is called before blind readers: by its place among all of the dossier.

    So a name stays when other files are released or hidden.
    """
    rows = Attachment.objects.filter(innovation=entry.innovation_id).order_by("pk")
    numbered = enumerate(rows.values_list("pk", flat=True), 1)
    return {pk: _("Lampiran %d") % place for place, pk in numbered}


def released_annexes(
    assignment: Assignment, version: InnovationVersion | None = None
) -> list["Annex"]:
    """The files beside a blind reading; none where it isn't blind. One to four queries."""
    if not assignment.stage.is_blind:
        return []
    found = releases_to(assignment, version)
    titles = _titles(assignment.entry) if found else {}
    return [
        _annex(
            one.attachment,
            titles,
            name=name,
            href=reverse("competitions:sheet_annex", args=[assignment.pk, one.pk]),
        )
        for name, one in found
    ]


@dataclass(frozen=True)
class HeldFile:
    """A file that a blind stage hides unless it is released.

    One that is not `is_releasable` was kept with its metadata, for its signature's sake.
    """

    pk: int
    is_releasable: bool
    annex: "Annex"
    blind_name: str
    release: AttachmentRelease | None


def held_files(entry: Entry, stage: Stage) -> list[HeldFile]:
    """The files of the version that an entry stands with, by what the stage's readers get."""
    rows = Attachment.objects.filter(frozen_in__version=entry.version).select_related("innovation")
    attachments = list(rows.order_by("pk"))
    titles = _titles(entry) if attachments else {}
    names = _blind_names(entry) if attachments else {}
    releases = AttachmentRelease.objects.in_force().filter(stage=stage, attachment__in=attachments)
    released = {one.attachment_id: one for one in releases.select_related("released_by")}
    return [
        HeldFile(
            pk=one.pk,
            is_releasable=one.is_cleaned,
            annex=annex(one, titles),
            blind_name=names[one.pk],
            release=released.get(one.pk),
        )
        for one in attachments
    ]


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


_FROZEN = Prepared(
    lambda version: (
        Attachment.objects.filter(frozen_in__version=version)
        .select_related("innovation")
        .order_by("document_key", "name", "pk")
    ),
    "version",
)


def annexes_of(
    entry: Entry, version: InnovationVersion, sections: Iterable[FormSection] | None = None
) -> list[Annex]:
    """The files that a version of the entry names; three queries, one where there are none.

    One less where the edition's `sections` are given.
    """
    attachments = _FROZEN.all(version=version.pk) if version.pk else []
    titles = _titles(entry, sections) if attachments else {}
    return [annex(one, titles) for one in attachments]


def annex(attachment: Attachment, titles: Mapping[tuple[str, str], str]) -> Annex:
    """One file with its purpose in words; `titles` by ("document" or "section", key)."""
    return _annex(attachment, titles, name=attachment.name, href=attachment.get_absolute_url())


def _annex(
    attachment: Attachment, titles: Mapping[tuple[str, str], str], *, name: str, href: str
) -> Annex:
    purpose = titles.get(("document", attachment.document_key), "")
    if section := titles.get(("section", attachment.section_key), ""):
        purpose = _("Untuk bagian %s") % section
    return Annex(
        name=name,
        href=href,
        kind=attachment.kind_label,
        size=attachment.size,
        pages=attachment.pages,
        purpose=purpose or _("Bukti lain"),
        sha256=attachment.sha256,
    )


def _titles(
    entry: Entry, sections: Iterable[FormSection] | None = None
) -> dict[tuple[str, str], str]:
    """Names of the edition's documents and sections, by what and key; one or two queries."""
    documents = DocumentRequirement.objects.filter(edition=entry.edition_id)
    if sections is None:
        sections = form_of(entry.edition_id)
    return {
        **{("document", key): _(name) for key, name in documents.values_list("key", "name")},
        **{("section", one.key): _(one.title) for one in sections},
    }
