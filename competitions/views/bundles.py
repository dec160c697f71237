"""The bundle from which a stranger recomputes a result, and what commits to it beforehand."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from competitions.models import Commitment, Edition
from competitions.queries.bundle import bundle_of, published_commitments
from sinovik.web.access import public
from sinovik.web.shared import brief, shared


@public
@brief
@require_safe
def result_bundle(request: HttpRequest, year: int) -> HttpResponse:
    """Sheets, rules and lists of the announced stages; missing before the first instant."""
    edition = get_object_or_404(Edition.objects.published(), year=year)
    content = bundle_of(edition)
    if content is None:
        raise Http404
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    headers = {
        "Content-Disposition": f'attachment; filename="sinovik-{year}-bundle.json"',
        "ETag": etag,
    }
    response = HttpResponse(content, content_type="application/json", headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


@public
@shared
@require_safe
def commitment_list(request: HttpRequest) -> JsonResponse:
    """Every hash of a locked result as it was signed, from its locking on."""
    found: list[Commitment] = published_commitments()
    return JsonResponse({"commitments": [row.envelope for row in found]})
