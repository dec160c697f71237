"""Tables of the register: what is published, and what agencies tell of it afterwards."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.models import Agency
from innovations.enums import InnovationState
from innovations.models import (
    Attestation,
    IndicatorValue,
    Innovation,
    MysteryCheck,
    OutcomeIndicator,
    Replication,
    SatisfactionFigure,
)
from innovations.queries.dossiers import start_shown
from innovations.queries.told import (
    told_attestations,
    told_checks,
    told_replications,
    told_satisfaction,
    told_values,
)
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


def _innovations() -> Iterator[Innovation]:
    rows = Innovation.objects.published().order_by("pk")
    loaded = rows.select_related("agency", "unit", "category", "location")
    return loaded.prefetch_related("goals").iterator(BLOCK)


def _sections() -> Iterator[tuple[Innovation, str, str]]:
    for row in Innovation.objects.published().order_by("pk").iterator(BLOCK):
        for key in sorted(row.sections):
            yield row, key, str(row.sections[key])


def _agencies() -> Iterator[Agency]:
    return Agency.objects.for_directory().order_by("pk").iterator(BLOCK)


def _indicators() -> Iterator[OutcomeIndicator]:
    told = OutcomeIndicator.objects.filter(pk__in=told_values().order_by().values("indicator"))
    loaded = told.select_related("innovation").defer("innovation__sections")
    values = IndicatorValue.objects.in_force().order_by("pk")
    loaded = loaded.prefetch_related(Prefetch("values", values, to_attr="told"))
    return loaded.order_by("pk").iterator(BLOCK)


def _one_by_one(rows: "QuerySet[Any]") -> Iterator[Any]:
    return rows.iterator(BLOCK)


def _measurements() -> Iterator[IndicatorValue]:
    return _one_by_one(told_values())


def _attestations() -> Iterator[Attestation]:
    return _one_by_one(told_attestations())


def _checks() -> Iterator[MysteryCheck]:
    return _one_by_one(told_checks())


def _satisfaction() -> Iterator[SatisfactionFigure]:
    return _one_by_one(told_satisfaction())


def _replications() -> Iterator[Replication]:
    return _one_by_one(told_replications())


def _replica(row: Replication) -> str | None:
    replica = row.replica
    return replica.slug if replica and replica.state == InnovationState.PUBLISHED else None


def _own(row: Any) -> str:
    """What agencies wrote here has no other source, least of all that of a dossier's title."""
    return ""


def _has_simulated_value(row: OutcomeIndicator) -> bool:
    return any(value.is_simulated for value in row.told)  # type: ignore[attr-defined]


def _sources_of_values(row: OutcomeIndicator) -> str:
    sources = dict.fromkeys(value.source for value in row.told)  # type: ignore[attr-defined]
    return "; ".join(text for text in sources if text)


def _name(attribute: str) -> Any:
    def read(row: Any) -> str | None:
        related = getattr(row, attribute)
        return related.name if related else None

    return read


