"""Forms of the schedule of presentations, for the secretariat and for agencies."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.actions.presentations import LONGEST_NAMES, Timetable
from competitions.forms.rankings import DAY, TIME
from competitions.queries.presentations import SlotLine
from competitions.queries.timetables import Break, break_of
from sinovik.web.numbers import WholeNumberField
from sinovik.web.templatetags.web import clock, day

MOST_DAYS, MOST_ROOMS, MOST_BREAKS = 31, 20, 8
LARGEST_SEED = 999_999
SATURDAY = 5


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _is_link(text: str) -> bool:
    try:
        URLValidator(schemes=["https"])(text)
    except ValidationError:
        return False
    return True


def _minutes(label: Any) -> WholeNumberField:
    return WholeNumberField(
        label=label,
        min_value=1,
        max_value=120,
        error_messages={"required": gettext_lazy("Isi lamanya dalam menit, 1 sampai 120.")},
    )


class TimetableForm(forms.Form):
    """What the schedule is drawn from."""

    first_day = forms.DateField(
        label=gettext_lazy("Hari pertama"),
        widget=DAY,
        error_messages={"required": gettext_lazy("Isi hari pertama.")},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Hari terakhir"),
        help_text=gettext_lazy("Sabtu dan Minggu di antaranya dilewati."),
        widget=DAY,
        error_messages={"required": gettext_lazy("Isi hari terakhir.")},
    )
    starts = forms.TimeField(
        label=gettext_lazy("Mulai (WIB)"),
        widget=TIME,
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"required": gettext_lazy("Isi jam mulai.")},
    )
    ends = forms.TimeField(
        label=gettext_lazy("Selesai (WIB)"),
        widget=TIME,
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"required": gettext_lazy("Isi jam selesai.")},
    )
    breaks = forms.CharField(
        label=gettext_lazy("Waktu jeda"),
        help_text=gettext_lazy("Satu jeda sebaris, misalnya 12.00–13.00."),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rooms = forms.CharField(
        label=gettext_lazy("Ruang"),
        help_text=gettext_lazy(
            "Satu ruang sebaris. Untuk tatap muka jarak jauh tambahkan tautannya: Ruang 1,"
            " https://rapat.contoh.go.id/1"
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Isi paling sedikit satu ruang.")},
    )
    presentation_minutes = _minutes(gettext_lazy("Presentasi (menit)"))
    question_minutes = _minutes(gettext_lazy("Tanya jawab (menit)"))
    seed = WholeNumberField(
        label=gettext_lazy("Benih undian"),
        help_text=gettext_lazy(
            "Angka yang sama menghasilkan urutan yang sama; ganti untuk mengundi ulang."
        ),
        min_value=0,
        max_value=LARGEST_SEED,
        error_messages={"required": gettext_lazy("Isi benih undian.")},
    )

    def clean_breaks(self) -> list[Break]:
        """Each line as two times."""
        found = []
        for line in _lines(self.cleaned_data["breaks"]):
            try:
                found.append(break_of(line))
            except ValueError as error:
                raise ValidationError(
                    _("“%(line)s” bukan jeda. Tulis seperti 12.00–13.00.") % {"line": line[:40]}
                ) from error
        if len(found) > MOST_BREAKS:
            raise ValidationError(_("Jeda paling banyak %(most)s.") % {"most": MOST_BREAKS})
        return found

    def clean_rooms(self) -> list[tuple[str, str]]:
        """Each line as a name and a link, which may be empty."""
        found = []
        for line in _lines(self.cleaned_data["rooms"]):
            name, comma, rest = line.rpartition(",")
            link = rest.strip()
            if not comma or not link.startswith(("http:", "https:")):
                name, link = line, ""
            if link and not _is_link(link):
                raise ValidationError(
                    _("Tautan “%(link)s” tidak dapat dipakai. Mulai dengan https://.")
                    % {"link": link[:60]}
                )
            name = name.strip()
            if len(name) > 80 or len(link) > 300:
                raise ValidationError(
                    _("Nama ruang paling panjang 80 huruf, tautan paling panjang 300.")
                )
            found.append((name, link))
        if len(found) > MOST_ROOMS or not found:
            raise ValidationError(_("Isi 1 sampai %(most)s ruang.") % {"most": MOST_ROOMS})
        return found

    def clean(self) -> dict[str, Any]:
        """The days and hours in their order."""
        answers: dict[str, Any] = super().clean() or {}
        first, last = answers.get("first_day"), answers.get("last_day")
        if first and last:
            if not first <= last <= first + timedelta(days=MOST_DAYS - 1):
                self.add_error(
                    "last_day",
                    _("Hari terakhir paling cepat hari pertama, paling lama 31 hari."),
                )
            elif not self._days(first, last):
                self.add_error("last_day", _("Tidak ada hari kerja di antara kedua tanggal ini."))
        starts, ends = answers.get("starts"), answers.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Jam selesai harus sesudah jam mulai."))
        return answers

    @staticmethod
    def _days(first: date, last: date) -> list[date]:
        every = (first + timedelta(days=step) for step in range((last - first).days + 1))
        return [one for one in every if one.weekday() < SATURDAY]

    def timetable(self) -> Timetable:
        """The plan of a valid form."""
        answers = self.cleaned_data
        return Timetable(
            days=self._days(answers["first_day"], answers["last_day"]),
            starts=answers["starts"],
            ends=answers["ends"],
            rooms=answers["rooms"],
            breaks=answers["breaks"],
            presentation_minutes=answers["presentation_minutes"],
            question_minutes=answers["question_minutes"],
        )


class MoveForm(forms.Form):
    """Where an entry goes: a free slot, or one whose entry changes places with it.

    Each choice names the slot and who was seen in it, so that neither is taken for another.
    """

    slot = forms.ChoiceField(
        label=gettext_lazy("Slot tujuan"),
        error_messages={
            "required": gettext_lazy("Pilih slot."),
            "invalid_choice": gettext_lazy("Slot itu baru saja berubah. Pilih slot lagi."),
        },
    )

    def __init__(self, *args: Any, lines: Sequence[SlotLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {self._value(line): line for line in lines}
        days: dict[str, list[tuple[str, str]]] = {}
        for value, line in self.lines.items():
            days.setdefault(day(line.slot.starts_at), []).append((value, self._text(line)))
        choices: Any = [("", gettext_lazy("Pilih slot")), *days.items()]
        self.fields["slot"].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def _value(line: SlotLine) -> str:
        return f"{line.slot.pk}-{line.presentation.pk if line.presentation else 0}"

    @staticmethod
    def _text(line: SlotLine) -> str:
        facts = {"time": clock(line.slot.starts_at), "room": line.slot.room.name}
        if line.presentation is None:
            return _("%(time)s %(room)s · kosong") % facts
        entry = line.presentation.entry
        facts |= {"number": entry.number, "agency": entry.agency.name}
        return _("%(time)s %(room)s · tukar: %(number)s %(agency)s") % facts

    def destination(self) -> SlotLine:
        """The line that was chosen in a valid form."""
        return self.lines[self.cleaned_data["slot"]]


class RoomForm(forms.Form):
    """A room's name and its link."""

    name = forms.CharField(
        label=gettext_lazy("Nama ruang"),
        max_length=80,
        error_messages={"required": gettext_lazy("Isi nama ruang.")},
    )
    link = forms.URLField(
        label=gettext_lazy("Tautan rapat"),
        help_text=gettext_lazy("Kosongkan untuk tatap muka langsung."),
        required=False,
        max_length=300,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"])],
        error_messages={"invalid": gettext_lazy("Tulis tautan yang mulai dengan https://.")},
    )


class PresentersForm(forms.Form):
    """Who speaks for the entry."""

    presenters = forms.CharField(
        label=gettext_lazy("Nama penyaji"),
        help_text=gettext_lazy("Nama dan jabatan, satu orang sebaris."),
        max_length=LONGEST_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Tulis nama penyaji.")},
    )
