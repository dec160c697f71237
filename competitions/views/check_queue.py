"""The queue of the administrative selection: by state, filtered, ordered."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agencies.models import User
from competitions.actions.saved_filters import delete_filter, save_filter
from competitions.enums import CheckState
from competitions.filters import CheckFilter, check_tabs
from competitions.forms.checks import SaveFilterForm
from competitions.models import AdministrativeCheck, SavedFilter, Stage
from competitions.models.entry import AdministrativeCheckQuerySet
from competitions.permissions import check_can_claim_check, check_can_see_checks
from competitions.queries.checks import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    checks_for,
    checks_in_order,
    chosen_order,
    in_order,
    section_count,
    state_counts,
    takes_checks,
)
from competitions.queries.conflicts import hidden_in
from competitions.queries.title_pairs import twins_of
from competitions.views.checks import stage_of_year
from competitions.views.refusals import why_not
from competitions.views.stages import check_may_read
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed
from sinovik.web.prepared import Prepared
from sinovik.web.templatetags.web import day

KEPT = ("keadaan", "urut")
PAGE = 25
OLD = ((14, "red"), (7, "yellow"))
"""From so many days a check is old; the filter by age offers the same bounds."""

WAITING = ("antrean", "diperiksa", "perbaikan", "kedua")


@require_GET
@allowed(check_can_see_checks)
def check_queue(request: HttpRequest, year: int) -> HttpResponse:
    """The edition's checks by state, filtered; the oldest first."""
    return _queue_page(request, year, SaveFilterForm())


@require_POST
@allowed(check_can_claim_check)
def filter_save(request: HttpRequest, year: int) -> HttpResponse:
    """Keep the filter that the address holds under the name that was typed."""
    form, query = SaveFilterForm(request.POST), _filter_of(request)
    if form.is_valid():
        try:
            save_filter(by=request.user, name=form.cleaned_data["name"], query=query)
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saringan disimpan."))
            return redirect(f"{_address(year)}?{query}")
    return _queue_page(request, year, form)


@require_POST
@allowed(check_can_claim_check)
def filter_delete(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Forget a filter of one's own."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    delete_filter(by=request.user, saved=saved)
    messages.success(request, _("Saringan dihapus."))
    return redirect("competitions:check_queue", year=year)


def _filter_of(request: HttpRequest) -> str:
    """What the address filters, orders and which tab it opens; "" where it filters nothing."""
    asked = {name: request.GET.get(name, "")[:100] for name in (*CheckFilter.base_filters, *KEPT)}
    if not any(asked[name] for name in CheckFilter.base_filters):
        return ""
    return urlencode({name: value for name, value in asked.items() if value})


def _queue_page(request: HttpRequest, year: int, form: SaveFilterForm) -> HttpResponse:
    stage = stage_of_year(year)
    user = request.user
    check_may_read(user, stage)
    sections = section_count(stage.edition)
    hidden = hidden_in(stage.edition_id, user)
    counts = state_counts(user, stage)
    tabs = check_tabs()
    current = next((tab for tab in tabs if tab[0] == request.GET.get("keadaan")), tabs[0])
    rows = checks_for(user, stage, hidden).filter(state__in=current[2])
    order = chosen_order(request.GET.get("urut"))
    chosen = chosen_checks(request, stage, rows, sections, hidden)
    is_filtered = any(request.GET.get(name) for name in chosen.filters)
    paginator = Paginator(chosen.qs.values_list("pk", flat=True), PAGE)
    if not is_filtered:
        paginator.count = sum(counts[state] for state in current[2])  # type: ignore[misc]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "stage": stage,
        "edition": stage.edition,
        "filter": chosen,
        "current_href": f"{_address(year)}?keadaan={current[0]}",
        "exports": _export_links(request, year),
        "is_filtered": is_filtered,
        "tab": current[0],
        "order": order,
        "orders": _orders(),
        "is_oldest_first": order == OLDEST_FIRST,
        "columns": _columns(request, order, is_waiting=current[0] in WAITING),
        "age_label": _("Umur") if current[0] in WAITING else _("Diputuskan"),
        "page_obj": page,
        "checks": _shown(list(page), hidden),
        "sections": sections,
        "pills": _pills(_address(year), counts, current[0]),
        "decided": counts[CheckState.PASSED] + counts[CheckState.FAILED],
        "total": sum(counts.values()),
    }
    context |= _saved(user, request.GET.urlencode(), form) | _claiming(user, stage, current[0])
    status = 422 if form.is_bound else 200
    return render(request, "competitions/check_queue.html", context, status=status)


