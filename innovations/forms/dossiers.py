"""Forms of a dossier. They check what can't be stored; completeness is checked on sending."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Region, Unit, User
from innovations.actions.dossiers import DossierDraft, check_reported_origin
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.exceptions import OriginRefused
from innovations.forms.dates import DateBoxesField
from innovations.forms.origins import OriginField
from innovations.models import Category, Innovation, SustainableGoal
from innovations.queries.choices import places_for, units_of
from innovations.queries.edits import IDENTITY_FIELDS, LIST_FIELDS
from innovations.queries.life import ended_on
from sinovik.audit import clock
from sinovik.web.forms import DraftForm, StoredForm


class NewInnovationForm(forms.Form):
    """The least that opens a dossier; the rest is filled in later."""

    title = forms.CharField(
        label=_("Judul inovasi"),
        help_text=_("Tulis nama yang dikenal warga, paling panjang 200 karakter."),
        max_length=200,
        error_messages={
            "required": _("Isi judul inovasi"),
            "max_length": _("Judul paling panjang 200 karakter"),
        },
    )
    unmarked = frozenset({"unit"})
    unit = forms.ModelChoiceField(
        label=_("Unit pelayanan"),
        help_text=_("Dapat dipilih nanti, sebelum dikirim."),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Pilih unit"),
    )

    def __init__(self, *args: Any, agency: Agency, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_of(by, agency)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        own = [m.unit_id for m in by.active_memberships if m.agency_id == agency.pk and m.unit_id]
        if own:
            self.initial.setdefault("unit", own[0])

    def draft(self) -> DossierDraft:
        """The dossier that the answers describe."""
        return DossierDraft(
            title=self.cleaned_data["title"].strip(), unit=self.cleaned_data["unit"]
        )


class IdentityForm(StoredForm):
    """What an innovation is, where, since when and for whom. Only the title is required."""

    asked_later = frozenset(
        {
            "unit",
            "location",
            "category",
            "started_on",
            "novelty_kind",
            "novelty_form",
            "benefit",
            "replicates",
        }
    )

    title = forms.CharField(
        label=_("Judul inovasi"),
        help_text=_("Tulis nama yang dikenal warga, paling panjang 200 karakter."),
        max_length=200,
        error_messages={
            "required": _("Isi judul inovasi"),
            "max_length": _("Judul paling panjang 200 karakter"),
        },
    )
    unit = forms.ModelChoiceField(
        label=_("Unit pelayanan"),
        help_text=_("Unit yang menjalankan inovasi ini sehari-hari."),
        queryset=Unit.objects.none(),
        empty_label=_("Pilih unit"),
    )
    location = forms.ModelChoiceField(
        label=_("Lokasi"),
        help_text=_("Tempat inovasi dijalankan. Pilih provinsi jika berlaku di seluruh provinsi."),
        queryset=Region.objects.all(),
        empty_label=_("Pilih wilayah"),
    )
    category = forms.ModelChoiceField(
        label=_("Kategori"),
        queryset=Category.objects.all(),
        empty_label=_("Pilih kategori"),
    )
    started_on = DateBoxesField(
        label=_("Tanggal mulai diterapkan"),
        help_text=_("Hari pertama warga memakai layanan ini. Contoh: 27 3 2019"),
    )
    novelty_kind = forms.ChoiceField(
        label=_("Jenis kebaruan"),
        help_text=_("Inovasi tidak harus penemuan baru."),
        choices=NoveltyKind.choices,
        widget=forms.RadioSelect,
    )
    novelty_form = forms.ChoiceField(
        label=_("Bentuk kebaruan"),
        choices=NoveltyForm.choices,
        widget=forms.RadioSelect,
    )
    benefit = forms.ChoiceField(
        label=_("Jenis manfaat bagi masyarakat"),
        choices=BenefitKind.choices,
        widget=forms.RadioSelect,
    )
    replicates = OriginField()
    goals = forms.ModelMultipleChoiceField(
        label=_("Tujuan pembangunan berkelanjutan (TPB)"),
        help_text=_("Pilih yang paling terkait, sebaiknya tidak lebih dari tiga."),
        queryset=SustainableGoal.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    edit_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, innovation: Innovation, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.innovation = innovation
        origin = self.fields["replicates"]
        origin.reader, origin.stored = by, innovation.replicates  # type: ignore[attr-defined]
        units = units_of(by, innovation.agency)
        if innovation.unit_id:
            units = units | Unit.objects.filter(pk=innovation.unit_id)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        regions = places_for(innovation.agency)
        if innovation.location_id:
            regions = regions | Region.objects.filter(pk=innovation.location_id)
        field = self.fields["location"]
        field.queryset = regions  # type: ignore[attr-defined]
        field.choices = grouped_by_province(regions)  # type: ignore[attr-defined]

    def clean_replicates(self) -> Innovation | None:
        """An innovation replicates another one, never itself; a reported replica its origin."""
        origin: Innovation | None = self.cleaned_data["replicates"]
        if origin is not None and origin.pk == self.innovation.pk:
            raise forms.ValidationError(_("Inovasi tidak dapat mereplikasi dirinya sendiri"))
        if origin != self.innovation.replicates:
            try:
                check_reported_origin(self.innovation, origin)
            except OriginRefused as refusal:
                raise forms.ValidationError(str(refusal), code="reported") from refusal
        return origin

    def clean_started_on(self) -> date | None:
        """A service can't have begun in the future, nor after the end that was attested."""
        started_on: date | None = self.cleaned_data["started_on"]
        if not started_on:
            return None
        if started_on > timezone.localdate(clock.now()):
            raise forms.ValidationError(_("Tanggal mulai tidak boleh di masa depan"), code="future")
        end = ended_on(self.innovation)
        if end and started_on > end:
            raise forms.ValidationError(
                _(
                    "Layanan ini dinyatakan berhenti pada %(day)s, jadi tidak mungkin mulai"
                    " sesudah itu. Betulkan tanggal mulainya, atau buat pernyataan baru tentang"
                    " keadaannya."
                ),
                code="after_end",
                params={"day": date_format(end, "j F Y")},
            )
        return started_on


