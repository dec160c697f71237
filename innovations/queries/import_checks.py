"""What a table of dossiers would do: the dossiers it makes, and every bad row and column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import process

from agencies.models import Agency, Region, Unit
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.models import Category, Innovation, SustainableGoal
from innovations.queries.choices import places_for
from innovations.queries.dossiers import HEADINGS
from innovations.queries.import_columns import (
    NEEDED_IN_REGISTER,
    Column,
    columns_for,
    day_in,
    numbers_in,
    spellings,
)
from innovations.versions import title_key
from sinovik.audit import clock

LONGEST_TITLE = 200
FIRST_YEAR = 1945
LIKE_ENOUGH = 75
SHOWN = 80
Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell and how to mend it; a warning stands in nobody's way."""

    row: int
    column: str
    value: str
    text: str
    is_warning: bool = False


@dataclass
class Proposed:
    """A dossier that a row would make; `values` by the names of `DossierDraft`."""

    row: int
    agency: Agency
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Verdict:
    """What a table would do: dossiers to make, problems, and how many rows exist already."""

    proposed: list[Proposed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: int = 0

    @property
    def is_sound(self) -> bool:
        return not any(not problem.is_warning for problem in self.problems)

    def as_rows(self) -> list[dict[str, Any]]:
        """The problems as they are kept with the import."""
        return [asdict(problem) for problem in self.problems]


def check_table(
    rows: Sequence[Row], agency: Agency | None, formulas: frozenset[tuple[int, str]] = frozenset()
) -> Verdict:
    """Check every cell. The number of queries does not depend on the rows.

    Without `agency` each row names its own. `formulas` are (row, column key) of cells whose
    value isn't known.
    """
    return _Checker(rows, agency, formulas).verdict


class _Checker:
    """Goes through the rows once; lookups are read before."""

    def __init__(
        self, rows: Sequence[Row], agency: Agency | None, formulas: frozenset[tuple[int, str]]
    ) -> None:
        self.columns: dict[str, Column] = {
            column.key: column for column in columns_for(is_register=agency is None)
        }
        self.agency = agency
        self.formulas = formulas
        self.verdict = Verdict()
        self.needed = {key for key, column in self.columns.items() if column.is_needed}
        self.needed |= NEEDED_IN_REGISTER if agency is None else set()
        self.choices = {
            "category": _by_shown_name(Category.objects.all()),
            "novelty_kind": _by_label(NoveltyKind),
            "novelty_form": _by_label(NoveltyForm),
            "benefit": _by_label(BenefitKind),
            "location": _by_name(places_for(agency) if agency else Region.objects.all()),
            "unit": _by_name(Unit.objects.filter(agency=agency)) if agency else {},
            "agency": {} if agency else _by_name(Agency.objects.all()),
        }
        goals = list(SustainableGoal.objects.all())
        self.goals = {goal.number for goal in goals}
        self.goal_names = {title_key(str(goal)): goal.number for goal in goals}
        self.today = clock.today()
        self.known = self._known_titles(rows)
        self.seen: dict[tuple[int, str], int] = {}
        for number, cells in rows:
            self._row(number, cells)

    def _known_titles(self, rows: Sequence[Row]) -> dict[tuple[int, str], Innovation]:
        agencies: set[int] = {self.agency.pk} if self.agency else set()
        if self.agency is None:
            names = {title_key(cells.get("agency", "")) for _number, cells in rows}
            agencies = {
                self.choices["agency"][name].pk for name in names & self.choices["agency"].keys()
            }
        known = Innovation.objects.filter(agency_id__in=agencies).only("title", "agency_id")
        return {(row.agency_id, title_key(row.title)): row for row in known}

    def _row(self, number: int, cells: Mapping[str, str]) -> None:
        before = len(self.verdict.problems)
        values = {key: self._cell(number, key, cells.get(key, "")) for key in self.columns}
        agency = self.agency or values.pop("agency")
        if agency is None or not values["title"]:
            return
        key = (agency.pk, title_key(values["title"]))
        if twin := self.seen.get(key):
            self._tell(
                number,
                "title",
                values["title"],
                _("Judul ini sama dengan baris %d. Hapus salah satunya.") % twin,
            )
        self.seen.setdefault(key, number)
        if known := self.known.get(key):
            text = _("Sudah ada sebagai %s. Baris ini dilewati.") % known.code
            self._tell(number, "title", values["title"], text, is_warning=True)
            self.verdict.known += 1
        elif len(self.verdict.problems) == before:
            self.verdict.proposed.append(Proposed(number, agency, _as_draft(values)))

    def _tell(
        self, number: int, key: str, value: str, text: str, *, is_warning: bool = False
    ) -> None:
        shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
        heading = str(self.columns[key].heading)
        self.verdict.problems.append(Problem(number, heading, shown, text, is_warning))

    def _cell(self, number: int, key: str, text: str) -> Any:
        """The value of a cell, None or empty where there is none or it is wrong."""
        if (number, key) in self.formulas:
            self._tell(
                number, key, text, _("Sel ini berisi rumus. Salin lalu tempel sebagai nilai.")
            )
            return None
        if not text:
            if key in self.needed:
                self._tell(number, key, text, _("Sel ini wajib diisi."))
            return None
        read: Callable[[int, str, str], Any] = self._readers().get(key, self._plain)
        return read(number, key, text)

    def _readers(self) -> dict[str, Callable[[int, str, str], Any]]:
        return {
            "title": self._title,
            "started_on": self._day,
            "goals": self._numbers,
        } | dict.fromkeys(self.choices, self._choice)

    def _plain(self, number: int, key: str, text: str) -> str:
        return text

    def _title(self, number: int, key: str, text: str) -> str:
        title = " ".join(text.split())
        if len(title) > LONGEST_TITLE:
            sentence = _("Judul paling panjang 200 karakter. Kurangi %d karakter.")
            self._tell(number, key, title, sentence % (len(title) - LONGEST_TITLE))
        elif not title_key(title):
            self._tell(number, key, title, _("Judul harus memuat huruf atau angka."))
        return title if title_key(title) else ""

    def _day(self, number: int, key: str, text: str) -> date | None:
        day = day_in(text)
        if day is None:
            sentence = _("Tanggal tidak terbaca. Tulis seperti 27 Maret 2019 atau 2019-03-27.")
        elif day > self.today:
            sentence = _("Tanggal mulai tidak boleh di masa depan")
        elif day.year < FIRST_YEAR:
            sentence = _("Tahun terlalu lama. Periksa kembali tahunnya.")
        else:
            return day
        self._tell(number, key, text, sentence)
        return None

    def _numbers(self, number: int, key: str, text: str) -> list[int]:
        # As the template's sheet of choices writes one goal: "3. Kehidupan Sehat …".
        chosen = self.goal_names.get(title_key(text))
        numbers = [chosen] if chosen else numbers_in(text)
        if numbers is None or not set(numbers) <= self.goals:
            self._tell(number, key, text, _("Isi nomor TPB 1 sampai 17, pisahkan dengan koma."))
            return []
        return numbers

    def _choice(self, number: int, key: str, text: str) -> Any:
        choices = self.choices[key]
        if (wanted := title_key(text)) in choices:
            return choices[wanted]
        sentence = {
            "unit": _("Unit ini belum terdaftar. Tambahkan di halaman Anggota dan unit."),
            "agency": _("Instansi ini tidak ada di daftar instansi."),
            "location": _("Wilayah ini tidak dikenal di instansi Anda."),
        }.get(key, _("Pilihan ini tidak dikenal. Lihat lembar Pilihan di templat."))
        like = process.extractOne(wanted, choices.keys(), score_cutoff=LIKE_ENOUGH)
        if like:
            sentence = _("%(what)s Mungkin maksud Anda: %(like)s.") % {
                "what": sentence, "like": _name(choices[like[0]]),
            }  # fmt: skip
        self._tell(number, key, text, sentence)
        return None


def _as_draft(values: dict[str, Any]) -> dict[str, Any]:
    """Values by the names of `DossierDraft`; texts of sections under their keys."""
    sections = {key: values.pop(key) for key in HEADINGS}
    texts = {key: text for key, text in sections.items() if text}
    named = {key: value for key, value in values.items() if value}
    return named | ({"sections": texts} if texts else {})


def _by_name(rows: Iterable[Any]) -> dict[str, Any]:
    return {title_key(row.name): row for row in rows}


def _by_shown_name(rows: Iterable[Any]) -> dict[str, Any]:
    return {spelling: row for row in rows for spelling in spellings(row.name)}


def _by_label(choices: Any) -> dict[str, str]:
    return {spelling: choice.value for choice in choices for spelling in spellings(choice.label)}


def _name(choice: Any) -> str:
    return str(getattr(choice, "name", "") or _label(choice))


def _label(value: str) -> str:
    labels = {
        c.value: str(c.label) for kind in (NoveltyKind, NoveltyForm, BenefitKind) for c in kind
    }
    return labels[value]