INNOVATIONS = Dataset(
    "innovations",
    _("Inovasi yang terbit"),
    _innovations,
    (
        Field("code", Kind.TEXT, _("Nomor tetap yang dikutip orang, misalnya INO-00417")),
        Field("slug", Kind.TEXT, _("Alamat pendek (slug) inovasi")),
        Field("title", Kind.TEXT, _("Judul"), Origin.AGENCY),
        Field(
            "agency_slug",
            Kind.TEXT,
            _("Alamat pendek (slug) instansi"),
            read=attrgetter("agency.slug"),
        ),
        Field("agency", Kind.TEXT, _("Nama instansi"), read=attrgetter("agency.name")),
        Field("unit", Kind.TEXT, _("Unit pelayanan"), Origin.AGENCY, _name("unit")),
        Field("category", Kind.TEXT, _("Kategori pelayanan"), Origin.AGENCY, _name("category")),
        Field("location", Kind.TEXT, _("Lokasi penerapan"), Origin.AGENCY, _name("location")),
        Field("summary", Kind.TEXT, _("Ringkasan"), Origin.AGENCY),
        Field("novelty_kind", Kind.TEXT, _("Jenis kebaruan (kode)"), Origin.AGENCY),
        Field("novelty_form", Kind.TEXT, _("Bentuk kebaruan (kode)"), Origin.AGENCY),
        Field("benefit", Kind.TEXT, _("Jenis manfaat (kode)"), Origin.AGENCY),
        Field("started_on", Kind.DATE, _("Tanggal mulai diterapkan"), Origin.AGENCY, start_shown),
        Field(
            "goals",
            Kind.INTEGERS,
            _("Nomor Tujuan Pembangunan Berkelanjutan (1–17)"),
            Origin.AGENCY,
            lambda row: sorted(goal.number for goal in row.goals.all()),
        ),
        Field("published_at", Kind.INSTANT, _("Saat terbit"), unit="UTC"),
        Field(
            "life",
            Kind.TEXT,
            _("Keadaan hidup saat berkas dibuat, dari pernyataan terakhir instansi (kode)"),
            read=attrgetter("life_now"),
        ),
        simulated(),
        source(),
    ),
)

SECTIONS = Dataset(
    "sections",
    _("Isi dosir, satu baris tiap bagian"),
    _sections,
    (
        innovation(lambda row: row[0].slug),
        Field("section", Kind.TEXT, _("Kunci bagian dosir"), read=lambda row: row[1]),
        Field("text", Kind.TEXT, _("Isi bagian"), Origin.AGENCY, lambda row: row[2]),
        simulated(lambda row: row[0].is_simulated),
        source(lambda row: row[0].source if row[0].is_simulated else ""),
    ),
)

AGENCIES = Dataset(
    "agencies",
    pgettext_lazy("banyak", "Instansi"),
    _agencies,
    (
        Field("slug", Kind.TEXT, _("Alamat pendek (slug) instansi")),
        Field("name", Kind.TEXT, _("Nama instansi"), Origin.SECRETARIAT),
        Field("agency_type", Kind.TEXT, _("Jenis instansi (kode)"), Origin.SECRETARIAT),
        Field("region", Kind.TEXT, _("Kode wilayah"), Origin.REGIONS, attrgetter("region_id")),
        Field(
            "province",
            Kind.TEXT,
            _("Kode provinsi; kosong bagi instansi pusat"),
            Origin.REGIONS,
            lambda row: row.region.province_or_self.code if row.region else None,
        ),
        simulated(),
        source(),
    ),
)

INDICATORS = Dataset(
    "indicators",
    _("Indikator hasil"),
    _indicators,
    (
        Field("indicator", Kind.INTEGER, _("Nomor indikator"), read=attrgetter("pk")),
        innovation(attrgetter("innovation.slug")),
        Field("name", Kind.TEXT, _("Nama indikator"), Origin.AGENCY),
        Field("unit", Kind.TEXT, _("Satuan nilainya"), Origin.AGENCY),
        Field("direction", Kind.TEXT, _("Arah yang baik: up naik, down turun"), Origin.AGENCY),
        simulated(_has_simulated_value),
        source(_sources_of_values),
    ),
)

MEASUREMENTS = Dataset(
    "measurements",
    _("Keadaan awal, sasaran, dan pengukuran indikator yang berlaku"),
    _measurements,
    (
        Field("indicator", Kind.INTEGER, _("Nomor indikator"), read=attrgetter("indicator_id")),
        innovation(attrgetter("indicator.innovation.slug")),
        Field("kind", Kind.TEXT, _("Jenis nilai: awal, sasaran, atau pengukuran (kode)")),
        Field(
            "value",
            Kind.DECIMAL,
            _("Nilai"),
            Origin.AGENCY,
            unit=_("menurut kolom unit tabel indicators"),
        ),
        Field("dated_on", Kind.DATE, _("Tanggal pengukuran atau sasaran"), Origin.AGENCY),
        Field("is_year_only", Kind.BOOLEAN, _("Benar bila hanya tahunnya yang diketahui")),
        Field("measured_by", Kind.TEXT, _("Siapa yang mengukur"), Origin.AGENCY),
        simulated(),
        source(),
    ),
)

