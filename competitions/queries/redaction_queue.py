"""The secretariat's queue of texts that blind readers will read, and one text with its places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agencies.models import Membership, User
from competitions.anonymity import HIDDEN, Names, Range, find_identifying, merged, names_of
from competitions.models import (
    AttachmentRelease,
    Entry,
    FormSection,
    Redaction,
    RedactionReview,
    Stage,
    StageEntry,
)
from competitions.queries.carrying import submitted_content
from competitions.queries.conflicts import conflicting_entries
from competitions.queries.reading import texts_of
from competitions.queries.redactions import TITLE, places_of
from competitions.queries.tasks import form_of
from innovations.models import FrozenAttachment
from innovations.wording import is_known
from sinovik.web.querysets import counted_beside

GENERAL = frozenset(
    ["kabupaten", "kota", "provinsi", "kementerian", "badan", "dinas", "lembaga", "pemerintah"]
    + ["daerah", "nasional", "republik", "indonesia", "pusat", "unit", "pelayanan", "layanan"]
    + ["puskesmas", "rsud", "rumah", "sakit", "kantor", "kecamatan", "kelurahan", "desa"]
    + ["sekolah", "dasar", "negeri", "dan", "untuk", "umum", "bidang", "bagian", "seksi", "balai"]
    + ["kesehatan", "pendidikan", "sosial", "penduduk", "kependudukan", "pencatatan", "sipil"]
    + ["perhubungan", "pertanian", "perizinan", "terpadu", "satu", "pintu", "modal", "penanaman"]
    + ["jawa", "barat", "timur", "tengah", "utara", "selatan", "tenggara", "pulau", "laut"]
)
"""Words of names of agencies, units and places that tell nobody by themselves, beside those of
the language (sampah, anak)."""
KINDS = frozenset(["kabupaten", "kota", "provinsi"])


def queue(user: User, stage: Stage, *, reviewed: bool | None = None) -> "QuerySet[Entry]":
    """Entries of the stage with a text, none in conflict with the person, in their order.

    All of them, or those that somebody `reviewed`, or nobody did.

    Annotates `is_reviewed`, and numbers: `pieces` that are hidden, `files`, and `released` ones.
    """
    stays = StageEntry.objects.standing().filter(stage=stage)
    reviews = RedactionReview.objects.filter(stage=stage, entry=OuterRef("pk"))
    rows = Entry.objects.filter(pk__in=stays.values("entry"), version__isnull=False)
    if reviewed is not None:
        rows = rows.filter(Exists(reviews) if reviewed else ~Exists(reviews))
    return (
        rows.exclude(pk__in=conflicting_entries(user).values("pk"))
        .annotate(
            is_reviewed=Exists(reviews),
            pieces=Count("redactions", filter=Q(redactions__lifted_at__isnull=True)),
            files=counted_beside(FrozenAttachment.objects.filter(version=OuterRef("version"))),
            released=counted_beside(
                AttachmentRelease.objects.in_force().filter(
                    stage=stage, attachment__frozen_in__version=OuterRef("version")
                )
            ),
        )
        .select_related("edition", "agency", "innovation")
        .defer("innovation__sections")
        .order_by("pk")
    )


@dataclass(frozen=True)
class Spot:
    """A place in a section's whole text, and what stands there."""

    section: str
    start: int
    end: int
    wording: str


@dataclass(frozen=True)
class Stretch:
    """A piece of a text as it is drawn; hidden ones hold the mark."""

    text: str
    is_hidden: bool = False
    is_proposed: bool = False


