"""Where an agency records what its innovation brings about, and answers alarms."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.permissions import check_is_agency_person
from innovations.actions.outcomes import (
    add_indicator,
    answer_alarm,
    correct_value,
    record_value,
)
from innovations.enums import ValueKind
from innovations.forms.dates import as_typed
from innovations.forms.life import tell
from innovations.forms.outcomes import AlarmAnswerForm, FigureForm, IndicatorForm
from innovations.models import Alarm, IndicatorValue, Innovation
from innovations.permissions import check_can_report_on, check_sees_alarms, works_for
from innovations.queries.outcomes import Outcome, alarms_of, baselines_of, outcomes_of, when
from innovations.views.work import own_innovation
from sinovik.web.access import Refusal, allowed

PAGE_SIZE = 20
KINDS = {"ukur": ValueKind.MEASURED, "sasaran": ValueKind.TARGET}


@require_GET
@allowed(check_is_agency_person)
def outcome_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is measured about a dossier, and the way to measure more."""
    innovation = _reported(request, pk)
    context = {"innovation": innovation, "outcomes": outcomes_of(innovation)}
    return render(request, "innovations/outcome_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def indicator_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to measure something, with its baseline and perhaps a target."""
    innovation = _reported(request, pk)
    form = IndicatorForm(_posted(request), innovation=innovation)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            add_indicator(
                by=request.user,
                innovation=innovation,
                name=answers["name"],
                unit=answers["unit"],
                direction=answers["direction"],
                baseline=form.figure(),
                target=form.target(),
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Indikator dicatat. Umum dapat membacanya."))
            return redirect("innovations:outcome_list", innovation.pk)
    title = _("Indikator baru")
    return _form_page(request, innovation, form, title, _("Catat indikator"))


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def value_create(request: HttpRequest, pk: int, indicator: int, kind: str) -> HttpResponse:
    """Record a measurement of an indicator, or its target."""
    innovation = _reported(request, pk)
    measured = get_object_or_404(
        innovation.indicators.select_related("innovation__agency"), pk=indicator
    )
    form = FigureForm(_posted(request), innovation=innovation, kind=KINDS[kind])
    if request.method == "POST" and form.is_valid():
        try:
            record_value(
                by=request.user, indicator=measured, kind=KINDS[kind], figure=form.figure()
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Angka dicatat. Umum dapat membacanya."))
            return redirect("innovations:outcome_list", innovation.pk)
    title = _("Sasaran") if kind == "sasaran" else _("Hasil ukur baru")
    lead = f"{measured.name} ({measured.unit})"
    return _form_page(request, innovation, form, title, _("Catat angka"), lead)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def value_correct(request: HttpRequest, pk: int, value: int) -> HttpResponse:
    """Put a value right by a further one; the old one stays."""
    innovation = _reported(request, pk)
    rows = IndicatorValue.objects.filter(indicator__innovation=innovation)
    old = get_object_or_404(rows.select_related("indicator__innovation", "attachment"), pk=value)
    if request.method == "GET" and hasattr(old, "correction"):
        # An old page's link; the list shows what is to be put right instead.
        return redirect("innovations:outcome_list", innovation.pk)
    initial = {
        "value": old.value,
        "dated_on": as_typed(old),
        "measured_by": old.measured_by,
        "note": old.note,
        "link": old.link,
        "attachment": old.attachment,
    }
    form = FigureForm(
        _posted(request), innovation=innovation, kind=old.kind, corrects=True, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["correction_reason"]
        try:
            correct_value(by=request.user, value=old, figure=form.figure(), reason=reason)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Angka dibetulkan. Yang lama tetap terbaca."))
            return redirect("innovations:outcome_list", innovation.pk)
    said = Outcome(old.indicator, [old]).said(old)
    lead = f"{old.indicator.name}: {said}, {when(old)}"
    return _form_page(request, innovation, form, _("Betulkan angka"), _("Betulkan"), lead)


@require_http_methods(["GET", "POST"])
@allowed(check_is_agency_person)
def alarm_answer(request: HttpRequest, pk: int, alarm: int) -> HttpResponse:
    """Answer an alarm, also one that stands no more."""
    innovation = _reported(request, pk)
    rows = Alarm.objects.filter(value__indicator__innovation=innovation)
    raised = get_object_or_404(rows.select_related("value__indicator__innovation"), pk=alarm)
    form = AlarmAnswerForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            answer_alarm(by=request.user, alarm=raised, text=form.cleaned_data["text"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Jawaban dicatat. Umum dapat membacanya."))
            return redirect("innovations:outcome_list", innovation.pk)
    said = Outcome(raised.value.indicator, [raised.value]).said(raised.value)
    lead = f"{raised.value.indicator.name}: {said}, {when(raised.value)}"
    title, button = _("Jawab peringatan"), _("Kirim jawaban")
    return _form_page(request, innovation, form, title, button, lead)


@require_GET
@allowed(check_sees_alarms)
def alarm_list(request: HttpRequest) -> HttpResponse:
    """Alarms that stand or have ended: the own agency's, or all for ministry and observers."""
    is_standing = request.GET.get("tampil") != "berakhir"
    alarms = alarms_of(request.user, standing=is_standing)
    page = Paginator(alarms, PAGE_SIZE).get_page(request.GET.get("page"))
    # What stands is measured against the baseline of now, as the public reads it.
    now = baselines_of(one.value.indicator_id for one in page) if is_standing else {}
    rows = [
        {
            "alarm": alarm,
            "innovation": alarm.value.indicator.innovation,
            "is_own": works_for(request.user, alarm.value.indicator.innovation),
            "outcome": Outcome(
                alarm.value.indicator,
                [now.get(alarm.value.indicator_id, alarm.baseline), alarm.value],
            ),
        }
        for alarm in page
    ]
    context = {"page_obj": page, "rows": rows, "is_standing": is_standing}
    return render(request, "innovations/alarm_list.html", context)


def _reported(request: HttpRequest, pk: int) -> Innovation:
    """A published dossier that the person works for; 404 for a stranger's."""
    innovation = own_innovation(request, pk)
    check_can_report_on(request.user, innovation)
    return innovation


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _form_page(
    request: HttpRequest,
    innovation: Innovation,
    form: Any,
    title: str,
    button: str,
    lead: str = "",
) -> HttpResponse:
    context = {
        "innovation": innovation,
        "form": form,
        "title": title,
        "button": button,
        "lead": lead,
    }
    return render(request, "innovations/outcome_form.html", context)
