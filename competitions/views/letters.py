"""A letter of the administrative selection on paper."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from competitions.models import Entry, Letter
from competitions.views.entries import visible_entry
from sinovik.exports import PDF_TYPE, pdf_bytes
from sinovik.web.access import signed_in
from sinovik.web.templatetags.web import moment

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "letter.typ"


@require_GET
@signed_in
def letter_pdf(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """A letter as it was sent, in the reader's language, for whoever may open the entry."""
    entry = visible_entry(request, pk)
    sent = get_object_or_404(Letter, pk=letter, entry=entry)
    name = f"surat-{entry.number}-{sent.pk}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    octets = pdf_bytes(TEMPLATE, _document(entry, sent))
    return HttpResponse(octets, content_type=PDF_TYPE, headers=headers)


def _document(entry: Entry, letter: Letter) -> dict[str, Any]:
    """The inputs of templates/exports/letter.typ, from what was sent and nothing else."""
    is_english = get_language() == "en"
    body = letter.body_en if is_english else letter.body
    day = timezone.localdate(letter.written_at)
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": letter.subject_en if is_english else letter.subject,
        "sender": _("Sekretariat %(edition)s, lewat SINOVIK") % {"edition": entry.edition.name},
        "sent": [_("Dikirim"), moment(letter.written_at)],
        "label": _("Data simulasi") if entry.innovation.is_simulated else "",
        "paragraphs": [part.split("\n") for part in re.split(r"\n{2,}", body.strip())],
        "issued": [day.year, day.month, day.day],
    }
