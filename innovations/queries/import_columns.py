"""The columns of a table of dossiers, and how a cell becomes a value."""

import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from innovations.queries.dossiers import HEADINGS
from innovations.versions import title_key

Text = str | Promise
MONTHS = (
    "januari februari maret april mei juni juli agustus september oktober november desember"
).split()
SHORT_MONTHS = "jan feb mar apr mei jun jul agu sep okt nov des".split()
OTHER_MONTHS = {
    "pebruari": 2, "nopember": 11, "agt": 8, "agustus": 8, "nop": 11, "peb": 2,
    "january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "august": 8,
    "october": 10, "december": 12, "aug": 8, "oct": 10, "dec": 12,
}  # fmt: skip
MONTH_NUMBERS = OTHER_MONTHS | {
    name: number
    for names in (MONTHS, SHORT_MONTHS)
    for number, name in enumerate(names, start=1)
}  # fmt: skip
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?\Z")
PLAIN_DAY = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})\Z")
NAMED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,10})\.?[ -](\d{4})\Z")


@dataclass(frozen=True)
class Column:
    """A column; `is_needed` where an empty cell is an error."""

    key: str
    heading: Text
    hint: Text
    example: Text
    is_needed: bool = False
    width: int = 24


CHOSEN = gettext_lazy("Salah satu dari lembar Pilihan.")

AGENCY = Column(
    "agency",
    gettext_lazy("Instansi"),
    gettext_lazy("Nama instansi seperti di daftar instansi."),
    "Kabupaten Sleman",
    is_needed=True,
)
TITLE = Column(
    "title",
    gettext_lazy("Judul inovasi"),
    gettext_lazy("Wajib. Nama yang dikenal warga, paling panjang 200 karakter."),
    gettext_lazy("Antrean Tanpa Antre di Puskesmas"),
    is_needed=True,
    width=40,
)
COLUMNS = (
    TITLE,
    Column("unit", gettext_lazy("Unit pelayanan"), gettext_lazy("Unit yang sudah terdaftar."), ""),
    Column("category", gettext_lazy("Kategori"), CHOSEN, ""),
    Column(
        "location",
        gettext_lazy("Lokasi"),
        gettext_lazy("Provinsi, kabupaten, atau kota."),
        "",
    ),
    Column(
        "started_on",
        gettext_lazy("Tanggal mulai"),
        gettext_lazy("Misalnya 27 Maret 2019, 27/3/2019, atau 2019-03-27."),
        "27 Maret 2019",
        width=16,
    ),
    Column("novelty_kind", gettext_lazy("Jenis kebaruan"), CHOSEN, ""),
    Column("novelty_form", gettext_lazy("Bentuk kebaruan"), CHOSEN, ""),
    Column("benefit", gettext_lazy("Jenis manfaat"), CHOSEN, ""),
    Column(
        "goals", gettext_lazy("TPB"), gettext_lazy("Nomor 1 sampai 17, pisahkan dengan koma."), ""
    ),
    Column(
        "summary",
        gettext_lazy("Ringkasan"),
        gettext_lazy("Paling banyak 200 kata dalam proposal."),
        gettext_lazy("Warga mendaftar dari rumah dan datang pada jam yang dipilihnya."),
        width=60,
    ),
    *(Column(key, heading, gettext_lazy("Boleh dikosongkan."), "", width=40)
      for key, heading in HEADINGS.items()),
)  # fmt: skip
NEEDED_IN_REGISTER = frozenset({"summary", "started_on"})
"""Besides the agency: what a published dossier can't be without."""


def columns_for(*, is_register: bool) -> tuple[Column, ...]:
    """The columns of an agency's own list, or of a list for the register."""
    return (AGENCY, *COLUMNS) if is_register else COLUMNS


def placed(headings: list[str], columns: tuple[Column, ...]) -> tuple[dict[int, str], list[str]]:
    """Where each column stands by its heading, and what is wrong with the headings."""
    keys = {spelling: column for column in columns for spelling in spellings(column.heading)}
    places: dict[int, str] = {}
    faults = []
    for place, heading in enumerate(headings):
        column = keys.get(title_key(heading))
        if column is None:
            faults.append(_("Kolom “%s” tidak dikenal. Pakai judul kolom dari templat.") % heading)
        elif column.key in places.values():
            faults.append(_("Kolom “%s” ada dua kali. Hapus salah satunya.") % heading)
        else:
            places[place] = column.key
    faults += [
        _("Kolom “%s” tidak ada. Pakai templat yang disediakan.") % column.heading
        for column in columns
        if column.is_needed and column.key not in places.values()
    ]
    return places, faults


def spellings(text: Text) -> set[str]:
    """Keys of a text in every language: a template fetched in one may be sent in another."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {title_key(str(text)), title_key(gettext(str(text)) if text else "")}
    return found


def day_in(text: str) -> date | None:
    """The day that is meant by ISO, by Indonesian words or by day, month and year."""
    spaced = " ".join(text.split())
    if found := ISO_DAY.match(spaced):
        year, month, day = (int(part) for part in found.groups())
    elif found := PLAIN_DAY.match(spaced):
        day, month, year = (int(part) for part in found.groups())
    elif found := NAMED_DAY.match(spaced):
        day, year = int(found[1]), int(found[3])
        month = MONTH_NUMBERS.get(found[2].lower(), 0)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def numbers_in(text: str) -> list[int] | None:
    """Whole numbers apart by commas, semicolons or spaces; None for anything else."""
    parts = re.split(r"[,;\s]+", text.strip(" ,;"))
    if not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
        return None
    return sorted({int(part) for part in parts})