ATTESTATIONS = Dataset(
    "attestations",
    _("Pernyataan tahunan instansi"),
    _attestations,
    (
        innovation(attrgetter("innovation.slug")),
        Field("state", Kind.TEXT, _("Keadaan yang dinyatakan (kode)"), Origin.AGENCY),
        Field("stopped_on", Kind.DATE, _("Tanggal berhenti, bila berhenti"), Origin.AGENCY),
        Field("reason", Kind.TEXT, _("Alasan berhenti"), Origin.AGENCY),
        Field("lessons", Kind.TEXT, _("Pelajaran untuk yang ingin meniru"), Origin.AGENCY),
        Field("note", Kind.TEXT, _("Catatan"), Origin.AGENCY),
        Field("link", Kind.TEXT, _("Tautan bukti"), Origin.AGENCY),
        Field("attested_at", Kind.INSTANT, _("Saat dinyatakan"), unit="UTC"),
        simulated(),
        source(),
    ),
)

OBSERVED = (
    innovation(attrgetter("innovation.slug")),
    Field("dated_on", Kind.DATE, _("Tanggal pemeriksaan atau survei"), Origin.OBSERVER),
    Field("is_year_only", Kind.BOOLEAN, _("Benar bila hanya tahunnya yang diketahui")),
    Field("observed_by", Kind.TEXT, _("Lembaga yang memeriksa"), Origin.OBSERVER),
    Field("note", Kind.TEXT, _("Catatan"), Origin.OBSERVER),
)

MYSTERY_CHECKS = Dataset(
    "mystery_checks",
    _("Pemeriksaan tersamar yang berlaku"),
    _checks,
    (
        *OBSERVED,
        Field("place", Kind.TEXT, _("Tempat"), Origin.OBSERVER),
        Field("result", Kind.TEXT, _("Hasil"), Origin.OBSERVER),
        Field("waiting_minutes", Kind.DECIMAL, _("Waktu tunggu"), Origin.OBSERVER, unit=_("menit")),
        simulated(),
        source(),
    ),
)

SATISFACTION = Dataset(
    "satisfaction",
    _("Angka kepuasan yang berlaku"),
    _satisfaction,
    (
        *OBSERVED,
        Field("survey", Kind.TEXT, _("Nama survei"), Origin.OBSERVER),
        Field("value", Kind.DECIMAL, _("Nilai IKM (0–100)"), Origin.OBSERVER),
        Field("weakest_part", Kind.TEXT, _("Unsur dengan nilai terburuk"), Origin.OBSERVER),
        simulated(),
        source(),
    ),
)

REPLICATIONS = Dataset(
    "replications",
    _("Replikasi yang disepakati kedua instansi"),
    _replications,
    (
        Field(
            "origin",
            Kind.TEXT,
            _("Alamat pendek (slug) inovasi asal"),
            read=attrgetter("origin.slug"),
        ),
        Field(
            "agency",
            Kind.TEXT,
            _("Alamat pendek (slug) instansi yang mereplikasi"),
            read=attrgetter("agency.slug"),
        ),
        Field(
            "verified",
            Kind.BOOLEAN,
            _("Benar bila asal dan sekretariat sudah memverifikasi"),
            read=attrgetter("is_verified"),
        ),
        Field("agreed_at", Kind.INSTANT, _("Saat disepakati"), unit="UTC"),
        Field("verified_at", Kind.INSTANT, _("Saat diverifikasi"), unit="UTC"),
        Field(
            "replica",
            Kind.TEXT,
            _("Alamat pendek (slug) inovasi hasil replikasi, bila terbit"),
            read=_replica,
        ),
        simulated(),
        source(_own),
    ),
)
