"""Who writes where: pages say it every half minute and learn who else does."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.permissions import check_is_agency_person
from innovations.actions.presence import end_presence, note_presence
from innovations.models import Innovation
from innovations.queries.presence import writing_now
from sinovik.web.access import allowed

LONGEST_PLACE = 40


@require_POST
@allowed(check_is_agency_person)
def innovation_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note where the person writes; answer with sentences about the others there."""
    innovation = get_object_or_404(Innovation.objects.editable_by(request.user), pk=pk)
    place = request.POST.get("place", "")
    try:
        validate_slug(place[: LONGEST_PLACE + 1])
    except ValidationError:
        place = ""
    if not place or len(place) > LONGEST_PLACE:
        return JsonResponse({"message": _("Bagian tidak dikenal.")}, status=400)
    if "leaving" in request.POST:
        end_presence(by=request.user, innovation=innovation, place=place)
        return HttpResponse(status=204)
    note_presence(by=request.user, innovation=innovation, place=place)
    others = writing_now(innovation, besides=request.user, place=place)
    return JsonResponse({"others": [one.sentence for one in others]})