def _shown(pks: Sequence[int], hidden: Collection[int]) -> list[AdministrativeCheck]:
    """Rows of the page, each with its age and the likest other title."""
    checks = checks_in_order(pks)
    twins = twins_of([check.stage_entry.entry_id for check in checks], hidden)
    for check in checks:
        check.age, check.age_tone = _age(check)
        check.twin = twins.get(check.stage_entry.entry_id)
    return checks


def _address(year: int) -> str:
    return reverse("competitions:check_queue", args=[year])


def _claiming(user: User, stage: Stage, tab: str) -> dict[str, Any]:
    """Whether checks are taken now, by this person, and several at once on this tab."""
    running, refusal = takes_checks(stage), why_not(check_can_claim_check, user)
    may_pick = running and not refusal and tab == "antrean"
    return {"takes_checks": running, "claim_refusal": refusal, "may_pick": may_pick}


def _saved(user: User, query: str, form: SaveFilterForm) -> dict[str, Any]:
    """The person's own filters and the form that keeps one more."""
    return {"saved_filters": _SAVED.all(person=user.pk), "save_form": form, "query": query}


_SAVED = Prepared(lambda person: SavedFilter.objects.filter(owner=person), "person")


def _export_links(request: HttpRequest, year: int) -> list[dict[str, str]]:
    """The queue as a file, filtered as it is on the screen."""
    return [
        {
            "text": kind.upper(),
            "href": f"{reverse('competitions:check_export', args=[year, kind])}"
            f"?{request.GET.urlencode()}",
        }
        for kind in ("xlsx", "csv")
    ]


def _columns(request: HttpRequest, order: str, *, is_waiting: bool) -> list[dict[str, str]]:
    """Heads of the table; each that orders the queue leads to its order, then to its turn."""
    ages = {"text": _("Umur"), "key": "umur"} if is_waiting else {"text": _("Diputuskan")}
    columns = [
        {"text": _("Instansi"), "key": "instansi"},
        {"text": _("Kategori"), "key": "kategori"},
        ages,
        {"text": _("Kelengkapan"), "key": "kelengkapan"},
        {"text": _("Pemeriksa"), "key": "pemeriksa"},
    ]
    for column in columns:
        if key := column.get("key"):
            column["sort"] = {key: "ascending", f"-{key}": "descending"}.get(order, "")
            first, second = (OLDEST_FIRST, NEWEST_FIRST) if key == "umur" else (key, f"-{key}")
            asked = request.GET.copy()
            asked.pop("page", None)
            asked["urut"] = second if order == first else first
            column["href"] = f"?{asked.urlencode()}"
    return columns


def _orders() -> list[tuple[str, str]]:
    """Every order of the queue, for phones, where the table has no head to press."""
    return [
        (OLDEST_FIRST, _("Terlama dahulu")),
        (NEWEST_FIRST, _("Terbaru dahulu")),
        ("instansi", _("Instansi, A sampai Z")),
        ("-instansi", _("Instansi, Z sampai A")),
        ("kategori", _("Kategori, A sampai Z")),
        ("-kategori", _("Kategori, Z sampai A")),
        ("-kelengkapan", _("Yang paling lengkap dahulu")),
        ("kelengkapan", _("Yang paling kurang lengkap dahulu")),
        ("pemeriksa", _("Pemeriksa, A sampai Z")),
        ("-pemeriksa", _("Pemeriksa, Z sampai A")),
    ]


def _age(check: AdministrativeCheck) -> tuple[str, str]:
    """How long the check has waited and its tone; once decided, the day of the decision."""
    decided = check.confirmed_at or check.decided_at
    if decided and check.state in (CheckState.PASSED, CheckState.FAILED):
        return day(decided), ""
    days = (clock.now() - check.stage_entry.entered_at).days
    tone = next((tone for least, tone in OLD if days >= least), "")
    if not days:
        return _("hari ini"), tone
    return ngettext("%(days)s hari", "%(days)s hari", days) % {"days": days}, tone


def _pills(address: str, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "href": f"{address}?keadaan={value}",
            "current": value == current,
            "count": sum(counts[state] for state in states),
        }
        for value, text, states in check_tabs()
    ]


def chosen_checks(
    request: HttpRequest,
    stage: Stage,
    rows: AdministrativeCheckQuerySet,
    sections: int,
    hidden: Collection[int],
) -> CheckFilter:
    """The rows as the address filters and orders them, on the screen and in a file."""
    ordered = in_order(rows, chosen_order(request.GET.get("urut")))
    return CheckFilter(
        request.GET,
        queryset=ordered,
        edition=stage.edition,
        stage=stage,
        sections=sections,
        hidden=hidden,
    )
