"""Pages where a unit writes its proposal: start, task list, one section."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.enums import Role
from agencies.models import Agency
from agencies.permissions import check_is_agency_person
from competitions.actions.entries import create_entry
from competitions.eligibility import Finding
from competitions.enums import EntryState
from competitions.forms.entries import DossierProposalForm, NewProposalForm
from competitions.models import Entry, Group
from competitions.permissions.entries import (
    can_submit_entry,
    can_withdraw_entry,
    can_write_entry,
)
from competitions.queries.automatic import order_of
from competitions.queries.carrying import last_proposal
from competitions.queries.documents import document_items
from competitions.queries.findings import find
from competitions.queries.proposal_page import PAGE, entry_with_tasks
from competitions.queries.quotas import open_groups, quota_of, quota_use
from competitions.queries.tasks import (
    DOCUMENTS,
    IDENTITY,
    WRITABLE,
    Task,
    amended_sections,
    done_count,
    lock_of,
    open_remarks,
    registrations,
    tasks_of,
)
from competitions.queries.windows import Window, registration_window, writing_window
from competitions.queries.work_home import dossiers_to_enter
from competitions.queries.writing import entry_open_to
from innovations.actions.dossiers import create_innovation
from innovations.models import Innovation
from innovations.queries.presence import writers_of
from sinovik.audit import clock
from sinovik.web.access import Refusal, allowed, signed_in

BLOCKING, ALL = "blocking", "all"
"""Which findings a page asks for."""


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def entry_create(request: HttpRequest) -> HttpResponse:
    """Start a proposal: about a new innovation, or about one the register knows."""
    agency = own_agency(request)
    groups = list(open_groups([agency.pk]))
    if not groups:
        return render(request, "competitions/entry_create.html", {"agency": agency})
    new, known = _start_forms(request, agency)
    form = known if "known" in request.POST else new
    if request.method == "POST" and form.is_valid():
        try:
            entry = _start(request, agency, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposal dimulai. Isi bagiannya satu per satu."))
            after = "entry_carry" if last_proposal(entry) else "entry_tasks"
            return redirect(f"competitions:{after}", entry.pk)
    context = {
        "agency": agency,
        "groups": groups,
        "quotas": quota_use(agency, groups),
        "new": new,
        "known": known,
        "form": form if request.method == "POST" else None,
        "has_dossiers": dossiers_to_enter(request.user, agency).exists(),
    }
    return render(request, "competitions/entry_create.html", context)


@require_GET
@signed_in
def entry_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done, what is left, until when; or who holds the proposal since when."""
    entry = entry_with_tasks(request.user, pk)
    if entry is None:
        raise Http404
    page = proposal(request, entry, with_findings=BLOCKING, with_amended=True)
    tasks: Sequence[Task] = page["tasks"]
    is_frozen = entry.version_id and entry.state not in WRITABLE
    context = page | {
        "items": [_task_item(task, page) for task in tasks],
        "earlier": last_proposal(entry) if _may_carry(entry, page) else None,
        **_writers(request, entry, tasks, can_write=page["can_write"]),
        "remarked": [task for task in tasks if task.remarks],
        "quota": quota_of(entry),
        "earlier_receipt": entry.receipts.last() if _was_taken_back(entry) else None,
        "whole_remarks": [remark for remark in page["remarks"] if not remark.section_key],
        "documents": [] if is_frozen else document_items(entry),
        **at_the_close(entry, page["window"]),
    }
    return render(request, "competitions/entry_tasks.html", context)


def _may_carry(entry: Any, page: dict[str, Any]) -> bool:
    return bool(entry.has_earlier and page["is_writing"] and page["can_write"])


def _was_taken_back(entry: Any) -> bool:
    """Whether a receipt is left of a submission that was reopened or sent back."""
    return bool(entry.has_receipt and not entry.version_id)


def at_the_close(entry: Any, window: Window) -> dict[str, Any]:
    """What is ordered for the close, and what came after it, of an entry its agency holds."""
    if entry.state != EntryState.WITH_AGENCY:
        return {}
    return {
        "order": order_of(entry),
        "late": entry.late_submissions.last() if entry.has_late else None,
        "is_in_time": window.is_running and clock.now() < window.closes_at,
    }


def _writers(
    request: HttpRequest, entry: Entry, tasks: Sequence[Task], *, can_write: bool
) -> dict[str, Any]:
    """Who may write the proposal and who does now; only those who may write it are told."""
    if not can_write:
        return {}
    titles = {task.key: task.title for task in tasks}
    return {
        "writers": [
            {
                "name": one.user.name,
                "office": one.office,
                "at": "" if one.user == request.user else titles.get(one.place, ""),
            }
            for one in writers_of(entry.innovation)
        ]
    }


def visible_entry(
    request: HttpRequest, pk: int, related: Sequence[str] = PAGE, **asked: Exists
) -> Entry:
    """An entry whose working pages the person may open; 404 for everybody else's.

    A page that shows little of it names what it reads as `related`: to plan a join of all
    costs the database more than to read it. `asked` are the rows that most entries don't
    have and that then need no query, by the name of the answer.
    """
    if not asked:
        return entry_to_change(request, pk, related)
    entries = Entry.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(entries.annotate(**asked), pk=pk)


def entry_to_change(request: HttpRequest, pk: int, related: Sequence[str] = ()) -> Entry:
    """As `visible_entry`, without what only a page shows: for who saves or submits.

    Asked every few seconds by who types, and most of all in a deadline's last minute.
    """
    entry = entry_open_to(request.user, pk, related)
    if entry is None:
        raise Http404
    return entry


