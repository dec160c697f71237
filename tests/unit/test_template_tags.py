"""Numbers, days and zones as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import number_format
from django.utils.safestring import mark_safe

from sinovik.web.templatetags import web


@pytest.mark.parametrize(
    "value, said", [(3156, "3.156"), (1234.5, "1.234,5"), (0, "0"), (None, ""), ("", "")]
)
def test_number_groups_thousands_with_a_point(value: float | None, said: str) -> None:
    assert web.number(value) == said


def test_number_follows_the_language() -> None:
    with translation.override("en"):
        assert web.number(1234.5) == "1,234.5"


@pytest.mark.parametrize(
    "value, places, said",
    [(Decimal("72.5"), 2, "72,50"), (Decimal("0.125"), 2, "0,12"), (1651, 0, "1.651")],
)
def test_decimals_rounds_half_even(value: Decimal, places: int, said: str) -> None:
    assert web.decimals(value, places) == said


@pytest.mark.parametrize(
    "share, places, said",
    [(0.7812, 1, "78,1%"), (1, 0, "100%"), (9 / 16, 1, "56,3%"), (0.0005, 1, "0,1%")],
)
def test_percent_takes_a_share_of_one(share: float, places: int, said: str) -> None:
    assert web.percent(share, places) == said


@pytest.mark.parametrize(
    "octets, said", [(412, "1 kB"), (412_000, "412 kB"), (1_234_000, "1,2 MB"), (None, "")]
)
def test_size_reads_as_kilobytes_or_megabytes(octets: int | None, said: str) -> None:
    assert web.size(octets) == said


def test_words_are_runs_of_non_space() -> None:
    assert web.words("  sehari-hari,  dua\ntiga ") == 3


def test_zones_name_the_next_day_once() -> None:
    instant = datetime(2027, 1, 15, 16, 59, tzinfo=UTC)
    assert web.zones(instant) == (
        "Jumat, 15 Januari 2027 pukul 23.59 WIB (Sabtu, 16 Januari pukul 00.59 WITA, 01.59 WIT)"
    )


def test_zones_on_one_day_give_times_alone() -> None:
    instant = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)
    assert web.zones(instant) == "Jumat, 15 Januari 2027 pukul 10.00 WIB (11.00 WITA, 12.00 WIT)"


def test_moment_is_in_the_zone_of_the_reader() -> None:
    instant = datetime(2026, 8, 12, 7, 2, tzinfo=UTC)
    assert web.moment(instant) == "12 Agustus 2026 pukul 14.02 WIB"
    assert web.clock(instant) == "14.02"
    assert web.day(date(2026, 8, 12)) == "12 Agustus 2026"


@pytest.mark.parametrize(
    "left, said",
    [
        (timedelta(days=53, hours=1, minutes=5), "53 hari 1 jam lagi"),
        (timedelta(hours=5, minutes=12), "5 jam 12 menit lagi"),
        (timedelta(minutes=12), "12 menit lagi"),
        (timedelta(minutes=-1), "sudah lewat"),
    ],
)
def test_remaining_says_two_units(left: timedelta, said: str) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert web.remaining(now + left, now) == said


def test_days_and_times_follow_the_language() -> None:
    instant = datetime(2026, 8, 12, 7, 2, tzinfo=UTC)
    with translation.override("en"):
        assert web.day(date(2026, 8, 12)) == "12 August 2026"
        assert web.clock(instant) == "14:02"
        assert web.moment(instant) == "12 August 2026 at 14:02 WIB"
        assert web.zones(datetime(2027, 1, 15, 16, 59, tzinfo=UTC)) == (
            "Friday, 15 January 2027 at 23:59 WIB (Saturday, 16 January at 00:59 WITA, 01:59 WIT)"
        )


def test_numbers_follow_the_language() -> None:
    with translation.override("en"):
        assert web.decimals(Decimal("1072.5"), 2) == "1,072.50"
        assert web.percent(0.7812) == "78.1%"
        assert web.size(1_234_000) == "1.2 MB"


def test_remaining_counts_in_english() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with translation.override("en"):
        assert web.remaining(now + timedelta(days=53, hours=1), now) == "53 days 1 hour left"
        assert web.remaining(now + timedelta(minutes=1), now) == "1 minute left"
        assert web.remaining(now - timedelta(minutes=1), now) == "has passed"


def test_share_of_writes_a_point_in_every_language() -> None:
    assert web.share_of(1651, 1872) == "88.19"
    assert web.share_of(5, 0) == "0"
    assert web.share_of(9, 4) == "100.00"


def test_position_lies_between_the_ends() -> None:
    assert web.position(75, 50, 100) == "50.00"
    assert web.position(75, 75, 75) == "50"


@pytest.mark.parametrize("code", ["P-2026-00069", "INO-00417", "7K3F-9QXA-22", "P258-JF3R-W4"])
def test_unbroken_keeps_a_number_on_one_line(code: str) -> None:
    kept = f'Putuskan <span class="nowrap">{code}</span> dan &lt;b&gt;'
    assert web.unbroken(f"Putuskan {code} dan <b>") == kept
    link = mark_safe(f'<a href="/{code}/">Buka</a>')  # noqa: S308
    assert web.unbroken(link) == link, "an address in markup is no text"


def test_unbroken_leaves_words_and_the_rest_alone() -> None:
    assert web.unbroken("sehari-hari, CO-WORKING dan 2026") == "sehari-hari, CO-WORKING dan 2026"


def test_icon_is_silent_or_named() -> None:
    page = Template('{% load web %}{% icon "search" %}{% icon "x" label=typed %}')
    text = page.render(Context({"typed": "Hapus <b>"}))
    assert 'aria-hidden="true"' in text
    assert 'aria-label="Hapus &lt;b&gt;"' in text


class Sample(forms.Form):
    goal = forms.CharField(label="Tujuan", widget=forms.Textarea(attrs={"data-max-words": 20}))
    choice = forms.ChoiceField(label="Pilihan", choices=[("a", "A")], widget=forms.RadioSelect)

    def clean(self) -> None:
        self.add_error(None, "Isi salah satu saja")


def test_error_links_lead_to_the_control() -> None:
    links = web.error_links(Sample({}))
    assert links[0] == {"text": "Isi salah satu saja", "href": ""}
    assert [link["href"] for link in links[1:]] == ["#id_goal", "#id_choice_0"]
    assert links[1]["text"].startswith("Tujuan: ")


def test_field_ties_hint_error_and_control_together() -> None:
    form = Sample({"choice": "a"})
    text = form["goal"].as_field_group()
    assert 'aria-describedby="id_goal_error"' in text
    assert 'id="id_goal_error"' in text
    assert "Kesalahan:" in text
    assert "govuk-textarea--error" in text
    assert 'id="id_goal-count"' in text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Tri Sulistyo", "TS"),
        ("Prof. Dr. Eko Rangkuti Irawan", "ER"),
        ("dr. Siti, M.Kes.", "S"),
        ("A.", "A"),
        (None, ""),
    ],
)
def test_initials_leave_degrees_out(name: str | None, letters: str) -> None:
    assert web.initials(name) == letters


@pytest.mark.parametrize("language", ["id", "en"])
def test_decimals_are_written_as_django_writes_them(language: str) -> None:
    values = [Decimal(text) for text in ("0", "-1234.565", "999.995", "1234567.1", "5E+3")]
    with translation.override(language):
        for value in values:
            for places in (0, 1, 2):
                django = number_format(round(value, places), places, force_grouping=True)
                assert web.decimals(value, places) == django
    assert web.decimals(Decimal("-0.004"), 0) == "0"


def test_a_select_is_written_as_django_writes_it() -> None:
    class Form(forms.Form):
        place = forms.ChoiceField(
            choices=[
                ("", "Semua"),
                ("a&b", "<Aceh> & Bali"),
                ("safe", mark_safe("<b>tebal</b>")),
                (1234, 1234),
                ("Jawa & lainnya", [("x", "Solo"), ("y", 'Kota "Batu"')]),
            ]
        )

    form = Form({"place": "a&b"})
    widget = form.fields["place"].widget
    context = widget.get_context("place", "a&b", {})
    django = DjangoTemplates().render("django/forms/widgets/select.html", context)
    written = str(form["place"])
    assert written.count("<option") == 6
    assert written.count(" selected") == 1

    def inside(page: str) -> str:
        return "".join(page[page.index(">") + 1 : page.index("</select>")].split())

    assert inside(written).replace("1.234</option>", "1234</option>") == inside(django).replace(
        "1.234</option>", "1234</option>"
    )
