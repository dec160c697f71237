"""The first page after signing in: what waits, and the own work, by role."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agencies.enums import AGENCY_ROLES, AgencyType, Role
from competitions.enums import EntryState
from competitions.models import Edition
from competitions.queries.comment_needs import comment_needs
from competitions.queries.counted_needs import counted_needs
from competitions.queries.deadline_needs import extension_needs, late_needs
from competitions.queries.design_needs import change_needs
from competitions.queries.hearing_needs import hearing_needs
from competitions.queries.own_entries import (
    OwnEntry,
    editions_of,
    entry_rows,
    own_entries,
    returned_entries,
    shown_entries,
)
from competitions.queries.progress import awaited_stages, own_progress
from competitions.queries.quotas import open_quota_use
from competitions.queries.radar_needs import radar_needs
from competitions.queries.tasks import registrations
from competitions.queries.windows import registration_window
from competitions.queries.work_home import (
    Need,
    agency_needs,
    check_needs,
    check_queues,
    correction_needs,
    editions_with_stages,
    in_order,
    list_needs,
    objection_needs,
    open_stages,
    stage_needs,
)
from sinovik.audit import clock
from sinovik.notifications import mark_read
from sinovik.notifications.models import Notification
from sinovik.web.access import signed_in
from sinovik.web.prepared import Prepared
from sinovik.web.ways import own_path

PAGE_SIZE = 20
NOTIFICATIONS = 10

_NOTES = Prepared(
    lambda person: Notification.objects.filter(recipient_id=person)[:NOTIFICATIONS], "person"
)


@require_GET
@signed_in
def work_home(request: HttpRequest) -> HttpResponse:
    """Show one panel for each kind of role the person holds, needs of all on top."""
    user = request.user
    context: dict[str, Any] = {"needs": []}
    if user.has_role(*AGENCY_ROLES):
        _add(context, "agency", _agency_panel(request))
    if user.is_secretariat:
        _add(context, "secretariat", _secretariat_panel(request))
    if user.has_role(Role.EVALUATOR, Role.PANELIST):
        _add(context, "judging", _judging_panel(request))
    if user.has_role(Role.OBSERVER):
        editions = Edition.objects.published().prefetch_related("stages")
        _add(context, "observer", {"editions": editions, "needs": []})
    needs = [*context["needs"], *radar_needs(user), *hearing_needs(user), *counted_needs(user)]
    context["needs"] = in_order(needs)
    context["notifications"] = _NOTES.all(person=user.pk)
    context["unread"] = sum(note.read_at is None for note in context["notifications"])
    return render(request, "competitions/work_home.html", context)


@require_POST
@signed_in
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message read and go where it leads."""
    notification = get_object_or_404(request.user.notifications, pk=pk)
    mark_read(notification=notification)
    return redirect(own_path(notification.path) or "competitions:work_home")


def _add(context: dict[str, Any], name: str, panel: dict[str, Any]) -> None:
    context["needs"] += panel.pop("needs")
    context[name] = panel


def _agency_panel(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    entries = own_entries(user)
    agency_ids = [m.agency_id for m in user.active_memberships if m.role in AGENCY_ROLES]
    editions = editions_of(entries, agency_ids)
    edition = _chosen_edition(request, editions)
    if edition is None:
        is_admin = user.has_role(Role.AGENCY_ADMIN)
        return {"editions": [], "needs": [], "page_obj": None, "is_admin": is_admin}
    of_edition = [entry for entry in entries if entry.edition_id == edition.pk]
    registration = registrations([edition.pk], agency_ids).get(edition.pk)
    window = registration_window(registration) if registration else None
    counts = Counter(entry.state for entry in of_edition)
    state = request.GET.get("keadaan", "")
    page = _page_of(request, of_edition, state)
    admin_of = user.agencies_as(Role.AGENCY_ADMIN)
    return {
        "needs": [
            *agency_needs(user, counts, returned_entries(of_edition), window),
            *correction_needs(entries),
        ],
        "edition": edition,
        "edition_pills": _edition_pills(editions, edition),
        "window": window,
        "is_open": window is not None and window.is_open(clock.now()),
        "state_pills": _state_pills(edition, counts, state),
        "total": sum(counts.values()),
        "page_obj": page,
        "rows": entry_rows(shown_entries(list(page))),
        "is_admin": bool(admin_of),
        "is_province": any(one.agency_type == AgencyType.PROVINCE for one in admin_of),
        "quotas": open_quota_use(admin_of[0], edition) if admin_of else [],
    }


def _page_of(request: HttpRequest, entries: Sequence[OwnEntry], state: str) -> Page[int]:
    """One page of the table, of one state where that is asked for."""
    is_narrowed = state in EntryState.values
    shown = [entry.pk for entry in entries if not is_narrowed or entry.state == state]
    return Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))


def _chosen_edition(request: HttpRequest, editions: list[Edition]) -> Edition | None:
    wanted = request.GET.get("edisi", "")
    for edition in editions:
        if str(edition.year) == wanted:
            return edition
    return editions[0] if editions else None


def _edition_pills(editions: list[Edition], chosen: Edition) -> list[dict[str, Any]]:
    home = reverse("competitions:work_home")
    return [
        {
            "text": edition.name,
            "href": f"{home}?edisi={edition.year}#proposal",
            "current": edition == chosen,
            "count": None,
        }
        for edition in editions
    ]


def _state_pills(edition: Edition, counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    home = f"{reverse('competitions:work_home')}?edisi={edition.year}"
    pills = [
        {
            "text": _("Semua"),
            "href": f"{home}#proposal",
            "current": chosen not in counts,
            "count": sum(counts.values()),
        }
    ]
    return pills + [
        {
            "text": state.label,
            "href": f"{home}&keadaan={state.value}#proposal",
            "current": chosen == state.value,
            "count": counts[state.value],
        }
        for state in EntryState
        if counts.get(state.value)
    ]


def _secretariat_panel(request: HttpRequest) -> dict[str, Any]:
    queues = check_queues(request.user)
    editions = editions_with_stages(request.user)
    stages = open_stages(editions)
    is_head = request.user.has_role(Role.SECRETARIAT_HEAD)
    needs = [
        *check_needs(queues),
        *list_needs(request.user),
        *objection_needs(request.user),
    ]
    if is_head:
        needs += stage_needs(stages)
    needs += [*extension_needs(request.user), *late_needs(request.user)]
    needs += [*change_needs(request.user), *comment_needs(request.user)]
    return {
        "needs": needs,
        "queues": queues,
        "stages": stages,
        "editions": editions,
        "is_head": is_head,
    }


def _judging_panel(request: HttpRequest) -> dict[str, Any]:
    progress = own_progress(request.user)
    needs = [
        Need(
            ngettext(
                "Nilai %(left)s proposal lagi: %(stage)s",
                "Nilai %(left)s proposal lagi: %(stage)s",
                row.total - row.final,
            )
            % {"left": row.total - row.final, "stage": _(row.stage.name)},
            reverse("competitions:assignment_list"),
            row.stage.closes_at,
            row.stage.edition.name,
        )
        for row in progress
        if row.stage.is_open and row.final < row.total
    ]
    return {"needs": needs, "progress": progress, "awaited": awaited_stages(request.user)}
