"""One section of a proposal: written by button or by itself, two texts compared."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from competitions.actions.writing import save_entry_section
from competitions.forms.entries import SectionForm
from competitions.models import Entry, FormSection
from competitions.permissions import can_write_entry
from competitions.queries.rubrics import guidance_for
from competitions.queries.tasks import (
    LATE,
    WRITABLE,
    Task,
    can_write_on,
    tasks_of,
    text_of,
)
from competitions.queries.windows import writing_window
from competitions.queries.writing import open_remarks_on, section_of
from competitions.views.entries import (
    entry_to_change,
    href_on,
    proposal,
    visible_entry,
)
from innovations.exceptions import StaleEdit
from innovations.models import Innovation
from innovations.queries.edits import newer_edit
from innovations.queries.presence import writing_now
from innovations.versions import word_count, word_difference
from sinovik.audit import clock
from sinovik.web.access import Refusal, signed_in
from sinovik.web.autosave import Conflict, Saved, Typed, Unstorable, autosaved, names
from sinovik.web.kept import kept
from sinovik.web.templatetags.web import moment


@require_http_methods(["GET", "POST", "PUT"])
@signed_in
def entry_section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write one section: by button (POST) or by itself (PUT). Neither validates length."""
    entry = entry_to_change(request, pk) if request.method == "PUT" else visible_entry(request, pk)
    section = section_of(entry.edition_id, key)
    if section is None:
        raise Http404
    if entry.version_id and entry.state not in WRITABLE and request.method == "GET":
        return redirect(reverse("competitions:entry_check", args=[entry.pk]) + f"#bagian-{key}")
    if request.method == "PUT":
        return _autosave(request, entry, section)
    unsent = kept(request)
    form = SectionForm(
        request.POST if request.method == "POST" else unsent,
        section=section,
        initial={
            "text": text_of(entry.innovation, key),
            "version": entry.innovation.edit_number,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, entry, section, form)
        except StaleEdit:
            return _conflict(request, entry, section, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_after_section(request, entry, section))
    page = proposal(request, entry)
    context = page | {"section": section, "form": form, "is_unsent": unsent is not None}
    context |= _section_page(request, page, section)
    # What was typed stays on the page, also for whom the right to write it has ended.
    is_refused = request.method == "POST" and not can_write_entry(request.user, entry)
    return render(
        request, "competitions/entry_section.html", context, status=403 if is_refused else 200
    )


def _save(
    request: HttpRequest, entry: Entry, section: FormSection, form: SectionForm
) -> Innovation:
    return save_entry_section(
        by=request.user,
        entry=entry,
        edit_number=form.cleaned_data["version"],
        key=section.key,
        text=form.cleaned_data["text"],
    )


def _autosave(request: HttpRequest, entry: Entry, section: FormSection) -> HttpResponse:
    def form_of(typed: Typed) -> SectionForm:
        return SectionForm({**typed.fields, "version": typed.version}, section=section)

    def save(typed: Typed) -> Saved:
        form = form_of(typed)
        if not form.is_valid():
            raise Unstorable({"text": str(form.errors["text"][0])})
        innovation = _save(request, entry, section, form)
        return Saved(
            innovation.edit_number,
            clock.now(),
            message=_late_sentence(entry),
            parts=_tag(entry, section, innovation),
        )

    def conflict(typed: Typed) -> Conflict:
        form = form_of(typed)
        form.is_valid()
        both = _both(request, entry, section, form)
        return Conflict(
            version=both["innovation"].edit_number,
            fields={"text": both["latest"]},
            panel=render_to_string("competitions/_conflict_panel.html", both),
        )

    return autosaved(request, is_field=names("text"), save=save, conflict=conflict)


def _tag(entry: Entry, section: FormSection, innovation: Innovation) -> dict[str, str]:
    """The section's state beside its name in the navigation, as it reads after saving."""
    entry.innovation = innovation
    remarks = open_remarks_on(entry.pk)
    task = tasks_of(entry, [section], remarks=remarks)[-1]
    part = _part(section.key)
    tag = {"text": task.label, "tone": task.tone, "part": part}
    return {part: render_to_string("components/tag.html", tag)}


def _part(key: str) -> str:
    return f"tugas-{key}"


def _late_sentence(entry: Entry) -> str:
    """What becomes of a text that is saved after the close; empty before."""
    window = writing_window(entry)
    if window.is_open(clock.now()):
        return ""
    return _(
        "Tersimpan di dosir. Pendaftaran ditutup %(moment)s, jadi teks ini tidak ikut edisi ini."
    ) % {"moment": moment(window.closes_at)}


def _both(
    request: HttpRequest, entry: Entry, section: FormSection, form: SectionForm
) -> dict[str, Any]:
    """Two texts of one section as a page compares them; the newest is read afresh."""
    entry = visible_entry(request, entry.pk)
    mine, seen = form.cleaned_data["text"], form.cleaned_data["version"]
    latest = text_of(entry.innovation, section.key)
    return {
        "by": newer_edit(entry.innovation, seen, [section.key], reader=request.user),
        "entry": entry,
        "innovation": entry.innovation,
        "section": section,
        "mine": mine,
        "latest": latest,
        "merged": f"{latest}\n\n{mine}".strip(),
        "hunks": word_difference(latest, mine),
    }


def _conflict(
    request: HttpRequest, entry: Entry, section: FormSection, form: SectionForm
) -> HttpResponse:
    """Show both texts; whichever is chosen is saved over the newer edit."""
    both = _both(request, entry, section, form)
    initial = {"text": both["merged"], "version": both["innovation"].edit_number}
    context = both | {
        "merged": SectionForm(section=section, initial=initial),
        "here": reverse("competitions:entry_section", args=[entry.pk, section.key]),
    }
    return render(request, "competitions/entry_conflict.html", context, status=409)


def _after_section(request: HttpRequest, entry: Entry, section: FormSection) -> str:
    """The task list on "simpan dan keluar", else the next section, the check at last."""
    if late := _late_sentence(entry):
        messages.warning(request, late)
    elif excess := _excess_sentence(section, request.POST.get("text", "")):
        messages.warning(request, excess)
    elif "exit" in request.POST:
        messages.success(request, _("Bagian “%s” tersimpan.") % _(section.title))
    if "exit" in request.POST:
        return reverse("competitions:entry_tasks", args=[entry.pk])
    later = entry.edition.sections.filter(position__gt=section.position).first()
    if later:
        return reverse("competitions:entry_section", args=[entry.pk, later.key])
    return reverse("competitions:entry_check", args=[entry.pk])


def _excess_sentence(section: FormSection, text: str) -> str:
    """What is left to do with a text that is longer than the form takes; empty for others."""
    limit = section.maximum_words
    if limit is None or (excess := word_count(text) - limit) <= 0:
        return ""
    facts = {"title": _(section.title), "limit": limit, "excess": excess}
    return (
        _(
            "Bagian “%(title)s” tersimpan, tetapi melewati batas %(limit)s kata. Kurangi %(excess)s"
            " kata sebelum mengirim."
        )
        % facts
    )


def _section_page(
    request: HttpRequest, page: dict[str, Any], section: FormSection
) -> dict[str, Any]:
    tasks: list[Task] = page["tasks"]
    entry, lock = page["entry"], page["lock"]
    keys = [task.key for task in tasks]
    place = keys.index(section.key)
    is_open = can_write_on(entry, lock, can_write=page["can_write"])
    others = []
    if is_open:
        others = writing_now(entry.innovation, besides=request.user, place=section.key)
    return {
        "task": tasks[place],
        "place": place + 1,
        "number_of_tasks": len(tasks),
        "is_last": place + 1 == len(tasks),
        "is_open": is_open,
        "is_late": lock is not None and lock.kind in LATE,
        "others": others,
        "wants_to_write": "tulis" in request.GET or request.method == "POST",
        "criterion": guidance_for(entry.edition_id, section.key),
        "nav_items": [
            {
                "text": task.title,
                "href": href_on(page, task.key),
                "current": task.key == section.key,
                "tag": task.label,
                "tone": task.tone,
                "part": _part(task.key),
            }
            for task in tasks
        ],
    }
