"""A judge's queue, the split-screen scoresheet, autosave, sending, conflicts of interest.

Nothing here reads another judge's rows: every query starts at the caller's assignments, and
somebody else's assignment is as good as missing.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from competitions.actions.scoresheets import SheetMarks, finalise_sheet, save_sheet, skip_sheet
from competitions.enums import SheetState
from competitions.exceptions import ConflictOfInterest
from competitions.filters import AssignmentFilter
from competitions.forms.scoresheets import (
    MARK,
    NOTE,
    ScoresheetForm,
    initial_of,
    merged,
    writable,
)
from competitions.models import Assignment, Scoresheet, Stage
from competitions.permissions import check_is_judge
from competitions.queries.conflicts import is_conflicted
from competitions.queries.deadlines import closes_at_for
from competitions.queries.field_visits import visits_beside
from competitions.queries.marked_text import marked
from competitions.queries.marking import (
    criteria_of,
    last_reopening,
    next_unsent,
    own_reading,
    own_sheet,
    rubric_with_levels,
    scores_on,
)
from competitions.queries.progress import (
    OwnProgress,
    next_after,
    own_assignments,
    own_progress,
    own_rows,
    progress_in,
)
from competitions.queries.reading import read_by_judge
from competitions.queries.redactions import blind_titles
from competitions.queries.sheet_history import history_of_sheet
from competitions.views.refusals import status_of
from innovations.exceptions import StaleEdit
from sinovik.audit.clock import now
from sinovik.web.access import Refusal, allowed
from sinovik.web.autosave import Conflict, Saved, Typed, Unstorable, autosaved, names
from sinovik.web.templatetags.web import clock as clock_of
from sinovik.web.templatetags.web import day, decimals

PAGE = 25


@require_GET
@allowed(check_is_judge)
def assignment_list(request: HttpRequest) -> HttpResponse:
    """The judge's own list in its random, stable reading order."""
    progress = own_progress(request.user)
    if not progress:
        return render(request, "competitions/assignment_list.html", {"progress": []})
    wanted = request.GET.get("tahap")
    current = next((one for one in progress if str(one.stage.pk) == wanted), progress[0])
    stage = current.stage
    rows = own_assignments(request.user).filter(stage=stage).in_reading_order()
    criteria = stage.criteria.count()
    chosen = AssignmentFilter(request.GET, queryset=rows, stage=stage, criteria=criteria)
    closes_at = closes_at_for(stage, None)
    accepts = _accepts_sheets(stage, closes_at)
    pks = chosen.qs.values_list("pk", flat=True)
    page = Paginator(pks, PAGE).get_page(request.GET.get("page"))
    context = {
        "progress": progress,
        "current": current,
        "stage": stage,
        "criteria": criteria,
        "filter": chosen,
        "current_href": f"{request.path}?tahap={stage.pk}",
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "page_obj": page,
        "rows": _listed(request, stage, page.object_list),
        "closes_at": closes_at,
        "next": accepts and next_unsent(request.user.pk, stage.pk),
        "pills": _pills(request, progress, current),
    }
    return render(request, "competitions/assignment_list.html", context)


def _listed(request: HttpRequest, stage: Stage, pks: Iterable[int]) -> list[Any]:
    """The person's own rows, in this order; their titles as a blind reader sees them."""
    rows = own_rows(request.user, list(pks))
    titles = blind_titles(rows) if stage.is_blind else {}
    for row in rows:
        row.blind_title = titles.get(row.pk, row.entry.innovation.title)
    return rows


def _pills(
    request: HttpRequest, progress: Sequence[OwnProgress], current: OwnProgress
) -> list[dict[str, Any]]:
    return [
        {
            "text": f"{_(one.stage.name)} {one.stage.edition.year}",
            "href": f"{request.path}?tahap={one.stage.pk}",
            "current": one is current,
            "count": one.total,
        }
        for one in progress
    ]


def _accepts_sheets(stage: Stage, closes_at: datetime) -> bool:
    return stage.is_open and stage.opens_at <= now() < closes_at


