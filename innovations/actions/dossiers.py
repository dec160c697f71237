"""Writing, publishing and freezing dossiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agencies.models import Agency, Region, Unit, User
from innovations.actions.earlier_texts import keep_earlier_text
from innovations.enums import InnovationState
from innovations.exceptions import DossierIncomplete, DossierLocked, OriginRefused, StaleEdit
from innovations.models import (
    Category,
    Innovation,
    InnovationLink,
    TeamMember,
)
from innovations.permissions import (
    check_can_create_innovation,
    check_can_edit_innovation,
    check_can_publish_innovation,
    check_not_guarded,
)
from innovations.queries.edits import changed_since, stored
from innovations.queries.replications import report_naming
from innovations.workflow import INNOVATION_MOVES, can_move
from sinovik import audit
from sinovik.audit import clock
from sinovik.audit.turns import made_just_now, take_turn
from sinovik.statements import insert

TRIES = 3
TURN = 7_012_006
"""Taken by whoever lets a dossier name another origin."""
CREATING = 7_012_010
"""Taken by whoever opens a dossier, for each person."""
EDIT_MARKS = ("edit_number", "updated_at", "updated_by")
EDITABLE_FIELDS = frozenset(
    {
        "title",
        "unit",
        "category",
        "location",
        "novelty_kind",
        "novelty_form",
        "benefit",
        "started_on",
        "replicates",
        "summary",
    }
)
"""Columns that `edit_innovation` may change; goals, links and team besides."""


@dataclass(frozen=True)
class DossierDraft:
    """A dossier to create: `goals` SDG numbers, `team` (name, position), `links` (title, url)."""

    title: str
    unit: Unit | None = None
    category: Category | None = None
    location: Region | None = None
    novelty_kind: str = ""
    novelty_form: str = ""
    benefit: str = ""
    started_on: date | None = None
    summary: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    replicates: Innovation | None = None
    goals: Sequence[int] = ()
    team: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    is_simulated: bool = False
    source: str = ""


@transaction.atomic
def create_innovations(
    *, by: User, agency: Agency, drafts: Sequence[DossierDraft]
) -> list[Innovation]:
    """Open dossiers of one agency, in order."""
    check_can_create_innovation(by, agency)
    for draft in drafts:
        if draft.replicates:
            check_origin(by, None, draft.replicates)
    return open_dossiers(by=by, pairs=[(agency, draft) for draft in drafts])


def open_dossiers(*, by: User, pairs: Sequence[tuple[Agency, DossierDraft]]) -> list[Innovation]:
    """Open dossiers in the caller's transaction, who has checked the right to each."""
    now = clock.now()
    innovations = _insert(
        [
            Innovation(
                agency=agency,
                unit=draft.unit,
                title=draft.title,
                category=draft.category,
                location=draft.location,
                novelty_kind=draft.novelty_kind,
                novelty_form=draft.novelty_form,
                benefit=draft.benefit,
                started_on=draft.started_on,
                replicates=draft.replicates,
                summary=draft.summary,
                sections=dict(draft.sections),
                place_names=place_names(agency, draft.unit, draft.location),
                is_simulated=draft.is_simulated,
                source=draft.source,
                created_at=now,
                created_by=by,
                updated_at=now,
                updated_by=by,
            )
            for agency, draft in pairs
        ]
    )
    _attach(innovations, [draft for _agency, draft in pairs])
    audit.record_many(by=by, event="innovation_created", objs=innovations)
    return innovations


@transaction.atomic
def create_innovation(*, by: User, agency: Agency, draft: DossierDraft) -> Innovation:
    """Open one dossier; see `create_innovations`.

    A person who presses twice gets the one that was opened first: of the same title, unit and
    origin, untouched and not older than PRESSED_AGAIN.
    """
    check_can_create_innovation(by, agency)
    take_turn(CREATING, by.pk)
    values = {
        "agency": agency,
        "created_by": by,
        "title": draft.title,
        "unit": draft.unit,
        "replicates": draft.replicates,
    }
    untouched = Innovation.objects.filter(edit_number=1, state=InnovationState.DRAFT)
    opened = made_just_now(untouched, values, at="created_at", now=clock.now())
    return opened or create_innovations(by=by, agency=agency, drafts=[draft])[0]


