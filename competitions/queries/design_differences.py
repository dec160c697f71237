"""What a change of a part changes, field by field, for the person who confirms it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

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


def _label(field: str) -> str:
    labels = {
        "name": _("Nama"),
        "theme": _("Tema"),
        "source": _("Sumber"),
        "note": _("Catatan"),
        "slug": _("Kunci"),
        "key": _("Kunci"),
        "minimum_age_months": _("Usia paling muda inovasi (bulan)"),
        "quota": _("Kuota per instansi"),
        "title": _("Judul bagian"),
        "question": _("Pertanyaan"),
        "guidance": _("Petunjuk"),
        "example": _("Contoh jawaban"),
        "maximum_words": _("Paling banyak (kata)"),
        "is_required": _("Wajib diunggah"),
        "severity": _("Akibat"),
        "parameters": _("Angka"),
        "basis": _("Dasar"),
        "group": _("Kelompok"),
        "is_on": _("Aturan ini berlaku"),
        "kind": _("Jenis"),
        "seats": _("Jumlah kursi"),
        "ranks_from": _("Diperingkat dari"),
        "reviews_per_entry": _("Lembar nilai per peserta"),
        "extra_readers": _("Pembaca tambahan bila berselisih"),
        "disagreement_threshold": _("Selisih yang memanggil pembaca tambahan (poin)"),
        "passing_grade": _("Nilai kelulusan"),
        "ranks_by": _("Nilai yang menentukan peringkat"),
        "number": _("Angka"),
        "trait": _("Menurut"),
        "is_blind": _("Samarkan identitas instansi"),
        "tie_break": _("Pemecah seri"),
        "correction_days": _("Masa perbaikan (hari)"),
        "correction_rounds": _("Perbaikan paling banyak (kali)"),
        "objection_days": _("Masa sanggah (hari)"),
        "answer_days": _("Sanggahan dijawab dalam (hari kalender)"),
        "weight": _("Bobot (persen)"),
        "scale_maximum": _("Nilai tertinggi"),
        "note_rule": _("Catatan penilai"),
        "levels": _("Jenjang nilai"),
    }
    return labels.get(field, field)