def _own(request: HttpRequest, pk: int) -> Assignment:
    """The caller's assignment with its sheet, entry and frozen version; 404 for others'."""
    assignment = own_reading(request.user.pk, pk)
    if assignment is None:
        raise Http404
    return assignment


def _stored(sheet: Scoresheet) -> dict[str, Any]:
    return initial_of(sheet, scores_on(sheet))


@require_GET
@allowed(check_is_judge)
def scoresheet_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Proposal left, sheet right; read-only once sent or closed."""
    assignment = _own(request, pk)
    if is_conflicted(request.user, [assignment.entry_id]):
        return render(request, "competitions/conflict_state.html", {"assignment": assignment})
    if hasattr(assignment, "abstention"):
        context = {"abstention": assignment.abstention}
        return render(request, "competitions/sheet_released.html", context)
    form = ScoresheetForm(
        criteria=rubric_with_levels(assignment.stage_id), initial=_stored(assignment.scoresheet)
    )
    return _sheet_page(request, assignment, form)


def _sheet_page(
    request: HttpRequest,
    assignment: Assignment,
    form: ScoresheetForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    stage = assignment.stage
    sheet = assignment.scoresheet
    is_final = sheet.state == SheetState.FINAL
    reopening = last_reopening(sheet)
    closes_at = closes_at_for(stage, None)
    proposal = read_by_judge(assignment)
    context = {
        "assignment": assignment,
        "sheet": sheet,
        "reopening": reopening,
        "history": history_of_sheet(sheet) if reopening else None,
        "stage": stage,
        "proposal": proposal,
        "marked": marked(proposal, assignment, request.GET.get("cari", "")),
        "version": assignment.version,
        "visits": visits_beside(assignment.entry, stage),
        "form": form,
        "rows": form.rows(),
        "is_final": is_final,
        "saved": _saved(sheet),
        "total": decimals(sheet.total),
        "closes_at": closes_at,
        "is_writable": _accepts_sheets(stage, closes_at) and not is_final,
        "own": progress_in(request.user, stage, closes_at),
        "criteria": len(form.criteria),
    }
    return render(request, "competitions/scoresheet_edit.html", context | more, status=status)


def _saved(sheet: Scoresheet) -> str:
    """When the draft was saved, short enough for a phone."""
    if sheet.edit_number == 1:
        return _("Draf")
    then = timezone.localtime(sheet.updated_at)
    if then.date() == timezone.localtime(now()).date():
        return _("Tersimpan pukul %(time)s") % {"time": clock_of(then)}
    return _("Tersimpan %(day)s") % {"day": day(then)}


def _marks(
    assignment: Assignment, form: ScoresheetForm, *, spare: Collection[str] = ()
) -> SheetMarks:
    """What the form holds, without the criteria of which both fields may be spared."""
    marks, notes = form.marks, form.notes
    keys = [key for key in marks if MARK + key not in spare or NOTE + key not in spare]
    return SheetMarks(
        assignment=assignment,
        marks={key: marks[key] for key in keys},
        notes={key: notes[key] for key in keys},
        strengths=form.cleaned_data["strengths"],
        weaknesses=form.cleaned_data["weaknesses"],
    )


@require_http_methods(["POST", "PUT"])
@allowed(check_is_judge)
def scoresheet_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a draft: PUT is the autosave, POST the button that works without JavaScript."""
    if request.method == "PUT":
        return _autosave(request, pk)
    assignment = _own(request, pk)
    form = ScoresheetForm(request.POST, criteria=rubric_with_levels(assignment.stage_id))
    refused = _try_save(request, assignment, form)
    if refused:
        return refused
    if request.POST.get("then") == "skip":
        try:
            following = next_after(skip_sheet(by=request.user, assignment=assignment))
        except Refusal as refusal:
            return _refused_page(request, assignment, form, refusal)
        messages.success(request, _("Dilewati. Proposal ini kembali di akhir daftar Anda."))
        return redirect("competitions:scoresheet_edit", pk=(following or assignment).pk)
    messages.success(request, _("Draf tersimpan."))
    return redirect("competitions:scoresheet_edit", pk=pk)


