"""The winners of 2019 that are really known: title, agency, unit and source, nothing else."""

import re
from dataclasses import dataclass

from sinovik.web.reference import read_table

YEAR = "2019"
FULL_NAMES = {"Kepolisian Negara RI": "Kepolisian Negara Republik Indonesia"}
"""Agencies that the sources call by a shorter name than the register."""

CATEGORIES = {
    "Supertajam": "tata-kelola-pemerintahan",
    "SKCK": "penegakan-hukum",
    "Tele Apik": "kesehatan",
    "Oce Oke": "tata-kelola-pemerintahan",
    "Pattas Sosial": "pengentasan-kemiskinan",
    "Gerakan Kembali Bersekolah": "pendidikan",
    "Balakar": "pemberdayaan-masyarakat",
    "Misteri Calon Pengantin": "kesehatan",
    "Rumah Sakit Rasa Toyota": "kesehatan",
    "Rumah Kedelai": "ketahanan-pangan",
    "Kader Gegana": "kesehatan",
    "SELFI": "pendidikan",
    "PANADA": "tata-kelola-pemerintahan",
    "Pinter Melatih": "pemberdayaan-masyarakat",
    "Telor Dadar": "tata-kelola-pemerintahan",
    "Payjem": "kesehatan",
    "Apem Asi": "tata-kelola-pemerintahan",
    "Si Perut Laper": "tata-kelola-pemerintahan",
    "Cegah Stunting": "kesehatan",
    "Rantang Kasih": "pengentasan-kemiskinan",
    "Gerebek Pasar Legi": "pertumbuhan-ekonomi-dan-kesempatan-kerja",
    "Geladak Kancil": "pemberdayaan-masyarakat",
    "Cakrukan": "pertumbuhan-ekonomi-dan-kesempatan-kerja",
    "Posko Paman": "tata-kelola-pemerintahan",
}
"""The category of 2019 is not known; ours is guessed from the title, and the text says so."""

UNPUBLISHED = (
    "Isi bagian ini tidak diterbitkan oleh penyelenggara maupun instansinya, sehingga sengaja "
    "tidak ditulis di sini."
)


@dataclass(frozen=True)
class RealWinner:
    """A winner as published. `remark` is what had to be said about the title."""

    title: str
    agency: str
    unit: str
    agency_type: str
    is_in_second_band: bool
    source: str
    remark: str

    @property
    def category(self) -> str:
        """Slug of the category guessed from the title."""
        return next(slug for start, slug in CATEGORIES.items() if self.title.startswith(start))

    @property
    def band_name(self) -> str:
        """The best band that the sources name."""
        return "Top 45" if self.is_in_second_band else "Top 99"

    def summary(self) -> str:
        """What is known, and that nothing else is."""
        owner = f"{self.unit}, {self.agency}" if self.unit else self.agency
        parts = [
            f"{self.title} adalah inovasi {owner} yang masuk {self.band_name} Inovasi Pelayanan "
            "Publik 2019.",
            "Judul, instansi, dan penghargaannya bersumber dari pemberitaan yang disebut pada "
            "halaman ini; isi proposalnya tidak diterbitkan.",
            self.remark,
        ]
        return " ".join(part for part in parts if part)

    def sections(self) -> dict[str, str]:
        """Texts that invent nothing."""
        keys = (
            "background novelty implementation significance adaptability resources sustainability"
        ).split()
        texts = dict.fromkeys(keys, UNPUBLISHED)
        texts["background"] += " Kategori dipilih pembangun dunia contoh dari judulnya."
        texts["implementation"] += (
            " Tanggal mulai yang tercatat bukan tanggal sebenarnya, melainkan batas usia paling "
            "muda menurut aturan edisi."
        )
        texts["significance"] += " Nilai yang tampil pada edisi ini adalah simulasi."
        return texts


def real_winners() -> list[RealWinner]:
    """The 24 titles of 2019 that are known, as the source lists them."""
    return [
        _winner(row) for row in read_table("competitions", "kipp_winners") if row["year"] == YEAR
    ]


def _winner(row: dict[str, str]) -> RealWinner:
    title, remark = _clean(row["title"])
    agency, _, unit = row["agency"].partition(" (")
    return RealWinner(
        title=title,
        agency=FULL_NAMES.get(agency, agency),
        unit=unit.removesuffix(")"),
        agency_type=row["agency_type"],
        is_in_second_band=row["rank_band"] == "top45",
        source=row["source"],
        remark=remark,
    )


def _clean(title: str) -> tuple[str, str]:
    """The title without the collectors' remarks, and the remark as a sentence."""
    if found := re.fullmatch(r'(.+?) \(ejaan sumber: "(.+)"\)', title):
        return found[1], f"Ejaan dalam sumber: “{found[2]}”."
    if found := re.fullmatch(r"(.+?) \(nama di Top 99: (.+?) - (.+)\)", title):
        return f"{found[2]} ({found[3]})", f"Pada Top 45 disebut “{found[1]}”."
    return title, ""