@transaction.atomic
def edit_innovation(
    *, by: User, innovation: Innovation, edit_number: int, changes: Mapping[str, Any]
) -> Innovation:
    """Change the dossier's own fields, naming the edit that was read.

    `changes` may hold EDITABLE_FIELDS, `goals` (numbers), `links` and `team` (pairs).
    Raises StaleEdit when somebody saved in between, ValueError on an unknown field.
    """
    innovation = _lock_for_edit(by, innovation, edit_number)
    lists = {key: changes[key] for key in ("goals", "links", "team") if key in changes}
    fields = {key: value for key, value in changes.items() if key not in lists}
    if unknown := set(fields) - EDITABLE_FIELDS:
        raise ValueError(f"not editable: {sorted(unknown)}")
    if "replicates" in fields:
        _check_new_origin(by, innovation, fields["replicates"])
    for name, value in fields.items():
        setattr(innovation, name, value)
    innovation.place_names = place_names(innovation.agency, innovation.unit, innovation.location)
    _replace_lists(innovation, lists)
    return _save_edit(by, innovation, sorted(changes), (*fields, "place_names"))


@transaction.atomic
def save_identity(
    *, by: User, innovation: Innovation, edit_number: int, changes: Mapping[str, Any]
) -> Innovation:
    """Change identity fields over other people's other fields, naming the edit that was read.

    A value that is stored already is nobody's conflict: it may be the same person's, saved
    by itself a moment ago. Raises StaleEdit over a newer value of one of the fields.
    """
    row = _lock_row(by, innovation)
    differing = {name: value for name, value in changes.items() if stored(row, name) != value}
    if not differing:
        return row
    if changed_since(row, edit_number, differing):
        raise StaleEdit
    return edit_innovation(by=by, innovation=row, edit_number=row.edit_number, changes=differing)


@transaction.atomic
def save_sections(
    *, by: User, innovation: Innovation, edit_number: int, sections: Mapping[str, str]
) -> Innovation:
    """Write the texts of some form sections, naming the edit that was read.

    The key "summary" goes to the summary. Never validates length: a draft may be too long.
    """
    return _write_texts(by, _lock_for_edit(by, innovation, edit_number), sections)


def write_sections(*, by: User, innovation: Innovation, sections: Mapping[str, str]) -> Innovation:
    """As `save_sections`; the caller has just read the row under its lock."""
    check_can_edit_innovation(by, innovation)
    check_not_guarded(innovation)
    return _write_texts(by, innovation, sections)


def _write_texts(by: User, innovation: Innovation, sections: Mapping[str, str]) -> Innovation:
    texts = dict(sections)
    if "summary" in texts:
        innovation.summary = texts.pop("summary")
    innovation.sections = {**innovation.sections, **texts}
    return _save_edit(by, innovation, sorted(sections), ("summary", "sections"))


def write_origin(*, by: User, innovation: Innovation, origin: Innovation | None) -> Innovation:
    """Let a dossier name an origin, or none; the caller holds its row and answers for the change.

    Neither the right to edit nor the contest's hold is asked for.
    """
    innovation.replicates = origin
    return _save_edit(by, innovation, ["replicates"], ("replicates",))


@transaction.atomic
def publish_innovations(*, by: User, innovations: Sequence[Innovation]) -> list[Innovation]:
    """Open dossiers of an agency to the public. Raises DossierIncomplete naming the gap."""
    rows = _lock_all(innovations)
    now = clock.now()
    for row in rows:
        check_can_publish_innovation(by, row)
        if not can_move(INNOVATION_MOVES, row.state, InnovationState.PUBLISHED):
            raise DossierLocked(_("Dosir ini sudah terbit atau diarsipkan."))
        if not (row.title and row.summary and row.started_on):
            raise DossierIncomplete
        row.state, row.published_at, row.published_by = InnovationState.PUBLISHED, now, by
    Innovation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=InnovationState.PUBLISHED, published_at=now, published_by=by
    )
    audit.record_many(by=by, event="innovation_published", objs=rows)
    return rows


def check_origin(by: User, innovation: Innovation | None, origin: Innovation) -> None:
    """Refuse an origin that the person may not open, and one that stems from the replica.

    Raises OriginRefused.
    """
    if not Innovation.objects.visible_to(by).filter(pk=origin.pk).exists():
        raise OriginRefused
    # Origins form no circle among themselves, so that the way up ends.
    above: int | None = origin.pk
    while innovation is not None and above is not None:
        if above == innovation.pk:
            raise OriginRefused(_("Inovasi itu sendiri mereplikasi inovasi Anda. Pilih asalnya."))
        above = Innovation.objects.values_list("replicates_id", flat=True).get(pk=above)


def check_reported_origin(innovation: Innovation, origin: Innovation | None) -> None:
    """Refuse another origin than that of the report that names the dossier as its replica.

    Raises OriginRefused. Certain where the caller holds the dossier's row, as who reports does.
    """
    report = report_naming(innovation)
    if report and (origin is None or origin.pk != report.origin_id):
        raise OriginRefused(
            _(
                "Inovasi ini dilaporkan sebagai replika %(origin)s pada %(code)s, jadi inovasi"
                " asalnya tidak dapat diganti. Isi lagi %(origin)s."
            )
            % {"origin": report.origin.code, "code": report.code}
        )


