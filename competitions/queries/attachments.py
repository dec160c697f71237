"""Files of proposals: what a version names, who may have them, and who may not."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
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
from innovations.models import Attachment, FrozenAttachment, InnovationVersion


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
) -> "QuerySet[AttachmentRelease]":
    """What blind readers may open of a version, of their own unless told: files in their order.

    Annotates `place`, the number that stands for a file's name: its place among all the files
    of the dossier, so that it stays when others come or go.
    """
    frozen = version or assignment.version or assignment.entry.version
    before = Attachment.objects.filter(
        innovation=OuterRef("attachment__innovation"), pk__lte=OuterRef("attachment")
    ).order_by()
    rows = AttachmentRelease.objects.in_force().filter(
        stage=assignment.stage_id,
        attachment__in=Attachment.objects.ready().kept().filter(frozen_in__version=frozen),
    )
    count = Subquery(before.values("innovation").annotate(n=Count("pk")).values("n"))
    return rows.annotate(place=count).select_related("attachment").order_by("attachment")


def released_annexes(
    assignment: Assignment, version: InnovationVersion | None = None
) -> list["Annex"]:
    """The files beside a blind reading; none where it isn't blind. One to three queries."""
    if not assignment.stage.is_blind:
        return []
    rows = list(releases_to(assignment, version))
    titles = _titles(assignment.entry) if rows else {}
    return [
        _annex(
            one.attachment,
            titles,
            name=blind_name(one.place),
            href=reverse("competitions:sheet_annex", args=[assignment.pk, one.pk]),
        )
        for one in rows
    ]


@dataclass(frozen=True)
class HeldFile:
    """A file that a blind stage hides unless it is released."""

    pk: int
    annex: "Annex"
    blind_name: str
    release: AttachmentRelease | None


def held_files(entry: Entry, stage: Stage) -> list[HeldFile]:
    """The files of the version that an entry stands with, by what the stage's readers get."""
    rows = Attachment.objects.filter(frozen_in__version=entry.version).select_related("innovation")
    attachments = list(rows.order_by("pk"))
    titles = _titles(entry) if attachments else {}
    everything = Attachment.objects.filter(innovation=entry.innovation_id).order_by("pk")
    places = {pk: place for place, pk in enumerate(everything.values_list("pk", flat=True), 1)}
    releases = AttachmentRelease.objects.in_force().filter(stage=stage, attachment__in=attachments)
    released = {one.attachment_id: one for one in releases.select_related("released_by")}
    return [
        HeldFile(one.pk, annex(one, titles), blind_name(places[one.pk]), released.get(one.pk))
        for one in attachments
    ]


def blind_name(place: int) -> str:
    """What a file is called before blind readers."""
    return _("Lampiran %d") % place


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


def _titles(entry: Entry) -> dict[tuple[str, str], str]:
    """Names of the edition's documents and sections, by what and key; two queries."""
    documents = DocumentRequirement.objects.filter(edition=entry.edition_id)
    sections = FormSection.objects.filter(edition=entry.edition_id)
    return {
        **{("document", key): _(name) for key, name in documents.values_list("key", "name")},
        **{("section", key): _(title) for key, title in sections.values_list("key", "title")},
    }
