"""Pages on which a proposal changes hands: check, send, return, submit, withdraw."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.actions.entries import return_entry, send_entry, withdraw_entry
from competitions.actions.late import hand_in_entry
from competitions.eligibility import Finding
from competitions.enums import EntryState, RuleKey
from competitions.forms.entries import DeclarationForm, ReturnForm
from competitions.models import Entry
from competitions.permissions.entries import check_can_submit_entry, check_can_write_entry
from competitions.queries.attachments import annexes_of
from competitions.queries.documents import document_items
from competitions.queries.proposal_page import PAGE
from competitions.queries.quotas import quota_of
from competitions.queries.tasks import DOCUMENTS, IDENTITY, IDENTITY_RULES, SUMMARY, Task
from competitions.views.entries import (
    ALL,
    BLOCKING,
    entry_to_change,
    proposal,
    task_href,
    visible_entry,
)
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.queries.freezing import freeze
from sinovik.audit.outcome import OutcomeUnknown
from sinovik.web.access import Refusal, signed_in
from sinovik.web.templatetags.web import day

CONFIRMED = ("edition", "group", "innovation__category", "innovation__replicates__agency")
"""What the page that asks before submitting reads beside the entry: what the rules examine."""


@require_http_methods(["GET", "POST"])
@signed_in
def entry_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole proposal on one page, what is missing on top, and the declarations."""
    entry = visible_entry(request, pk)
    page = proposal(request, entry, with_findings=ALL)
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    blocking = [finding for finding in page["findings"] if finding.is_blocking]
    if request.method == "POST":
        target = _next_move(page)
        if target and not blocking and form.is_valid():
            return redirect(target, entry.pk)
    is_frozen = entry.version is not None and not page["is_mending"]
    innovation = entry.innovation
    content = entry.version.content if is_frozen else freeze(innovation)
    context = page | {
        "form": form,
        "blocking": [_with_href(entry, finding) for finding in blocking],
        "warnings": [
            _with_href(entry, finding) for finding in page["findings"] if not finding.is_blocking
        ],
        "identity_rows": identity_rows(content),
        "sections": _sections(entry, content, page["tasks"]),
        "can_go_on": bool(_next_move(page)) and not blocking and _may_be_late(page),
        "is_editable": page["lock"] is None,
        "is_simulated": entry.innovation.is_simulated,
        "documents": [] if is_frozen else document_items(entry),
        "annexes": annexes_of(entry, entry.version) if is_frozen else [],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "competitions/entry_check.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def entry_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then hand the proposal from the unit to the agency's admin."""
    entry = visible_entry(request, pk)
    check_can_write_entry(request.user, entry)
    if entry.state == EntryState.CORRECTION:
        return _to_correction(request, entry)
    return move(
        request,
        entry,
        "competitions/entry_send.html",
        lambda: send_entry(by=request.user, entry=entry),
        _("Proposal dikirim ke admin instansi."),
        extra=lambda: {"quota": quota_of(entry)},
    )


@require_http_methods(["GET", "POST"])
@signed_in
def entry_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then submit the proposal to the ministry and show the receipt."""
    is_asked = request.method != "POST"
    entry = visible_entry(request, pk, CONFIRMED) if is_asked else entry_to_change(request, pk)
    check_can_submit_entry(request.user, entry)
    if entry.state == EntryState.CORRECTION:
        return _to_correction(request, entry)
    request_key = request_key_of(request)
    try:
        return move(
            request,
            entry,
            "competitions/entry_submit.html",
            lambda: hand_in_entry(by=request.user, entry=entry, request_key=request_key),
            "",
            after="competitions:entry_receipt",
            related=CONFIRMED,
            extra=lambda: _place_and_key(entry, request_key),
        )
    except OutcomeUnknown:
        context = {"entry": entry, "request_key": request_key}
        return render(request, "competitions/entry_unknown.html", context, status=503)


def _place_and_key(entry: Entry, request_key: UUID) -> dict[str, Any]:
    """What only the page that asks shows, so that who submits does not wait for it."""
    quota = quota_of(entry)
    return {"quota": quota, "next_use": quota.used + 1, "request_key": request_key}


@require_http_methods(["GET", "POST"])
@signed_in
def entry_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take the proposal out of the contest; the dossier stays."""
    entry = visible_entry(request, pk)
    check_can_write_entry(request.user, entry)
    return move(
        request,
        entry,
        "competitions/entry_withdraw.html",
        lambda: withdraw_entry(by=request.user, entry=entry),
        _("Proposal ditarik. Dosir inovasinya tetap ada di register."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def entry_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the proposal back to its unit, with a remark on each section that needs work."""
    entry = visible_entry(request, pk)
    check_can_submit_entry(request.user, entry)
    page = proposal(request, entry)
    form = ReturnForm(
        request.POST if request.method == "POST" else None,
        sections=list(entry.edition.sections.all()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return_entry(by=request.user, entry=entry, remarks=form.remarks())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposal dikembalikan ke unit dengan catatan Anda."))
            return redirect("competitions:work_home")
    texts = {f"section-{task.key}": task for task in page["tasks"]}
    context = page | {
        "form": form,
        "rows": [{"field": form[name], "task": texts[name]} for name in form.keys if name in texts],
    }
    return render(request, "competitions/entry_return.html", context)


def move(
    request: HttpRequest,
    entry: Entry,
    template: str,
    action: Callable[[], Any],
    message: str,
    *,
    after: str = "competitions:entry_tasks",
    related: Sequence[str] = PAGE,
    extra: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """Confirm page and move in one: GET asks, POST does it or says why not."""
    refusal = ""
    if request.method == "POST":
        try:
            action()
        except Refusal as caught:
            refusal = str(caught)
        else:
            if message:
                messages.success(request, message)
            return redirect(after, entry.pk)
        entry = visible_entry(request, entry.pk, related)
    context = proposal(request, entry, with_findings=BLOCKING) | {"refusal": refusal} | extra()
    context["blocking"] = [
        _with_href(entry, finding) for finding in context["findings"] if finding.is_blocking
    ]
    return render(request, template, context)


def _to_correction(request: HttpRequest, entry: Entry) -> HttpResponse:
    """A proposal under correction goes by its own way: say so where that begins."""
    said = _(
        "Proposal ini dalam masa perbaikan. Periksa perbaikannya di halaman ini;"
        " dari sini proposal diajukan lagi."
    )
    messages.info(request, said)
    return redirect("competitions:entry_check", pk=entry.pk)


def request_key_of(request: HttpRequest) -> UUID:
    """The key that the confirm page was given; the same one on every retry of its form."""
    try:
        return UUID(request.POST.get("request_key", ""))
    except ValueError:
        return uuid4()


def _next_move(page: dict[str, Any]) -> str:
    """Where the check leads: to the agency, to the ministry, nowhere."""
    if page["awaits_agency"]:
        return "competitions:entry_submit"
    if page["is_mending"] and page["can_submit"]:
        return "competitions:entry_resubmit"
    if page["is_writing"] and page["can_write"]:
        return "competitions:entry_send"
    return ""


def _may_be_late(page: dict[str, Any]) -> bool:
    """Whether the close leaves the next move open: the agency's may come late, and is kept."""
    lock = page["lock"]
    if lock is None or lock.kind not in ("deadline", "correction_over"):
        return True
    return lock.kind == "deadline" and bool(page["awaits_agency"])


def _with_href(entry: Entry, finding: Finding) -> dict[str, Any]:
    by_rule = {RuleKey.DOCUMENTS: DOCUMENTS} | dict.fromkeys(IDENTITY_RULES, IDENTITY)
    key = finding.section_key or by_rule.get(finding.rule, "")
    row = {
        "text": f"{finding.sentence} {finding.remedy}",
        "href": task_href(entry, key) if key else "",
        "link_text": _("Perbaiki"),
        "source": finding.source,
        "is_note": finding.is_note,
    }
    origin = finding.lookalike
    if origin and origin.code and not origin.is_own_agency and not finding.is_note:
        # The way out: the identity's form with the origin filled in.
        row["href"] = f"{task_href(entry, IDENTITY)}&mereplikasi={origin.code}#id_replicates"
        row["link_text"] = _("Kami mereplikasi ini")
    return row


def _sections(entry: Entry, content: dict[str, Any], tasks: Sequence[Task]) -> list[dict[str, Any]]:
    texts = {SUMMARY: content["summary"], **content["sections"]}
    return [
        {"task": task, "text": texts.get(task.key, ""), "href": task_href(entry, task.key)}
        for task in tasks
        if task.key != IDENTITY
    ]


def identity_rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What the innovation is, from a dossier's content, as a summary list takes it."""
    started_on = content["started_on"]
    rows = [
        (_("Judul"), content["title"]),
        (_("Unit pelayanan"), content["unit"]),
        (_("Kategori"), _(content["category"])),
        (_("Lokasi"), content["location"]),
        (_("Mulai diterapkan"), day(date.fromisoformat(started_on)) if started_on else ""),
        (_("Jenis kebaruan"), _label(NoveltyKind, content["novelty_kind"])),
        (_("Bentuk kebaruan"), _label(NoveltyForm, content["novelty_form"])),
        (_("Jenis manfaat"), _label(BenefitKind, content["benefit"])),
        (_("Mereplikasi"), content.get("replicates") or _("Tidak, gagasan sendiri")),
        (_("TPB"), ", ".join(str(number) for number in content["goals"])),
        (_("Tim"), "; ".join(_person(member) for member in content["team"])),
        (_("Tautan"), "; ".join(link["url"] for link in content["links"])),
    ]
    return [{"key": key, "value": value or _("Belum diisi")} for key, value in rows]


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value else ""


def _person(member: dict[str, str]) -> str:
    return f"{member['name']} ({member['position']})" if member["position"] else member["name"]
