"""Filters of the working queues: names in the address are Indonesian and stay stable."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.enums import AgencyType
from agencies.models import Region, User
from competitions.enums import CheckState, EntryState, SheetState
from competitions.models import AdministrativeCheck, Assignment, Edition, Entry, Result, Stage
from competitions.models.title_pair import SAME
from competitions.pace import HIGH, MIDDLE, Holder, Risk
from competitions.queries.board import WIDE_GAP
from competitions.queries.checks import (
    categories,
    checkers,
    named_categories,
    named_checkers,
)
from competitions.queries.progress import judges_of
from competitions.queries.radar import ORDERS
from competitions.queries.redactions import with_hidden_title
from competitions.queries.row_history import table_choices
from competitions.queries.title_pairs import standing_pairs
from innovations.models import Category
from sinovik.audit import clock
from sinovik.audit.models import RowChange
from sinovik.web.prepared import Prepared

AGES = [
    ("3", _("Lebih dari 3 hari")),
    ("7", _("Lebih dari 7 hari")),
    ("14", _("Lebih dari 14 hari")),
]
TWINS = [("sama", _("Judul sama persis")), ("mirip", _("Judul sama atau mirip"))]
COMPLETENESS = [("lengkap", _("Semua bagian terisi")), ("kurang", _("Ada bagian kosong"))]
SHEET_STATES = [
    ("belum", _("Belum dinilai")),
    ("sebagian", _("Terisi sebagian")),
    ("siap", _("Terisi, belum dikirim")),
    ("dikirim", _("Dikirim")),
]
FOLLOWED_STATES = [
    ("dikirim", _("Dikirim")),
    ("belum", _("Belum dikirim")),
    ("dibuka", _("Dibuka kembali")),
    ("dilepas", _("Dilepas penilainya")),
]
BOARD_MARKS = [
    ("terpilih", _("Terpilih")),
    ("seri", _("Nilai seri")),
    ("selisih", _("Selisih besar")),
    ("pleno", _("Dipindah pleno")),
]

RISKS = [
    (Risk.HIGH.value, _("Tinggi")),
    (Risk.MIDDLE.value, _("Sedang")),
    (Risk.LOW.value, _("Rendah")),
]
HOLDERS = [(Holder.UNIT.value, _("Unit")), (Holder.AGENCY.value, _("Admin instansi"))]
RADAR_ORDERS = [
    ("risiko", _("Risiko tertinggi")),
    ("lama", _("Paling lama dipegang")),
    ("batas", _("Batas aman terdekat")),
    ("instansi", _("Instansi")),
]


def by_number_or_title(prefix: str, value: str) -> Q:
    """Entries by part of the title or by the number people quote ("P-2019-00417")."""
    return Q(**{f"{prefix}innovation__title__icontains": value}) | by_number(prefix, value)


def by_number(prefix: str, value: str) -> Q:
    """Entries by that number; nothing where no number is asked for."""
    digits = value.rsplit("-", 1)[-1]
    return Q(**{f"{prefix}pk": int(digits)}) if digits.isdigit() else Q(pk__in=[])


def offer(field: Any, rows: QuerySet[Any], named: Iterable[tuple[Any, str]]) -> None:
    """Let a field take one of the rows; `named` are what it shows, asked for already."""
    field.queryset = rows
    field.widget.choices = [("", field.empty_label), *named]


class CheckFilter(filters.FilterSet):  # type: ignore[misc]
    """Queue of the administrative selection; `sections` is how many the form has."""

    q = filters.CharFilter(label=_("Judul, nomor, atau instansi"), method="search")
    umur = filters.ChoiceFilter(
        label=_("Umur"), choices=AGES, method="older", empty_label=_("Semua")
    )
    kategori = filters.ModelChoiceFilter(
        field_name="stage_entry__entry__innovation__category",
        label=_("Kategori"),
        queryset=Category.objects.none(),
        empty_label=_("Semua"),
    )
    kelengkapan = filters.ChoiceFilter(
        label=_("Kelengkapan"), choices=COMPLETENESS, method="complete", empty_label=_("Semua")
    )
    pemeriksa = filters.ModelChoiceFilter(
        field_name="claimed_by",
        label=_("Pemeriksa"),
        queryset=User.objects.none(),
        empty_label=_("Semua"),
    )

    judul = filters.ChoiceFilter(
        label=_("Duplikat"), choices=TWINS, method="twinned", empty_label=_("Semua")
    )

    class Meta:
        model = AdministrativeCheck
        fields: list[str] = []

    def __init__(
        self,
        *args: Any,
        edition: Edition,
        stage: Stage,
        sections: int,
        hidden: Collection[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections, self.hidden = sections, hidden
        offer(self.form.fields["kategori"], categories(edition), named_categories(edition))
        offer(self.form.fields["pemeriksa"], checkers(stage), named_checkers(stage))

    def search(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        entry = "stage_entry__entry__"
        agency = Q(**{f"{entry}agency__name__icontains": value})
        return rows.filter(by_number_or_title(entry, value) | agency)

    def older(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        since = clock.now() - timedelta(days=int(value))
        return rows.filter(stage_entry__entered_at__lte=since)

    def complete(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "lengkap":
            return rows.filter(filled_sections__gte=self.sections)
        return rows.filter(filled_sections__lt=self.sections)

    def twinned(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        pairs = standing_pairs(self.hidden)
        if value == "sama":
            pairs = pairs.filter(likeness=SAME)
        return rows.filter(stage_entry__entry__in=pairs.values("entry"))


class AssignmentFilter(filters.FilterSet):  # type: ignore[misc]
    """A judge's queue. A blind stage is searched by number and title alone."""

    q = filters.CharFilter(label=_("Judul atau nomor"), method="search")
    status = filters.ChoiceFilter(
        label=_("Status"), choices=SHEET_STATES, method="in_state", empty_label=_("Semua")
    )
    kategori = filters.ModelChoiceFilter(
        field_name="entry__innovation__category",
        label=_("Kategori"),
        queryset=Category.objects.none(),
        empty_label=_("Semua"),
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def __init__(self, *args: Any, stage: Stage, criteria: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.stage = criteria, stage
        self.form.fields["kategori"].queryset = Category.objects.filter(
            pk__in=stage.edition.edition_categories.values("category")
        )

    def search(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        in_title = Q(entry__innovation__title__icontains=value)
        if self.stage.is_blind:
            # Else a guess would tell the hidden piece.
            in_title &= ~Q(with_hidden_title())
        return rows.filter(in_title | by_number("entry__", value))

    def in_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "dikirim":
            return rows.filter(scoresheet__state=SheetState.FINAL)
        drafts = rows.filter(scoresheet__state=SheetState.DRAFT)
        if value == "belum":
            return drafts.filter(marked=0)
        if value == "siap":
            return drafts.filter(marked__gte=self.criteria)
        return drafts.filter(marked__gt=0, marked__lt=self.criteria)


class SheetFilter(filters.FilterSet):  # type: ignore[misc]
    """Sheets of a stage, as the secretariat follows them."""

    q = filters.CharFilter(label=_("Judul atau nomor"), method="search")
    penilai = filters.ModelChoiceFilter(
        field_name="evaluator",
        label=_("Penilai"),
        queryset=User.objects.none(),
        empty_label=_("Semua"),
    )
    status = filters.ChoiceFilter(
        label=_("Status"), choices=FOLLOWED_STATES, method="in_state", empty_label=_("Semua")
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["penilai"].queryset = judges_of(stage)

    def search(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(by_number_or_title("entry__", value))

    def in_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "dikirim":
            return rows.filter(scoresheet__state=SheetState.FINAL)
        if value == "dilepas":
            return rows.exclude(abstention=None)
        drafts = rows.filter(scoresheet__state=SheetState.DRAFT, abstention=None)
        return drafts.filter(reopened__gt=0) if value == "dibuka" else drafts


class ResultFilter(filters.FilterSet):  # type: ignore[misc]
    """The whole list of a ranking board."""

    q = filters.CharFilter(label=_("Judul, nomor, atau instansi"), method="search")
    jenis = filters.ChoiceFilter(
        field_name="entry__agency__agency_type",
        label=_("Jenis instansi"),
        choices=AgencyType.choices,
        empty_label=_("Semua"),
    )
    kategori = filters.ModelChoiceFilter(
        field_name="entry__innovation__category",
        label=_("Kategori"),
        queryset=Category.objects.none(),
        empty_label=_("Semua"),
    )
    tanda = filters.ChoiceFilter(
        label=_("Tanda"), choices=BOARD_MARKS, method="marked", empty_label=_("Semua")
    )

    class Meta:
        model = Result
        fields: list[str] = []

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["kategori"].queryset = Category.objects.filter(
            pk__in=edition.edition_categories.values("category")
        )

    def search(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        agency = Q(entry__agency__name__icontains=value)
        return rows.filter(by_number_or_title("entry__", value) | agency)

    def marked(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        wanted = {
            "terpilih": Q(is_selected=True),
            "seri": Q(is_tied=True),
            "selisih": Q(highest__gte=F("lowest") + WIDE_GAP),
            "pleno": Q(motion__isnull=False),
        }
        return rows.filter(wanted[value])


_PROVINCES = Prepared(lambda: Region.objects.provinces().values_list("pk", "name"))


class RadarFilter(filters.FilterSet):  # type: ignore[misc]
    """Entries that wait. The secretariat filters by agency type and province too."""

    q = filters.CharFilter(label=_("Judul, nomor, atau instansi"), method="search")
    risiko = filters.ChoiceFilter(
        label=_("Risiko"), choices=RISKS, method="at_risk", empty_label=_("Semua")
    )
    pemegang = filters.ChoiceFilter(
        label=_("Dipegang"), choices=HOLDERS, method="held_by", empty_label=_("Semua")
    )
    jenis = filters.ChoiceFilter(
        field_name="agency__agency_type",
        label=_("Jenis instansi"),
        choices=AgencyType.choices,
        empty_label=_("Semua"),
    )
    provinsi = filters.ModelChoiceFilter(
        label=_("Provinsi"),
        queryset=Region.objects.provinces(),
        method="in_province",
        empty_label=_("Semua"),
    )
    urut = filters.ChoiceFilter(
        label=_("Urutkan"), choices=RADAR_ORDERS, method="in_order", empty_label=None
    )

    class Meta:
        model = Entry
        fields: list[str] = []

    def __init__(self, *args: Any, is_narrow: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_narrow:
            del self.filters["jenis"], self.filters["provinsi"]
            return
        offer(self.form.fields["provinsi"], Region.objects.provinces(), _PROVINCES.all())

    def search(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(by_number_or_title("", value) | Q(agency__name__icontains=value))

    def at_risk(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        wanted = {
            Risk.HIGH: Q(forecast__chance__gte=HIGH),
            Risk.MIDDLE: Q(forecast__chance__gte=MIDDLE, forecast__chance__lt=HIGH),
            Risk.LOW: Q(forecast__chance__lt=MIDDLE),
        }
        return rows.filter(wanted[Risk(value)])

    def held_by(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        at_agency = Q(state=EntryState.WITH_AGENCY)
        return rows.filter(at_agency if value == Holder.AGENCY else ~at_agency)

    def in_province(self, rows: QuerySet[Any], _name: str, value: Region) -> QuerySet[Any]:
        return rows.filter(Q(agency__region=value) | Q(agency__region__province=value))

    def in_order(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.order_by(*ORDERS[value])


def check_tabs() -> list[tuple[str, str, tuple[str, ...]]]:
    """Tabs of the check queue: address value, text, states."""
    return [
        ("antrean", str(_("Antrean")), (CheckState.QUEUED,)),
        ("diperiksa", str(_("Sedang diperiksa")), (CheckState.CLAIMED,)),
        ("perbaikan", str(_("Menunggu perbaikan")), (CheckState.CORRECTION,)),
        ("kedua", str(_("Menunggu orang kedua")), (CheckState.FAIL_PROPOSED,)),
        ("lolos", str(_("Lolos")), (CheckState.PASSED,)),
        ("gugur", str(_("Tidak lolos")), (CheckState.FAILED,)),
    ]


class RowChangeFilter(filters.FilterSet):  # type: ignore[misc]
    """Changes of rows by table and number."""

    tabel = filters.ChoiceFilter(
        field_name="source", label=_("Tabel"), choices=table_choices, empty_label=_("Semua")
    )
    baris = filters.NumberFilter(
        field_name="row_id",
        label=_("Nomor baris"),
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.NumberInput(attrs={"class": "govuk-input"}),
    )

    class Meta:
        model = RowChange
        fields: list[str] = []
