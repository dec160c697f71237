"""What a change of a part changes, field by field, for the person who confirms it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.blueprints import Content
from competitions.enums import PolicyKind


@dataclass(frozen=True)
class Difference:
    """A field of a row before and after; empty means it was not there."""

    row: str
    field: str
    before: str
    after: str


def differences(before: Content, after: Content) -> list[Difference]:
    """Rows are matched by their key; their order counts as a field of its own."""
    old, new = ({_key(row): row for row in content} for content in (before, after))
    found = [
        Difference(_name(new.get(key) or old[key]), _label(field), one, other)
        for key in dict.fromkeys([*old, *new])
        for field in dict.fromkeys([*old.get(key, {}), *new.get(key, {})])
        if (one := _text(old.get(key, {}).get(field)))
        != (other := _text(new.get(key, {}).get(field)))
    ]
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        order = (" → ".join(_name(row) for row in content) for content in (before, after))
        found.append(Difference("", _("Urutan"), *order))
    return found


def _key(row: dict[str, Any]) -> str:
    own = row.get("key") or row.get("slug") or row.get("kind") or ""
    return f"{own}·{row.get('group') or row.get('trait') or ''}"


def _name(row: dict[str, Any]) -> str:
    if "trait" in row:
        return str(PolicyKind(row["kind"]).label)
    return str(row.get("title") or row.get("name") or row.get("key") or row.get("slug") or "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return " · ".join(_text(one) for one in value.values())
    return "" if value is None else str(value)


LABELS = {
    "name": gettext_lazy("Nama"),
    "theme": gettext_lazy("Tema"),
    "source": gettext_lazy("Sumber"),
    "note": gettext_lazy("Catatan"),
    "slug": gettext_lazy("Kunci"),
    "key": gettext_lazy("Kunci"),
    "minimum_age_months": gettext_lazy("Usia paling muda inovasi (bulan)"),
    "quota": gettext_lazy("Kuota per instansi"),
    "title": gettext_lazy("Judul bagian"),
    "question": gettext_lazy("Pertanyaan"),
    "guidance": gettext_lazy("Petunjuk"),
    "example": gettext_lazy("Contoh jawaban"),
    "maximum_words": gettext_lazy("Paling banyak (kata)"),
    "is_required": gettext_lazy("Wajib diunggah"),
    "severity": gettext_lazy("Akibat"),
    "parameters": gettext_lazy("Angka"),
    "basis": gettext_lazy("Dasar"),
    "group": gettext_lazy("Kelompok"),
    "is_on": gettext_lazy("Aturan ini berlaku"),
    "kind": gettext_lazy("Jenis"),
    "seats": gettext_lazy("Jumlah kursi"),
    "ranks_from": gettext_lazy("Diperingkat dari"),
    "reviews_per_entry": gettext_lazy("Lembar nilai per peserta"),
    "extra_readers": gettext_lazy("Pembaca tambahan bila berselisih"),
    "disagreement_threshold": gettext_lazy("Selisih yang memanggil pembaca tambahan (poin)"),
    "passing_grade": gettext_lazy("Nilai kelulusan"),
    "ranks_by": gettext_lazy("Nilai yang menentukan peringkat"),
    "number": gettext_lazy("Angka"),
    "trait": gettext_lazy("Menurut"),
    "is_blind": gettext_lazy("Samarkan identitas instansi"),
    "tie_break": gettext_lazy("Pemecah seri"),
    "correction_days": gettext_lazy("Masa perbaikan (hari)"),
    "correction_rounds": gettext_lazy("Perbaikan paling banyak (kali)"),
    "objection_days": gettext_lazy("Masa sanggah (hari)"),
    "answer_days": gettext_lazy("Sanggahan dijawab dalam (hari kalender)"),
    "weight": gettext_lazy("Bobot (persen)"),
    "scale_maximum": gettext_lazy("Nilai tertinggi"),
    "note_rule": gettext_lazy("Catatan penilai"),
    "levels": gettext_lazy("Jenjang nilai"),
}


def _label(field: str) -> str:
    return str(LABELS.get(field, field))
