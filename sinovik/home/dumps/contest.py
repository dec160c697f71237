"""Tables of the contest: editions, announced results, figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from competitions.models import Criterion, Edition, Stage
from competitions.queries.figures import published_figures
from competitions.queries.results_public import published_editions
from competitions.queries.trends import funnels
from innovations.enums import InnovationState
from innovations.models import Award
from innovations.queries.overview import register_at_a_glance, winner_count
from sinovik.home.dumps.fields import (
    Dataset,
    Field,
    Kind,
    Origin,
    innovation,
    simulated,
    source,
)

BLOCK = 1000
STEPS = ("agencies", "recorded", "submitted", "passed")


@dataclass(frozen=True)
class Figure:
    """One number: of the register, of an edition, or as somebody published it."""

    scope: str
    metric: str
    value: Decimal
    year: int | None = None
    group: str = "all"
    is_simulated: bool = False
    source: str = ""
    note: str = ""


def _editions() -> list[Edition]:
    return list(Edition.objects.published().order_by("year"))


def _stages() -> Iterator[Stage]:
    rows = Stage.objects.filter(edition__in=Edition.objects.published()).with_deadline()
    return rows.select_related("edition").order_by("edition__year", "position").iterator(BLOCK)


def _criteria() -> Iterator[Criterion]:
    rows = Criterion.objects.filter(stage__edition__in=Edition.objects.published())
    loaded = rows.select_related("stage__edition")
    order = ("stage__edition__year", "stage__position", "position")
    return loaded.order_by(*order).iterator(BLOCK)


def _results() -> Iterator[Award]:
    awards = Award.objects.announced().exclude(innovation__state=InnovationState.ARCHIVED)
    loaded = awards.select_related("innovation__agency", "innovation__category")
    rows = loaded.defer("innovation__sections")
    return rows.order_by("year", "seats", "pk").iterator(BLOCK)


def _source_of_award(row: Award) -> str:
    """Of an invented award of a real innovation not what the innovation is known from."""
    if row.is_simulated and not row.innovation.is_simulated:
        return row.source
    return row.source or row.innovation.source


def _figures() -> Iterator[Figure]:
    yield from _register()
    for year, counts in sorted(funnels(published_editions()).items()):
        chain = {step: getattr(counts, step) for step in STEPS} | counts.bands
        for metric, value in chain.items():
            if value is not None:
                number = Decimal(value)
                yield Figure("edition", metric, number, year, is_simulated=counts.simulated > 0)
    for row in sorted(published_figures(), key=attrgetter("year", "pk")):
        yield Figure(
            "published",
            row.metric,
            row.value,
            row.year,
            row.group,
            source=row.source,
            note=row.note,
        )


def _register() -> Iterator[Figure]:
    register = register_at_a_glance()
    counted = register.totals
    invented = counted.simulated > 0
    whole = {**vars(counted), "winners": winner_count()}
    for metric, number in whole.items():
        yield Figure("register", metric, Decimal(number), is_simulated=invented)
    for metric, parts in (
        (
            "innovations_by_category",
            {category.slug: category.count for category in register.categories},
        ),
        ("innovations_by_province", register.provinces),
    ):
        for key, number in sorted(parts.items()):
            yield Figure("register", metric, Decimal(number), group=key, is_simulated=invented)


EDITIONS = Dataset(
    "editions",
    _("Edisi kompetisi"),
    _editions,
    (
        Field("year", Kind.INTEGER, _("Tahun edisi"), Origin.SECRETARIAT),
        Field("name", Kind.TEXT, _("Nama edisi"), Origin.SECRETARIAT),
        Field("theme", Kind.TEXT, _("Tema"), Origin.SECRETARIAT),
        Field("note", Kind.TEXT, _("Catatan"), Origin.SECRETARIAT),
        simulated(),
        source(),
    ),
)

STAGES = Dataset(
    "stages",
    _("Tahap tiap edisi"),
    _stages,
    (
        Field("year", Kind.INTEGER, _("Tahun edisi"), read=attrgetter("edition.year")),
        Field("position", Kind.INTEGER, _("Urutan"), Origin.SECRETARIAT),
        Field("stage", Kind.TEXT, _("Kunci tahap"), Origin.SECRETARIAT, attrgetter("slug")),
        Field("name", Kind.TEXT, _("Nama tahap"), Origin.SECRETARIAT),
        Field("kind", Kind.TEXT, _("Jenis tahap (kode)"), Origin.SECRETARIAT),
        Field("state", Kind.TEXT, _("Keadaan tahap (kode)")),
        Field("opens_at", Kind.INSTANT, _("Saat dibuka"), Origin.SECRETARIAT, unit="UTC"),
        Field(
            "closes_at",
            Kind.INSTANT,
            _("Saat ditutup, seperti pertama kali diterbitkan"),
            Origin.SECRETARIAT,
            unit="UTC",
        ),
        Field(
            "deadline",
            Kind.INSTANT,
            _("Saat ditutup, dengan perpanjangan yang berlaku bagi semua"),
            unit="UTC",
        ),
        Field(
            "seats",
            Kind.INTEGER,
            _("Jumlah kursi; kosong bila tahap tidak memilih"),
            Origin.SECRETARIAT,
        ),
        simulated(attrgetter("edition.is_simulated")),
        source(attrgetter("edition.source")),
    ),
)

CRITERIA = Dataset(
    "criteria",
    _("Kriteria penilaian tiap tahap"),
    _criteria,
    (
        Field("year", Kind.INTEGER, _("Tahun edisi"), read=attrgetter("stage.edition.year")),
        Field("stage", Kind.TEXT, _("Kunci tahap"), read=attrgetter("stage.slug")),
        Field("position", Kind.INTEGER, _("Urutan"), Origin.SECRETARIAT),
        Field("key", Kind.TEXT, _("Kunci kriteria"), Origin.SECRETARIAT),
        Field("name", Kind.TEXT, _("Nama kriteria"), Origin.SECRETARIAT),
        Field("question", Kind.TEXT, _("Pertanyaan bagi penilai"), Origin.SECRETARIAT),
        Field(
            "weight",
            Kind.DECIMAL,
            _("Bobot; seluruh kriteria satu tahap berjumlah 100"),
            Origin.SECRETARIAT,
        ),
        Field("scale_maximum", Kind.INTEGER, _("Nilai tertinggi"), Origin.SECRETARIAT),
        simulated(attrgetter("stage.edition.is_simulated")),
        source(attrgetter("stage.edition.source")),
    ),
)

RESULTS = Dataset(
    "results",
    _("Penghargaan yang sudah diumumkan, kecuali atas dosir yang ditarik"),
    _results,
    (
        Field("year", Kind.INTEGER, _("Tahun edisi"), Origin.SECRETARIAT),
        Field("band", Kind.TEXT, _("Kunci penghargaan, misalnya top-45"), Origin.SECRETARIAT),
        Field("band_name", Kind.TEXT, _("Nama penghargaan"), Origin.SECRETARIAT),
        innovation(attrgetter("innovation.slug")),
        Field("title", Kind.TEXT, _("Judul"), Origin.AGENCY, attrgetter("innovation.title")),
        Field(
            "agency_slug",
            Kind.TEXT,
            _("Alamat pendek (slug) instansi"),
            read=attrgetter("innovation.agency.slug"),
        ),
        Field("agency", Kind.TEXT, _("Nama instansi"), read=attrgetter("innovation.agency.name")),
        Field(
            "agency_type",
            Kind.TEXT,
            _("Jenis instansi (kode)"),
            Origin.SECRETARIAT,
            attrgetter("innovation.agency.agency_type"),
        ),
        Field("announced_at", Kind.INSTANT, _("Saat diumumkan"), Origin.SECRETARIAT, unit="UTC"),
        Field("decree_number", Kind.TEXT, _("Nomor keputusan"), Origin.SECRETARIAT),
        simulated(lambda row: row.is_simulated or row.innovation.is_simulated),
        source(_source_of_award),
    ),
)

STATISTICS = Dataset(
    "statistics",
    _("Angka: register, corong tiap edisi, dan angka yang diterbitkan pihak lain"),
    _figures,
    (
        Field(
            "scope",
            Kind.TEXT,
            _("register dan edition dihitung dari baris data; published diterbitkan pihak lain"),
        ),
        Field("year", Kind.INTEGER, _("Tahun edisi; kosong bagi register")),
        Field("metric", Kind.TEXT, _("Apa yang dihitung (kode)")),
        Field("group", Kind.TEXT, _("Bagian mana: all seluruhnya, atau kunci bagiannya")),
        Field("value", Kind.DECIMAL, _("Banyaknya"), Origin.CITED, unit=_("menurut kolom metric")),
        simulated(),
        source(),
        Field("note", Kind.TEXT, _("Catatan"), Origin.CITED),
    ),
)
