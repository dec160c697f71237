"""What a published dossier said before, and what became of it."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from innovations.enums import InnovationState
from innovations.queries.earlier_texts import Stand, changes_between, stands_of
from innovations.views.sharing import public_innovation_or_404, withdrawn
from sinovik.web.access import public


@public
@require_safe
def text_history(request: HttpRequest, slug: str) -> HttpResponse:
    """What differs between `?dari=` and `?ke=`, the last change unless they say otherwise."""
    innovation = public_innovation_or_404(slug)
    if innovation.state == InnovationState.ARCHIVED:
        return withdrawn(request, innovation)
    stands = stands_of(innovation)
    if len(stands) == 1:
        raise Http404
    old, new = _chosen(request, stands)
    context = {
        "innovation": innovation,
        "stands": stands[::-1],
        "old": old,
        "new": new,
        "changes": changes_between(innovation, old, new),
    }
    return render(request, "innovations/text_history.html", context)


def _chosen(request: HttpRequest, stands: Sequence[Stand]) -> tuple[Stand, Stand]:
    """The two texts to compare, the older first; the last two by default."""
    numbers = {str(one.number): one for one in stands}
    picked = [
        numbers.get(request.GET.get(name, ""), default)
        for name, default in (("dari", stands[-2]), ("ke", stands[-1]))
    ]
    old, new = sorted(picked, key=lambda one: one.number)
    return old, new