def proposal(
    request: HttpRequest, entry: Entry, *, with_findings: str = "", with_amended: bool = False
) -> dict[str, Any]:
    """What every page of a proposal shows: tasks, deadline, lock, who may do what."""
    registration = registrations([entry.edition_id], [entry.agency_id])[entry.edition_id]
    window = writing_window(entry, registration)
    can_write = can_write_entry(request.user, entry)
    can_submit = can_submit_entry(request.user, entry)
    is_mending = entry.state == EntryState.CORRECTION
    # Sending resolves them all: only who writes has any.
    remarks = open_remarks([entry]).get(entry.pk, []) if entry.state in WRITABLE else []
    findings = _findings(request, entry, with_findings)
    tasks = tasks_of(
        entry,
        entry.edition.sections.all(),
        remarks=remarks,
        findings=findings,
        amended=amended_sections(entry, remarks) if with_amended else (),
    )
    done = done_count(tasks)
    return {
        "entry": entry,
        "innovation": entry.innovation,
        "registration": registration,
        "window": window,
        "lock": lock_of(entry, window, clock.now(), can_write=can_write),
        "tasks": tasks,
        "done": done,
        "progress_label": _("%(done)s dari %(all)s bagian selesai")
        % {"done": done, "all": len(tasks)},
        "remarks": remarks,
        "findings": findings,
        "can_write": can_write,
        "can_submit": can_submit,
        **ways_back_and_out(request.user, entry, registration_window(registration)),
        "awaits_agency": can_submit and entry.state == EntryState.WITH_AGENCY,
        "is_writing": entry.state in WRITABLE and not is_mending,
        "is_mending": is_mending,
        "identity_href": task_href(entry, IDENTITY, onward=tasks[1].key if tasks[1:] else ""),
    }


def _findings(request: HttpRequest, entry: Entry, wanted: str) -> list[Finding]:
    """What the rules find before the submission: "all", or "blocking" alone; "" asks nothing."""
    if not wanted or entry.state == EntryState.SUBMITTED:
        return []
    is_writing = entry.state in WRITABLE and entry.state != EntryState.CORRECTION
    return find(
        [entry],
        at_submission=not is_writing,
        reader=request.user,
        only_blocking=wanted == BLOCKING,
    )[entry.pk]


def ways_back_and_out(user: Any, entry: Entry, window: Window) -> dict[str, bool]:
    """Until the close: withdraw, reopen what was submitted, revive what was withdrawn."""
    may_withdraw = window.is_open(clock.now()) and can_withdraw_entry(user, entry)
    is_withdrawn = entry.state == EntryState.WITHDRAWN
    return {
        "can_withdraw": may_withdraw and not is_withdrawn,
        "can_revive": may_withdraw and is_withdrawn,
        "can_reopen": may_withdraw and entry.state == EntryState.SUBMITTED,
    }


def task_href(entry: Entry, key: str, *, onward: str = "") -> str:
    """The page of one task. The identity is edited in the register, `onward` is what follows."""
    if key == DOCUMENTS:
        return reverse("competitions:entry_documents", args=[entry.pk])
    if key != IDENTITY:
        return reverse("competitions:entry_section", args=[entry.pk, key])
    ways = {"kembali": reverse("competitions:entry_tasks", args=[entry.pk])}
    if onward:
        ways["lanjut"] = task_href(entry, onward)
    return f"{reverse('innovations:innovation_edit', args=[entry.innovation_id])}?{urlencode(ways)}"


def href_on(page: dict[str, Any], key: str) -> str:
    """Where a task of a `proposal` is written, or read while the proposal is locked."""
    entry = page["entry"]
    if key != IDENTITY:
        return task_href(entry, key)
    if page["lock"]:
        return reverse("competitions:entry_check", args=[entry.pk]) + "#identitas"
    return str(page["identity_href"])


def _task_item(task: Task, page: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": task.title,
        "href": href_on(page, task.key),
        "status": task.label,
        "tone": task.tone,
        "hint": task.hint,
    }


def own_agency(request: HttpRequest) -> Agency:
    """The agency that the person writes for; the first where there are more."""
    return request.user.agencies_as(Role.INNOVATOR, Role.AGENCY_ADMIN)[0]  # type: ignore[no-any-return]


def _start_forms(
    request: HttpRequest, agency: Agency
) -> tuple[NewProposalForm, DossierProposalForm]:
    groups = open_groups([agency.pk])
    innovations = dossiers_to_enter(request.user, agency)
    typed = request.POST if request.method == "POST" else None
    is_known = typed is not None and "known" in typed
    new = NewProposalForm(
        None if is_known else typed, agency=agency, by=request.user, groups=groups, prefix="new"
    )
    known = DossierProposalForm(
        typed if is_known else None,
        innovations=innovations,
        groups=groups,
        prefix="known",
        initial={"innovation": request.GET.get("inovasi")},
    )
    return new, known


@transaction.atomic
def _start(
    request: HttpRequest, agency: Agency, form: NewProposalForm | DossierProposalForm
) -> Entry:
    """Create dossier and entry together: neither is left alone when the other is refused."""
    group: Group = form.cleaned_data["group"]
    innovation: Innovation
    if isinstance(form, NewProposalForm):
        innovation = create_innovation(by=request.user, agency=agency, draft=form.draft())
        # Pressed twice, the dossier is the one of the first press, and so is its proposal.
        if begun := innovation.entries.filter(edition=group.edition).first():
            return begun
    else:
        innovation = form.cleaned_data["innovation"]
    return create_entry(by=request.user, edition=group.edition, group=group, innovation=innovation)
