"""What the search box offers while somebody types."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from innovations.filters import read_terms
from innovations.queries.titles import titles_beginning
from sinovik.web.access import public
from sinovik.web.limits import WINDOW, asks_too_often

KEPT_SECONDS = 60
MOST_A_MINUTE = 120


@public
@require_safe
def title_suggestions(request: HttpRequest) -> JsonResponse:
    """Titles and their addresses for `?q=`; 429 for whoever asks faster than people type."""
    if asks_too_often(request, what="titles", most=MOST_A_MINUTE):
        answer = JsonResponse({"kesalahan": _("Terlalu banyak permintaan.")}, status=429)
        answer["Retry-After"] = str(WINDOW)
        return answer
    found = titles_beginning(read_terms(request.GET).text)
    answer = JsonResponse(
        {"judul": [{"judul": row.title, "alamat": row.get_absolute_url()} for row in found]}
    )
    answer["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer
