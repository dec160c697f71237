"""The three editions of the demo world as blueprints."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from competitions.actions.reference import REFERENCE, rule_blueprints
from competitions.blueprints import (
    CriterionBlueprint,
    EditionBlueprint,
    GroupBlueprint,
    LevelBlueprint,
    PolicyBlueprint,
    SectionBlueprint,
    StageBlueprint,
)
from competitions.enums import PolicyKind, PolicyTrait, RunBasis, StageKind
from sinovik.management.world.papers import LETTER
from sinovik.web.reference import read_table

WIB = ZoneInfo("Asia/Jakarta")
LAST_MINUTE = time(23, 59)
MORNING = time(8, 0)
REGISTRATION, ADMINISTRATIVE, REVIEW = "pendaftaran", "seleksi-administrasi", "penilaian-proposal"
TOP_99, TOP_45 = "top-99", "top-45"
REVIEW_TIE_BREAK = ("significance", "adaptability", "novelty", "sustainability")
PANEL_TIE_BREAK = ("presentation", "impact", "urgency")
SPREAD = (
    PolicyBlueprint(PolicyKind.MOST_PER_AGENCY, 3),
    PolicyBlueprint(PolicyKind.LEAST_PER_REGION, 1, PolicyTrait.ISLAND),
)
"""Terms of the simulated editions' Top 99; what KIPP really asks for is not published."""
THEME_2019 = (
    "Inovasi Pelayanan Publik Sebagai Perwujudan Percepatan Reformasi Birokrasi dan Pencapaian "
    "Tujuan Pembangunan Berkelanjutan"
)
NOTE_2019 = (
    "Edisi ini memutar ulang KIPP 2019. Tema, jadwal pendaftaran, jumlah di setiap tahap, susunan "
    "Top 99 dan Top 45 menurut jenis instansi, serta 24 judul pemenang bersumber dari "
    "pemberitaan. Selebihnya simulasi: judul dan isi proposal lain, seluruh nilai, nomor "
    "keputusan, dan siapa saja penilainya. Dari 331 instansi peserta, hanya instansi pemenang "
    "yang diketahui namanya; yang lain diundi dari daftar instansi yang nyata. Bobot kriteria "
    "memakai KIPP 2023 kelompok Umum dan kategori memakai sepuluh kategori KIPP 2021, karena "
    "bobot dan kategori 2019 tidak ditemukan. Kriteria panel juga tidak ditemukan dan memakai "
    "aspek KIPP Sulawesi Selatan 2022. Jumlah yang lolos seleksi administrasi berbeda antarsumber: "
    "1.651 menurut dokumen rujukan, 1.329 menurut berita kementerian 30 April 2019."
)
NOTE_SIMULATED = (
    "Edisi ini seluruhnya simulasi untuk keperluan demonstrasi. Instansi dan wilayahnya nyata, "
    "tetapi tidak satu pun proposal, orang, atau nilai di dalamnya berasal dari instansi tersebut."
)
SOURCE_2019 = "https://menpan.go.id/site/berita-terkini/meningkat-dari-tahun-lalu-lebih-dari-3-000-inovasi-ikuti-kipp-2019"


def wib(day: date, at: time = MORNING) -> datetime:
    """A moment of western Indonesian time."""
    return datetime.combine(day, at, WIB)


def _table(name: str) -> dict[str, Any]:
    path: Path = REFERENCE / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def form_sections(*, limited: bool) -> tuple[SectionBlueprint, ...]:
    """Sections of KIPP 2023; without `limited` only the summary has a word limit."""
    return tuple(
        SectionBlueprint(
            key=row["key"],
            title=row["title"],
            question=row["question"],
            guidance=row["guidance"],
            example=row["example"],
            maximum_words=row["maximum_words"] if limited or row["key"] == "summary" else None,
        )
        for row in _table("form_2023")["section"]
    )


def review_criteria() -> tuple[CriterionBlueprint, ...]:
    """Criteria of the proposal review: the sections that have a weight."""
    table = _table("form_2023")
    rows = [{**row, "name": row["title"]} for row in table["section"] if "weight" in row]
    return _criteria(rows, table["labels"])


def panel_criteria() -> tuple[CriterionBlueprint, ...]:
    """Criteria of the panel."""
    table = _table("panel")
    return _criteria(table["criterion"], table["labels"])


def _criteria(rows: Iterable[dict[str, Any]], labels: list[str]) -> tuple[CriterionBlueprint, ...]:
    return tuple(
        CriterionBlueprint(
            key=row["key"],
            name=row["name"],
            question=row["question"],
            weight=Decimal(row["weight"]),
            levels=tuple(
                LevelBlueprint(mark, label, text)
                for mark, (label, text) in enumerate(
                    zip(labels, row["levels"], strict=True), start=1
                )
            ),
        )
        for row in rows
    )


def category_slugs() -> tuple[str, ...]:
    """The ten categories of KIPP 2021."""
    return tuple(row["slug"] for row in read_table("innovations", "categories"))