class TeamRow(DraftForm):
    """One person of the team; an empty row is nobody."""

    asked_later = frozenset({"name", "position"})

    name = forms.CharField(label=_("Nama"), max_length=120)
    position = forms.CharField(label=_("Peran dalam tim"), max_length=120)

    def clean(self) -> dict[str, Any]:
        """A position without a name is a slip of the finger."""
        if self.cleaned_data.get("position") and not self.cleaned_data.get("name"):
            self.add_error("name", _("Isi nama anggota tim"))
        return self.cleaned_data


class LinkRow(DraftForm):
    """One address outside; an empty row is none."""

    asked_later = frozenset({"title", "url"})

    title = forms.CharField(label=_("Judul tautan"), max_length=120)
    url = forms.URLField(
        label=_("Alamat"),
        max_length=400,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"invalid": _("Tulis alamat lengkap, misalnya https://contoh.go.id/berita")},
    )

    def clean(self) -> dict[str, Any]:
        """An address without a title borrows it; a title alone leads nowhere."""
        if self.cleaned_data.get("title") and not (
            self.cleaned_data.get("url") or "url" in self.errors
        ):
            self.add_error("url", _("Isi alamat tautan"))
        return self.cleaned_data


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that come whole: one that did not come along takes nobody off the list."""

    def clean(self) -> None:
        """Refuse what no browser sends."""
        if any(row.add_prefix(name) not in row.data for row in self.forms for name in row.fields):
            raise forms.ValidationError(
                _(
                    "Tidak semua baris ikut terkirim, jadi yang tersimpan tidak diubah."
                    " Muat ulang halaman, lalu simpan lagi."
                )
            )


TeamFormSet = forms.formset_factory(TeamRow, formset=Rows, extra=2, max_num=30)
LinkFormSet = forms.formset_factory(LinkRow, formset=Rows, extra=2, max_num=15)


class ArchiveForm(forms.Form):
    """Why a dossier leaves the register; the public reads it."""

    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Ditampilkan kepada umum pada alamat inovasi ini."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Tuliskan alasan pengarsipan"),
            "max_length": _("Alasan paling panjang 300 karakter"),
        },
    )


def identity_of(innovation: Innovation) -> dict[str, Any]:
    """The present values, as initial data of the identity form."""
    values = {
        name: getattr(innovation, name) for name in IDENTITY_FIELDS if name not in LIST_FIELDS
    }
    return values | {
        "goals": list(innovation.goals.all()),
        "edit_number": innovation.edit_number,
    }


def team_rows(innovation: Innovation) -> list[dict[str, str]]:
    """The team as initial data of `TeamFormSet`."""
    return [{"name": member.name, "position": member.position} for member in innovation.team.all()]


def link_rows(innovation: Innovation) -> list[dict[str, str]]:
    """The links as initial data of `LinkFormSet`."""
    return [{"title": link.title, "url": link.url} for link in innovation.links.all()]


def changes_from(form: IdentityForm, team: Iterable[Any], links: Iterable[Any]) -> dict[str, Any]:
    """What `edit_innovation` takes, from three valid forms."""
    answers = form.cleaned_data
    changes = {name: answers[name] for name in IDENTITY_FIELDS if name not in LIST_FIELDS}
    return changes | {
        "title": " ".join(answers["title"].split()),
        "goals": [goal.pk for goal in answers["goals"]],
        "team": member_pairs(team),
        "links": link_pairs(links),
    }


def member_pairs(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """(name, position) of valid rows that are not empty."""
    return _pairs(rows, "name", "position")


def link_pairs(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """(title, url) of valid rows that are not empty; an address lends its title."""
    return [(title or url, url) for title, url in _pairs(rows, "title", "url") if url]


def grouped_by_province(regions: Iterable[Region]) -> Sequence[tuple[Any, Any]]:
    """Choices for a select: one group a province, the province itself first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for region in sorted(regions, key=lambda region: region.code):
        province = region.province_id or region.code
        names.setdefault(province, region.name)
        groups.setdefault(province, []).append((region.code, region.name))
    return [("", _("Pilih wilayah")), *((names[code], rows) for code, rows in groups.items())]


def _pairs(rows: Iterable[Any], first: str, second: str) -> list[tuple[str, str]]:
    answers = [row.cleaned_data for row in rows if row.cleaned_data]
    pairs = [(answer.get(first, ""), answer.get(second, "")) for answer in answers]
    return [pair for pair in pairs if any(pair)]