def _try_save(
    request: HttpRequest, assignment: Assignment, form: ScoresheetForm
) -> HttpResponse | None:
    """Save what was typed; a page with everything still in place where that is refused."""
    if not form.is_valid():
        return _sheet_page(request, assignment, form, status=422)
    try:
        save_sheet(
            by=request.user,
            assignment=assignment,
            edit_number=form.cleaned_data["version"],
            sheet=_marks(assignment, form),
        )
    except StaleEdit as refusal:
        return _stale_page(request, assignment, form, str(refusal))
    except Refusal as refusal:
        return _refused_page(request, assignment, form, refusal)
    return None


def _refused_page(
    request: HttpRequest, assignment: Assignment, form: ScoresheetForm, refusal: Refusal
) -> HttpResponse:
    """The sheet as it was typed, and why nothing came of it."""
    if isinstance(refusal, ConflictOfInterest):
        # The page that says so shows nothing of the entry.
        return redirect("competitions:scoresheet_edit", pk=assignment.pk)
    form.add_error(None, str(refusal))
    return _sheet_page(request, assignment, form, status=status_of(refusal))


def _stale_page(
    request: HttpRequest, assignment: Assignment, form: ScoresheetForm, sentence: str
) -> HttpResponse:
    """Both values of every field that differs; saving again keeps what was typed."""
    stored = _stored(assignment.scoresheet)
    typed = request.POST.copy()
    typed["version"] = str(stored["version"])
    again = ScoresheetForm(typed, criteria=form.criteria)
    again.is_valid()
    differing = [
        {"label": field.label, "mine": form.cleaned_data.get(name), "stored": stored.get(name)}
        for name, field in form.fields.items()
        if name != "version" and (form.cleaned_data.get(name) or "") != (stored.get(name) or "")
    ]
    return _sheet_page(request, assignment, again, status=409, stale=sentence, differing=differing)


def _autosave(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = own_sheet(request.user.pk, pk)
    if assignment is None:
        raise Http404
    criteria = criteria_of(assignment.stage_id)
    fields = writable(criteria)

    def save(typed: Typed) -> Saved:
        stored = _stored(assignment.scoresheet)
        values = merged(dict.fromkeys(fields) | stored, typed.fields) | {"version": typed.version}
        form = ScoresheetForm(values, criteria=criteria)
        if not form.is_valid():
            raise Unstorable({name: str(found[0]) for name, found in form.errors.items()})
        sheet = save_sheet(
            by=request.user,
            assignment=assignment,
            edit_number=typed.version,
            sheet=_marks(assignment, form, spare=stored.keys() - typed.fields.keys()),
        )
        return Saved(sheet.edit_number, sheet.updated_at)

    def conflict(typed: Typed) -> Conflict:
        latest = _stored(_own(request, assignment.pk).scoresheet)
        shown = {name: str(latest.get(name) or "") for name in typed.fields}
        return Conflict(latest["version"], shown)

    return autosaved(request, is_field=names(*fields), save=save, conflict=conflict)


@require_POST
@allowed(check_is_judge)
def scoresheet_finalise(request: HttpRequest, pk: int) -> HttpResponse:
    """Save, then send for good if complete; then the next sheet."""
    assignment = _own(request, pk)
    form = ScoresheetForm(request.POST, criteria=rubric_with_levels(assignment.stage_id))
    refused = _try_save(request, assignment, form)
    if refused:
        return refused
    assignment = _own(request, pk)
    typed = request.POST.copy()
    typed["version"] = str(assignment.scoresheet.edit_number)
    form = ScoresheetForm(typed, criteria=form.criteria)
    form.is_valid()
    if not form.require_complete():
        return _sheet_page(request, assignment, form, status=422)
    try:
        finalise_sheet(by=request.user, assignment=assignment)
    except Refusal as refusal:
        return _refused_page(request, assignment, form, refusal)
    said = _("Nilai %(number)s dikirim.") % {"number": assignment.entry.number}
    following = next_after(assignment)
    if following is None:
        messages.success(request, _("%(said)s Semua lembar Anda sudah dikirim.") % {"said": said})
        return redirect("competitions:assignment_list")
    messages.success(request, said)
    return redirect("competitions:scoresheet_edit", pk=following.pk)
