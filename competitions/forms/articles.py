"""Writing a page: its texts in one or two languages, its file, and when it is published."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.actions.articles import ArticleText
from competitions.forms.rankings import DAY, TIME
from competitions.models import Edition
from competitions.models.article import LONGEST_BODY, LONGEST_TITLE, ArticleKind, ArticleTheme
from competitions.queries.articles import TEXTS
from sinovik.web.characters import UNSTORABLE


class _Words(forms.CharField):
    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if UNSTORABLE.search(words):
            raise forms.ValidationError(
                _("Ada karakter yang tidak dapat disimpan. Ketik ulang bagian yang disalin.")
            )
        return words.replace("\r\n", "\n")


def _title(label: Any, **more: Any) -> _Words:
    errors = {"required": gettext_lazy("Tulis judulnya.")}
    return _Words(label=label, max_length=LONGEST_TITLE, error_messages=errors, **more)


def _body(label: Any, **more: Any) -> _Words:
    errors = {"required": gettext_lazy("Tulis isinya.")}
    area = forms.Textarea(attrs={"rows": 14})
    return _Words(label=label, max_length=LONGEST_BODY, widget=area, error_messages=errors, **more)


class ArticleForm(forms.Form):
    """A page of one kind; `version` is what was on the screen. Both English texts or neither."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    theme = forms.ChoiceField(
        label=gettext_lazy("Pokok"),
        choices=ArticleTheme.choices,
        error_messages={"required": gettext_lazy("Pilih pokok pertanyaan.")},
    )
    edition = forms.ModelChoiceField(
        label=gettext_lazy("Edisi"),
        queryset=Edition.objects.order_by("-year"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Pilih edisi.")},
    )
    title = _title(TEXTS["title"])
    body = _body(TEXTS["body"])
    title_en = _title(TEXTS["title_en"], required=False)
    body_en = _body(TEXTS["body_en"], required=False)
    file = forms.FileField(
        label=gettext_lazy("Berkas PDF"),
        help_text=gettext_lazy("Bila ada, misalnya pedoman. Berkas baru menggantikan yang lama."),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
    )
    drop_file = forms.BooleanField(label=gettext_lazy("Lepaskan berkas"), required=False)

    def __init__(
        self, *args: Any, kind: ArticleKind, is_new: bool, has_file: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind != ArticleKind.QUESTION or not is_new:
            del self.fields["theme"]
        if kind != ArticleKind.DOCUMENT or not is_new:
            del self.fields["edition"]
        if not has_file:
            del self.fields["drop_file"]

    def clean(self) -> dict[str, Any]:
        """English is whole or not there."""
        values = super().clean() or {}
        if bool(values.get("title_en")) != bool(values.get("body_en")):
            name = "body_en" if values.get("title_en") else "title_en"
            self.add_error(name, _("Isi judul dan isi bahasa Inggris, atau kosongkan keduanya."))
        return values

    @property
    def text(self) -> ArticleText:
        """What was typed, checked."""
        return ArticleText(**{name: self.cleaned_data[name] for name in TEXTS})


class ArticlePublishForm(forms.Form):
    """When a page becomes public; without a day at once."""

    on = forms.DateField(
        label=gettext_lazy("Tanggal terbit"),
        help_text=gettext_lazy("Kosongkan untuk menerbitkan sekarang."),
        widget=DAY,
        required=False,
        error_messages={"invalid": gettext_lazy("Isi tanggal terbit, misalnya 12 Agustus 2027.")},
    )
    at = forms.TimeField(
        label=gettext_lazy("Jam terbit (WIB)"),
        widget=TIME,
        required=False,
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Isi jam terbit, misalnya 10.00.")},
    )

    def clean(self) -> dict[str, Any]:
        """An hour needs its day."""
        values = super().clean() or {}
        if values.get("at") and not values.get("on"):
            self.add_error("on", _("Isi tanggal terbit, atau kosongkan jamnya."))
        return values

    @property
    def publish_at(self) -> datetime | None:
        """The instant in the site's zone (WIB); None: now."""
        day, hour = self.cleaned_data["on"], self.cleaned_data["at"]
        if day is None:
            return None
        naive = datetime.combine(day, hour or datetime.min.time())
        return timezone.make_aware(naive, timezone.get_default_timezone())