@dataclass(frozen=True)
class RedactedText:
    """A text, what is hidden in it, and what could be."""

    key: str
    title: str
    text: str
    hidden: tuple[Range, ...] = ()
    redactions: list[Redaction] = field(default_factory=list)
    proposed: list[Spot] = field(default_factory=list)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The text as its readers see it, with the proposed places apart."""
        return tuple(_stretches(self.text, self.hidden, self.proposed))


def redacted_texts(entry: Entry) -> list[RedactedText]:
    """The title and each section of the version that the entry stands with (four queries).

    Needs `version` and `agency__region__province` loaded.
    """
    texts = texts_of(submitted_content(entry))
    sections = {one.key: _(one.title) for one in form_of(entry.edition_id)}
    titles = {TITLE: _("Judul")} | sections
    rows = Redaction.objects.in_force().filter(entry=entry).select_related("hidden_by")
    redactions = list(rows.order_by("section", "start", "pk"))
    wordings, names = identity_of(entry)
    return [
        _redacted(entry, key, title, texts.get(key, ""), redactions, wordings, names)
        for key, title in titles.items()
    ]


def text_of(entry: Entry, section: str) -> str:
    """The whole text of a section that readers see, or of the title; "" for any other."""
    is_shown = FormSection.objects.filter(edition_id=entry.edition_id, key=section).exists()
    texts = texts_of(submitted_content(entry))
    return texts.get(section, "") if is_shown or section == TITLE else ""


def identity_of(entry: Entry) -> tuple[list[str], Names]:
    """Wordings and names that tell who stands behind an entry. One query."""
    content = submitted_content(entry)
    region = entry.agency.region
    province = region.province if region else None
    places = [one.name for one in (region, province) if one]
    places += [bare for one in places if (bare := _without_kind(one)) != one]
    wordings = [content.get(key, "") for key in ("agency", "unit", "location")]
    wordings += [entry.agency.name, *places]
    members = Membership.objects.filter(agency=entry.agency_id).values_list("user__name", flat=True)
    people = [one["name"] for one in content.get("team", [])] + sorted(set(members))
    words = [
        word
        for wording in wordings
        for word in wording.replace(",", " ").split()
        if word.casefold() not in GENERAL and not is_known(word.casefold())
    ]
    names = names_of(people, stand_alone=True) | names_of(words, stand_alone=True)
    return sorted({one for one in wordings if one}), names


def _without_kind(place: str) -> str:
    """Sumbawa Barat of Kabupaten Sumbawa Barat: so people write it in a title."""
    first, _space, rest = place.partition(" ")
    return rest if rest and first.casefold() in KINDS else place


def _redacted(
    entry: Entry,
    key: str,
    title: str,
    text: str,
    redactions: Iterable[Redaction],
    wordings: list[str],
    names: Names,
) -> RedactedText:
    own: list[Redaction] = []
    places: list[Range] = []
    for one in redactions:
        found = places_of(one, entry.version_id, {key: text}).get(key, ())
        if found:
            own.append(one)
            places.extend(found)
    hidden = merged(text, places)
    proposed = [
        Spot(key, start, end, text[start:end])
        for start, end in find_identifying(text, wordings, names)
        if not covers(hidden, start, end)
    ]
    return RedactedText(key, title, text, hidden, own, proposed)


def covers(hidden: Iterable[Range], start: int, end: int) -> bool:
    """Whether a stretch is hidden as a whole."""
    return any(first <= start and end <= last for first, last in hidden)


def _stretches(text: str, hidden: tuple[Range, ...], proposed: Iterable[Spot]) -> Iterator[Stretch]:
    spots = [(one.start, one.end) for one in proposed]
    edges = {0, len(text)}.union(*([*hidden, *spots]))
    for start, end in pairwise(sorted(edges)):
        if covers(hidden, start, end):
            if any(first == start for first, _last in hidden):
                yield Stretch(HIDDEN, is_hidden=True)
            continue
        yield Stretch(text[start:end], is_proposed=covers(spots, start, end))


def counts(user: User, stage: Stage) -> dict[str, int]:
    """How many entries there are, and how many of them somebody looked through. Two queries."""
    everything = queue(user, stage).order_by().count()
    done = queue(user, stage, reviewed=True).order_by().count()
    return {"all": everything, "done": done, "waiting": everything - done}
