"""One rule for all forms: what may stay empty for good says "(opsional)", all else says nothing."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms

from agencies.forms import AgencySearchForm
from competitions.forms.field_visits import VisitForm
from innovations.forms.life import AttestationForm
from sinovik.home.gallery import SampleForm
from sinovik.web.account_forms import InOurWords
from sinovik.web.factor_forms import CodeInOurWords
from sinovik.web.forms import DraftForm
from tests.catalogue import ROOT

OWN = ("agencies", "competitions", "innovations", "sinovik")
SAYS_IT = re.compile(r"opsional|(boleh|bisa|dapat) (di)?kosong|tidak wajib|wajib diisi", re.I)
IN_SOME_CASES = re.compile(r"^hanya (bila|untuk)|sedikitnya satu|^atau ", re.I)
LABELS = re.compile(r"<label[^>]*for=\"{{ *(\w+(?:\.\w+)*)\.id_for_label")
DRAWN_APART = {
    "_check_item.html": {"row.remark", "row.note"},
    "_filter_bar.html": {"field"},
    "_scoresheet_note.html": {"field"},
}
"""Notes that a verdict or a mark may ask for, and filters: none of them is marked."""


def every_form() -> Iterator[type[forms.BaseForm]]:
    for path in sorted(ROOT.glob("*/**/*forms*")):
        files = path.glob("*.py") if path.is_dir() else [path]
        for file in files:
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            if file.suffix == ".py" and name.split(".")[0] in OWN:
                import_module(name.removesuffix(".__init__"))
    rest: list[type[forms.BaseForm]] = [forms.BaseForm]
    while rest:
        rest += (one := rest.pop()).__subclasses__()
        if one.__module__.split(".")[0] in OWN:
            yield one


def test_no_field_says_in_its_own_words_whether_it_may_stay_empty() -> None:
    seen = [
        (form, name, f"{field.label or ''} {field.help_text}")
        for form in set(every_form())
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
    ]
    assert len(seen) > 250
    assert [one for one in seen if SAYS_IT.search(one[2])] == []


def test_every_field_that_must_be_filled_says_so_in_words_of_its_own() -> None:
    djangos = str(forms.Field.default_error_messages["required"])
    silent = [
        f"{form.__name__}.{name}"
        for form in set(every_form())
        # Drafts ask for nothing, samples are never sent, allauth's get theirs when they are made.
        if not issubclass(form, (DraftForm, SampleForm, InOurWords, CodeInOurWords))
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if field.required and not field.widget.is_hidden and not _is_never_empty(field)
        # What has no label is sent by scripts.
        if field.label and str(field.error_messages["required"]) in ("", djangos)
    ]
    assert "\n".join(sorted(silent)) == ""


def _is_never_empty(field: forms.Field) -> bool:
    """Lists from which nothing can be chosen but one of their lines."""
    return (
        type(field) is forms.ChoiceField
        and type(field.widget) is forms.Select
        and "" not in dict(field.choices)  # type: ignore[arg-type]
    )


def test_field_that_some_cases_ask_for_is_not_called_optional() -> None:
    called = [
        f"{form.__name__}.{name}"
        for form in set(every_form())
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if not field.required
        and (IN_SOME_CASES.search(str(field.help_text)) or IN_SOME_CASES.search(str(field.label)))
        and name not in getattr(form, "unmarked", ())
    ]
    assert called == []


def test_unmarked_fields_are_there_and_may_stay_empty() -> None:
    for form in set(every_form()):
        fields = form.base_fields  # type: ignore[attr-defined]
        for name in getattr(form, "unmarked", ()):
            assert name in fields or name == "attachment", form
            assert not fields[name].required, (form, name)
        if issubclass(form, DraftForm):
            assert form.asked_later <= fields.keys(), form


def test_labels_come_from_the_one_template() -> None:
    apart = {
        path.name: set(names)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (names := LABELS.findall(path.read_text("utf-8"))) and path.parent.name != "forms"
    }
    assert apart == DRAWN_APART


class Sample(DraftForm):
    asked_later = frozenset({"later"})
    unmarked = frozenset({"sometimes"})
    asked = forms.CharField()
    later = forms.CharField()
    sometimes = forms.CharField(required=False)
    free = forms.CharField(required=False)
    locked = forms.CharField(required=False, disabled=True)
    choice = forms.ChoiceField(required=False, widget=forms.RadioSelect, choices=[("a", "A")])


@pytest.mark.parametrize("data", [None, {"asked": "x"}])
def test_only_what_may_stay_empty_for_good_is_marked(data: dict[str, str] | None) -> None:
    form = Sample(data)
    form.is_valid()
    marked = {name for name in form.fields if "(opsional)" in form[name].as_field_group()}
    assert marked == {"free", "choice"}


def test_report_and_search_are_unmarked() -> None:
    assert "(opsional)" not in AgencySearchForm()["q"].as_field_group()
    visit = VisitForm(answers=[])
    assert not [name for name in visit.fields if "(opsional)" in visit[name].as_field_group()]
    assert AttestationForm.base_fields.keys() - AttestationForm.unmarked == {"state", "lessons"}


def test_no_box_cuts_what_is_pasted() -> None:
    class Longest(forms.Form):
        line = forms.CharField(max_length=10)
        lines = forms.CharField(max_length=10, widget=forms.Textarea)
        secret = forms.CharField(max_length=10, widget=forms.PasswordInput)

    form = Longest({"line": "a" * 11, "lines": "b" * 11})
    assert {*form.errors} == {"line", "lines", "secret"}
    shown = form.as_p()
    assert "maxlength" not in shown
    assert "a" * 11 in shown
    assert "b" * 11 in shown
