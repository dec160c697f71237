"""Where observers file mystery shopping and satisfaction figures."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from innovations.actions.observations import file_mystery_check, file_satisfaction
from innovations.forms.dates import as_typed
from innovations.forms.observations import MysteryCheckForm, SatisfactionForm
from innovations.models import Innovation, MysteryCheck, SatisfactionFigure
from innovations.permissions import (
    check_can_correct_finding,
    check_can_observe,
    check_is_observer,
)
from innovations.queries.observations import observable, observations_of
from sinovik.web.access import Refusal, allowed

PAGE_SIZE = 20
LONGEST_WORDS = 100
TEXT_FIELDS = ("observed_by", "note", "source")


@require_GET
@allowed(check_is_observer)
def observation_choice(request: HttpRequest) -> HttpResponse:
    """Find the published innovation that was observed, by words of its title or its code."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_WORDS]
    page = Paginator(observable(words), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "words": words}
    return render(request, "innovations/observation_choice.html", context)


@require_GET
@allowed(check_is_observer)
def observation_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What observers have found about one innovation, and the way to file more."""
    innovation = _observed(request, pk)
    found = observations_of(innovation, request.user)
    context = {"innovation": innovation, "observations": found}
    return render(request, "innovations/observation_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_is_observer)
def mystery_check_file(request: HttpRequest, pk: int, corrects: int | None = None) -> HttpResponse:
    """File a mystery-shopping check, or put one right by a further one."""
    innovation = _observed(request, pk)
    old = _old(request, MysteryCheck, innovation, corrects)
    initial = _initial(old, "place", "result", "waiting_minutes")
    form = MysteryCheckForm(
        _posted(request), innovation=innovation, corrects=bool(old), initial=initial
    )

    def file() -> None:
        answers = form.cleaned_data
        file_mystery_check(
            by=request.user,
            innovation=innovation,
            finding=form.finding(),
            place=answers["place"],
            result=answers["result"],
            waiting_minutes=answers["waiting_minutes"],
            corrects=old,
            correction_reason=form.reason(),
        )

    title = _("Betulkan pemeriksaan tersamar") if old else _("Pemeriksaan tersamar baru")
    return _filed(request, innovation, form, title, file, old)


@require_http_methods(["GET", "POST"])
@allowed(check_is_observer)
def satisfaction_file(request: HttpRequest, pk: int, corrects: int | None = None) -> HttpResponse:
    """File a satisfaction figure, or put one right by a further one."""
    innovation = _observed(request, pk)
    old = _old(request, SatisfactionFigure, innovation, corrects)
    initial = _initial(old, "survey", "value", "weakest_part")
    form = SatisfactionForm(
        _posted(request), innovation=innovation, corrects=bool(old), initial=initial
    )

    def file() -> None:
        answers = form.cleaned_data
        file_satisfaction(
            by=request.user,
            innovation=innovation,
            finding=form.finding(),
            survey=answers["survey"],
            value=answers["value"],
            weakest_part=answers["weakest_part"],
            corrects=old,
            correction_reason=form.reason(),
        )

    title = _("Betulkan angka kepuasan") if old else _("Angka kepuasan baru")
    return _filed(request, innovation, form, title, file, old)


def _filed(
    request: HttpRequest,
    innovation: Innovation,
    form: Any,
    title: str,
    file: Callable[[], None],
    old: Any,
) -> HttpResponse:
    """The form's page, or the way back once `file` has taken the answers."""
    if request.method == "GET" and old and hasattr(old, "correction"):
        # An old page's link; the list shows what is to be put right instead.
        return redirect("innovations:observation_list", innovation.pk)
    if request.method == "POST" and form.is_valid():
        try:
            file()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Temuan dicatat. Umum dapat membacanya."))
            return redirect("innovations:observation_list", innovation.pk)
    context = {"innovation": innovation, "form": form, "title": title}
    return render(request, "innovations/observation_form.html", context)


def _observed(request: HttpRequest, pk: int) -> Innovation:
    """A published innovation; an observer's own agency is refused with the reason."""
    innovation = get_object_or_404(Innovation.objects.published().for_list(), pk=pk)
    check_can_observe(request.user, innovation)
    return innovation


def _old(request: HttpRequest, model: Any, innovation: Innovation, pk: int | None) -> Any:
    """What is to be put right, also where that was done already: the action refuses it."""
    if not pk:
        return None
    old = get_object_or_404(model, innovation=innovation, pk=pk)
    check_can_correct_finding(request.user, old)
    return old


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _initial(old: Any, *names: str) -> dict[str, Any]:
    """The values that a correction begins from."""
    if not old:
        return {}
    values = {name: getattr(old, name) for name in (*TEXT_FIELDS, *names)}
    return values | {"dated_on": as_typed(old)}