def _stages(
    days: dict[str, tuple[datetime, datetime]], seats: tuple[int, int], objected: tuple[int, int]
) -> tuple[StageBlueprint, ...]:
    return (
        StageBlueprint(StageKind.REGISTRATION, REGISTRATION, "Pendaftaran", *days[REGISTRATION]),
        StageBlueprint(
            StageKind.ADMINISTRATIVE,
            ADMINISTRATIVE,
            "Seleksi administrasi",
            *days[ADMINISTRATIVE],
        ),
        StageBlueprint(
            StageKind.REVIEW,
            REVIEW,
            "Penilaian proposal",
            *days[REVIEW],
            criteria=review_criteria(),
        ),
        StageBlueprint(
            StageKind.SELECTION,
            TOP_99,
            "Top 99",
            *days[TOP_99],
            seats=seats[0],
            objection_days=objected[0],
            ranks_from=REVIEW,
            tie_break=REVIEW_TIE_BREAK,
        ),
        StageBlueprint(
            StageKind.SELECTION,
            TOP_45,
            "Top 45",
            *days[TOP_45],
            seats=seats[1],
            objection_days=objected[1],
            tie_break=PANEL_TIE_BREAK,
            criteria=panel_criteria(),
        ),
    )


def edition_2019(seats: tuple[int, int] = (99, 45)) -> EditionBlueprint:
    """KIPP 2019. Known: registration, evaluation and award dates; between them it is ours."""
    days = {
        REGISTRATION: (wib(date(2019, 3, 1), time(0, 0)), wib(date(2019, 4, 21), LAST_MINUTE)),
        ADMINISTRATIVE: (wib(date(2019, 4, 22)), wib(date(2019, 4, 26), LAST_MINUTE)),
        REVIEW: (wib(date(2019, 4, 27)), wib(date(2019, 5, 10), LAST_MINUTE)),
        TOP_99: (wib(date(2019, 5, 13)), wib(date(2019, 7, 18), LAST_MINUTE)),
        TOP_45: (wib(date(2019, 7, 22)), wib(date(2019, 10, 15), LAST_MINUTE)),
    }
    return EditionBlueprint(
        year=2019,
        name="KIPP 2019",
        theme=THEME_2019,
        groups=(GroupBlueprint("umum", "Umum", minimum_age_months=12),),
        categories=category_slugs(),
        sections=form_sections(limited=False),
        stages=_stages(days, seats, objected=(5, 0)),
        rules=rule_blueprints("2019"),
        source=SOURCE_2019,
        note=NOTE_2019,
    )


def _modern(year: int, days: dict[str, tuple[datetime, datetime]], theme: str) -> EditionBlueprint:
    return EditionBlueprint(
        year=year,
        name=f"KIPP {year}",
        theme=theme,
        groups=(
            GroupBlueprint("umum", "Umum", minimum_age_months=24, quota=10),
            GroupBlueprint("replikasi", "Replikasi", minimum_age_months=12, quota=5),
        ),
        categories=category_slugs(),
        sections=form_sections(limited=True),
        stages=_stages(days, (99, 45), objected=(5, 5)),
        rules=rule_blueprints("modern"),
        note=NOTE_SIMULATED,
        is_simulated=True,
    )


def _days(today: date, opens: dict[str, tuple[int, int]]) -> dict[str, tuple[datetime, datetime]]:
    return {
        slug: (wib(today + timedelta(start)), wib(today + timedelta(end), LAST_MINUTE))
        for slug, (start, end) in opens.items()
    }


def edition_in_review(today: date) -> EditionBlueprint:
    """This year's edition: registration and selection are over, evaluators read now."""
    days = _days(
        today,
        {
            REGISTRATION: (-150, -75),
            ADMINISTRATIVE: (-74, -40),
            REVIEW: (-12, 12),
            TOP_99: (15, 45),
            TOP_45: (46, 90),
        },
    )
    edition = _modern(today.year, days, "Pelayanan yang dekat, mudah, dan dipercaya warga")
    changes: dict[str, dict[str, Any]] = {
        REVIEW: {"extra_readers": 1, "is_blind": True},
        TOP_99: {"policy": SPREAD},
    }
    return replace(edition, stages=_changed(edition.stages, changes))


def edition_open(today: date) -> EditionBlueprint:
    """Next year's edition, open for registration since twenty days."""
    days = _days(
        today,
        {
            REGISTRATION: (-20, 53),
            ADMINISTRATIVE: (54, 80),
            REVIEW: (84, 112),
            TOP_99: (115, 145),
            TOP_45: (146, 190),
        },
    )
    edition = _modern(today.year + 1, days, "Inovasi yang tumbuh, ditiru, dan bertahan")
    changes: dict[str, dict[str, Any]] = {
        REGISTRATION: {"grace_minutes": 30},
        REVIEW: {"extra_readers": 1, "passing_grade": 85},
        TOP_99: {"policy": SPREAD, "ranks_by": RunBasis.CALIBRATED},
    }
    return replace(
        edition,
        documents=(LETTER,),
        stages=_changed(edition.stages, changes),
        rules=(*edition.rules, *rule_blueprints("replication")),
    )


def _changed(
    stages: Iterable[StageBlueprint], changes: dict[str, dict[str, Any]]
) -> tuple[StageBlueprint, ...]:
    """The stages, with the terms that `changes` names by slug."""
    return tuple(replace(stage, **changes.get(stage.slug, {})) for stage in stages)
