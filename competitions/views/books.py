"""The book of winners: one PDF a list, made once and kept while nothing in it changes."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.models import Announcement, Edition, Result, Stage
from competitions.queries.results_public import (
    announcement_of,
    award_title,
    is_announced,
    winners,
)
from competitions.views.results import find_band
from innovations.enums import InnovationState
from sinovik.exports import PDF_TYPE, pdf_bytes
from sinovik.web.access import public
from sinovik.web.shared import brief
from sinovik.web.templatetags.web import moment, number
from sinovik.web.zones import WIB, ZONES

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "book.typ"
VERSION = 2
"""Raise it when the template changes: kept books are made anew."""
MONTH = 30 * 86_400


def kept_key(stage: Stage, results: Sequence[Result]) -> str:
    """Where a book is kept: another list, text, state or language is another key."""
    dossiers = [result.entry.innovation for result in results]
    said = [(one.pk, one.updated_at.isoformat(), one.state, one.is_simulated) for one in dossiers]
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    return f"book:{VERSION}:{get_language()}:{stage.cut_off.content_hash}:{digest}"


@public
@brief
@require_safe
def result_book(request: HttpRequest, year: int, band: str) -> HttpResponse:
    """Every winner of an announced list with its summary; before the instant there is none."""
    edition, _stages, stage = find_band(year, band)
    announcement = announcement_of(stage)
    if announcement is None or not is_announced(stage):
        raise Http404
    results = winners(stage)
    key = kept_key(stage, results)
    octets = cache.get(key)
    if octets is None:
        # The same book whoever asks first: on the contest's clock, not the reader's.
        with timezone.override(ZONES[WIB]):
            octets = pdf_bytes(TEMPLATE, _document(edition, stage, announcement, results))
        cache.set(key, octets, MONTH)
    response = HttpResponse(octets, content_type=PDF_TYPE)
    response["Content-Disposition"] = f'attachment; filename="buku-{band}-{year}.pdf"'
    return response


def _document(
    edition: Edition, stage: Stage, announcement: Announcement, results: Sequence[Result]
) -> dict[str, Any]:
    """The inputs of templates/exports/book.typ."""
    announced = timezone.localdate(announcement.announce_at)
    invented = sum(result.entry.innovation.is_simulated for result in results)
    notes = [_("Urutan menurut abjad instansi, bukan peringkat.")]
    if invented:
        told = _(
            "%(known)s dari %(all)s judul berasal dari sumber terbuka; judul lain adalah contoh"
            " untuk peragaan, ditandai “Data simulasi”, dan tidak ditulis oleh instansi yang"
            " namanya tercantum."
        )
        numbers = {"known": number(len(results) - invented), "all": number(len(results))}
        notes.append(told % numbers)
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "name": _("Buku pemenang"),
        "title": award_title(stage.name, edition.year),
        "lead": _("Diumumkan %(moment)s.") % {"moment": moment(announcement.announce_at)},
        "decree": announcement.decree_number,
        "label": _("Memuat data simulasi") if invented else "",
        "contents": _("Daftar isi"),
        "entries": [_entry(result, stage) for result in results],
        "source_label": _("Sumber:"),
        "notes": notes,
        "issued": [announced.year, announced.month, announced.day],
    }


def _entry(result: Result, stage: Stage) -> dict[str, Any]:
    """One winner; of a dossier that is not published only what the list itself says."""
    innovation, agency = result.entry.innovation, result.entry.agency
    is_public = innovation.state == InnovationState.PUBLISHED
    province = agency.region.province_or_self.name if agency.region else ""
    category = _(innovation.category.name) if innovation.category else ""
    address = settings.SITE_ADDRESS + innovation.get_absolute_url()
    return {
        "title": innovation.title,
        "holder": agency.name,
        "facts": [fact for fact in (_(stage.name), province, category) if fact],
        "label": _("Data simulasi") if innovation.is_simulated else "",
        "text": [line for line in innovation.summary.splitlines() if line.strip()]
        if is_public
        else [],
        "source": "" if innovation.is_simulated else innovation.source,
        "address": address if is_public else "",
    }
