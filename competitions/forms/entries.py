"""Forms on a proposal's way: start, write, declare, return."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Unit, User
from competitions.models import FormSection, Group
from competitions.queries.tasks import IDENTITY
from innovations.actions.dossiers import DossierDraft
from innovations.forms.origins import OriginField
from innovations.models import Innovation
from innovations.queries.choices import units_of
from sinovik.web.forms import DraftForm, StoredForm
from sinovik.web.templatetags.web import shipped

LONGEST_TEXT = 60_000
"""Characters; far above every word limit, only there to refuse a flood."""


class GroupChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A group with the year of its edition in front."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.edition.name} · {shipped(obj.name)}"


class DossierChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A dossier by code and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} · {obj.title}"


def group_field(groups: Any) -> GroupChoice:
    """The group to take part in; chosen already where there is one."""
    return GroupChoice(
        label=_("Kelompok"),
        queryset=groups,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Pilih kelompok")},
    )


class NewProposalForm(forms.Form):
    """A proposal about an innovation that the register doesn't know yet."""

    title = forms.CharField(
        label=_("Judul inovasi"),
        help_text=_("Nama yang dikenal warga, paling panjang 200 karakter. Dapat diubah nanti."),
        max_length=200,
        error_messages={
            "required": _("Isi judul inovasi"),
            "max_length": _("Judul paling panjang 200 karakter"),
        },
    )
    unmarked = frozenset({"replicates", "unit"})
    replicates = OriginField(required=False)
    unit = forms.ModelChoiceField(
        label=_("Unit pelayanan"),
        help_text=_("Rekan di unit ini dapat ikut menulis."),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Pilih unit"),
    )

    def __init__(self, *args: Any, agency: Agency, by: User, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(by, agency)  # type: ignore[attr-defined]
        self.fields["replicates"].reader = by  # type: ignore[attr-defined]
        own = [m.unit_id for m in by.active_memberships if m.agency_id == agency.pk and m.unit_id]
        if own:
            self.initial["unit"] = own[0]
        self.fields["group"] = group_field(groups)
        choose_only_one(self, groups)

    def draft(self) -> DossierDraft:
        """The dossier that the answers describe."""
        title = " ".join(self.cleaned_data["title"].split())
        return DossierDraft(
            title=title,
            unit=self.cleaned_data["unit"],
            replicates=self.cleaned_data["replicates"],
        )


class DossierProposalForm(forms.Form):
    """A proposal about a dossier of the agency."""

    innovation = DossierChoice(
        label=pgettext_lazy("satu", "Inovasi"),
        help_text=_("Inovasi instansi Anda yang belum didaftarkan pada edisi ini."),
        queryset=Innovation.objects.none(),
        empty_label=_("Pilih inovasi"),
        error_messages={"required": _("Pilih inovasi")},
    )

    def __init__(self, *args: Any, innovations: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["innovation"].queryset = innovations  # type: ignore[attr-defined]
        self.fields["group"] = group_field(groups)
        choose_only_one(self, groups)


def choose_only_one(form: forms.Form, groups: Sequence[Group]) -> None:
    """Don't ask for a group where there is one: it is chosen."""
    if len(groups) == 1:
        form.initial["group"] = groups[0].pk
        form.fields["group"].widget = forms.HiddenInput()


class SectionForm(StoredForm):
    """The text of one section. A text that is too long is saved all the same.

    `version` is the edit number that was read; autosave.js keeps it at the last one saved.
    """

    asked_later = frozenset({"text"})

    text = forms.CharField(
        strip=False,
        max_length=LONGEST_TEXT,
        error_messages={"max_length": _("Teks terlalu panjang untuk disimpan. Kurangi dahulu.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, section: FormSection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label, field.help_text = gettext(section.title), gettext(section.question)
        attributes: dict[str, Any] = {"rows": 12, "data-autogrow": 12}
        if section.maximum_words:
            attributes["data-max-words"] = section.maximum_words
        field.widget = forms.Textarea(attrs=attributes)

    def clean_text(self) -> str:
        """One kind of line end, whatever sent it."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class DeclarationForm(forms.Form):
    """What the sender vouches for."""

    is_true = forms.BooleanField(
        label=_("Data dalam proposal ini benar dan dapat kami buktikan."),
        error_messages={"required": _("Nyatakan bahwa data dalam proposal benar")},
    )
    is_new = forms.BooleanField(
        label=_("Inovasi ini belum pernah meraih penghargaan tertinggi kompetisi ini."),
        error_messages={"required": _("Nyatakan bahwa inovasi belum pernah meraih penghargaan")},
    )


class ReturnForm(DraftForm):
    """Remarks by section; at least one."""

    whole = forms.CharField(
        label=_("Catatan untuk seluruh proposal"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, sections: Sequence[FormSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {"whole": ""}
        titles = [(IDENTITY, gettext("Identitas inovasi"))]
        titles += [(section.key, gettext(section.title)) for section in sections]
        for key, title in titles:
            self.keys[f"section-{key}"] = key
            self.fields[f"section-{key}"] = forms.CharField(
                label=_("Catatan untuk “%s”") % title,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": 3}),
            )

    def full_clean(self) -> None:
        """Each remark may be empty; that one is there is checked at the end."""
        self.asked_later = frozenset(self.fields)
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """The unit must learn what to mend."""
        if not self.errors and not self.remarks():
            raise forms.ValidationError(_("Tuliskan paling sedikit satu catatan perbaikan"))
        return self.cleaned_data

    def remarks(self) -> list[tuple[str, str]]:
        """(section key, text) as `return_entry` takes them."""
        texts = [(key, self.cleaned_data.get(name, "")) for name, key in self.keys.items()]
        return [(key, text.strip()) for key, text in texts if text.strip()]