def _check_new_origin(by: User, innovation: Innovation, origin: Innovation | None) -> None:
    if (origin.pk if origin else None) == innovation.replicates_id:
        return
    check_reported_origin(innovation, origin)
    if origin is not None:
        # Of two dossiers that name each other at once the second sees the first.
        take_turn(TURN)
        check_origin(by, innovation, origin)


def place_names(agency: Agency, unit: Unit | None, location: Region | None) -> str:
    """Names that a search for a place or an office should find, at most 400 characters."""
    parts = [agency.name, unit.name if unit else "", location.name if location else ""]
    return " · ".join(part for part in parts if part)[:400]


def _lock_all(innovations: Sequence[Innovation]) -> list[Innovation]:
    pks = [innovation.pk for innovation in innovations]
    rows = Innovation.objects.locked().filter(pk__in=pks).order_by("pk")
    return list(rows.select_related("agency"))


def _lock_for_edit(by: User, innovation: Innovation, edit_number: int) -> Innovation:
    row = _lock_row(by, innovation)
    if row.edit_number != edit_number:
        raise StaleEdit
    return row


def _lock_row(by: User, innovation: Innovation) -> Innovation:
    row = (
        Innovation.objects.locked()
        .select_related("agency", "unit", "location")
        .get(pk=innovation.pk)
    )
    check_can_edit_innovation(by, row)
    check_not_guarded(row)
    return row


def _save_edit(
    by: User, innovation: Innovation, changed: list[str], columns: tuple[str, ...]
) -> Innovation:
    keep_earlier_text(by=by, innovation=innovation)
    innovation.edit_number += 1
    innovation.updated_at, innovation.updated_by = clock.now(), by
    # Texts save themselves every few seconds: no other column goes over the line again. The
    # address least of all: for it the row would be locked so that nobody could refer to it.
    innovation.save(update_fields=(*columns, *EDIT_MARKS))
    audit.record(
        by=by,
        event="innovation_edited",
        obj=innovation,
        payload={"fields": changed, "edit_number": innovation.edit_number},
    )
    return innovation


def _replace_lists(innovation: Innovation, lists: Mapping[str, Any]) -> None:
    if "goals" in lists:
        innovation.goals.set(lists["goals"])
    if "links" in lists:
        innovation.links.all().delete()
        insert([InnovationLink(innovation=innovation, title=t, url=u) for t, u in lists["links"]])
    if "team" in lists:
        innovation.team.all().delete()
        insert([TeamMember(innovation=innovation, name=n, position=p) for n, p in lists["team"]])


def _attach(innovations: Sequence[Innovation], drafts: Sequence[DossierDraft]) -> None:
    pairs = list(zip(innovations, drafts, strict=True))
    through = Innovation.goals.through
    insert(
        [
            through(innovation_id=row.pk, sustainablegoal_id=number)
            for row, draft in pairs
            for number in draft.goals
        ]
    )
    insert(
        [
            InnovationLink(innovation=row, title=title, url=url)
            for row, draft in pairs
            for title, url in draft.links
        ]
    )
    insert(
        [
            TeamMember(innovation=row, name=name, position=position)
            for row, draft in pairs
            for name, position in draft.team
        ]
    )


def _insert(rows: list[Innovation], tries: int = TRIES) -> list[Innovation]:
    """Write new dossiers, each at an address of its own, which somebody else may take meanwhile."""
    for row, slug in zip(rows, _free_slugs([row.title for row in rows]), strict=True):
        row.pk, row.slug = None, slug
    try:
        with transaction.atomic():
            return insert(rows)
    except IntegrityError:
        if tries == 1:
            raise
    return _insert(rows, tries - 1)


def _free_slugs(titles: Sequence[str]) -> list[str]:
    """Addresses for `titles`, unlike any in use; a second "x" becomes "x-2"."""
    bases = [slugify(title)[:100].strip("-") or "inovasi" for title in titles]
    condition = Q()
    for base in set(bases):
        condition |= Q(slug=base) | Q(slug__startswith=f"{base}-")
    taken = set(Innovation.objects.filter(condition).values_list("slug", flat=True))
    slugs = []
    for base in bases:
        slug, suffix = base, 1
        while slug in taken:
            suffix += 1
            slug = f"{base}-{suffix}"
        taken.add(slug)
        slugs.append(slug)
    return slugs
