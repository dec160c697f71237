"""Numbers, days and icons as people read them; the arithmetic charts need in attributes."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, Field
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import Urlizer, conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from sinovik.web.kept import WRITER, writer_mark
from sinovik.web.shared import note_time
from sinovik.web.zones import OFFSETS, readings, zone_of

register = template.Library()


class _BySite(Urlizer):  # type: ignore[misc]
    """Links that show whose site they lead to; an address cut short says nothing."""

    def trim_url(self, x: str, *, limit: int | None) -> str:
        host = urlsplit(x if "//" in x else f"//{x}").netloc
        return host.removeprefix("www.") or x


_by_site = _BySite()
FIRST_REFERENCE = gettext_noop("Dokumen rujukan awal proyek")
"""What kipp_statistics.csv calls the paper that this project began with."""

CODE = re.compile(r"\b(?=[A-Z0-9-]{0,16}\d)[A-Z0-9]{1,5}(?:-[A-Z0-9]{2,5}){1,2}\b")
"""A number or code as people copy it: P-2026-00069, INO-00417, 7K3F-9QXA-22."""

Number = int | float | Decimal


@register.filter
def number(value: Number | None) -> str:
    """Write 1.234 or 1.234,5: as many decimals as there are, nothing for None."""
    if value is None or value == "":
        return ""
    if type(value) is int and 0 <= value < 1000:
        return str(value)  # alike in every language, and most of what a page of counts writes
    return number_format(value, use_l10n=True, force_grouping=True)


@cache
def _marks(_language: str | None) -> dict[int, str]:
    """What stands for the comma and the point of `f"{value:,.2f}"` in the present language."""
    return {ord(","): get_format("THOUSAND_SEPARATOR"), ord("."): get_format("DECIMAL_SEPARATOR")}


@register.filter(is_safe=True, needs_autoescape=True)
def sourced(value: str, autoescape: bool = True) -> SafeString:
    """The source of a figure or a title: its addresses as links named after their site."""
    if value == FIRST_REFERENCE:
        return escape(gettext(value))
    return _linked(value, autoescape)


@register.filter
def unbroken(text: Any) -> SafeString:
    """Text whose numbers and codes never end a line in their middle; markup is left alone."""
    plain = conditional_escape(text)
    if "<" in plain:
        return plain
    return mark_safe(CODE.sub(r'<span class="nowrap">\g<0></span>', plain))  # noqa: S308


@lru_cache(1024)
def _linked(value: str, autoescape: bool) -> SafeString:
    """Sources are few, and each stands in many rows."""
    linked = _by_site(value, nofollow=True, autoescape=autoescape)
    return mark_safe(f'<span lang="id">{linked}</span>')  # noqa: S308


@register.filter
def decimals(value: Number | None, places: int = 2) -> str:
    """Write 72,50: always ``places`` decimals, half even."""
    if value is None or value == "":
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    # Django's own formatting of one number takes as long as asking the database for it.
    # No zero has a sign.
    return f"{round(exact, places) + 0:,.{places}f}".translate(_marks(get_language()))


@register.filter
def percent(share: Number | None, places: int = 1) -> str:
    """Write a share of one as 78,1%, half up as people round."""
    if share is None or share == "":
        return ""
    # Through text: a share of one as a float is a little less or more than it says.
    exact = Decimal(str(share)) * 100
    return f"{decimals(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), places)}%"


@register.filter
def size(octets: int | None) -> str:
    """Write a file size: 412 kB, 1,2 MB."""
    if not octets:
        return ""
    if octets < 1_000_000:
        return f"{number(max(1, round(octets / 1000)))} kB"
    return f"{decimals(octets / 1_000_000, 1)} MB"


@register.filter
def shipped(name: str | None) -> str:
    """Say a name of the reference data in the reader's language; what people named stays."""
    return gettext(name) if name else ""


@register.filter
def indonesian(text: str) -> SafeString:
    """What people wrote in Indonesian, inside a sentence of whichever language."""
    return format_html('<span lang="id">{}</span>', text)


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether the field says "(opsional)": it may stay empty for good, whatever else is typed.

    A form names in `unmarked` the fields that are needed later, in some cases, or one in place
    of another, and those of a search; their hint or the form says when.
    """
    is_asked = field.field.required or field.field.disabled
    return not is_asked and field.name not in getattr(field.form, "unmarked", ())


@register.filter
def words(text: str | None) -> int:
    """Count runs of non-space characters: the rule of every word limit."""
    return len(re.findall(r"\S+", text or ""))


@register.filter
def initials(name: str | None) -> str:
    """Take the first letters of the first two words that are no degree."""
    words = (name or "").split(",")[0].split()
    words = [word for word in words if not word.endswith(".")] or words
    return "".join(word[0] for word in words[:2]).upper()


def _local(instant: date) -> date:
    if isinstance(instant, datetime) and timezone.is_aware(instant):
        return timezone.localtime(instant)
    return instant


@register.filter
def day(value: date | None) -> str:
    """Write 12 Agustus 2026."""
    return date_format(_local(value), "j F Y") if value else ""


def _time(local: date) -> str:
    """Write 14.02 as Indonesian does, 14:02 elsewhere."""
    return date_format(local, "H.i" if (get_language() or "id") == "id" else "H:i")


@register.filter
def clock(instant: datetime | None) -> str:
    """Write 14.02, in the reader's zone."""
    return _time(_local(instant)) if instant else ""


@register.filter
def moment(instant: datetime | None) -> str:
    """Write 12 Agustus 2026 pukul 14.02 WIB, in the reader's zone."""
    if not instant:
        return ""
    local = _local(instant)
    offset = local.utcoffset() if isinstance(local, datetime) else None
    zone = OFFSETS.get(offset or timedelta(0), "UTC" if not offset else "")
    return gettext("%(day)s pukul %(time)s %(zone)s") % {
        "day": date_format(local, "j F Y"),
        "time": _time(local),
        "zone": zone,
    }


@register.filter
def zones(instant: datetime | None) -> str:
    """Write the instant on the reader's clock, then on the other two, the day where it shifts."""
    return _on_all_clocks(instant, _time) if instant else ""


@register.filter
def exact(instant: datetime | None) -> str:
    """Write what `zones` writes with seconds and thousandths: 00.00.03,214."""
    return _on_all_clocks(instant, _exact_time) if instant else ""


def _on_all_clocks(instant: datetime, time: Callable[[datetime], str]) -> str:
    found = readings(instant, zone_of(timezone.localtime(instant)))
    parts = []
    for place, reading in enumerate(found):
        text = f"{time(reading.local)} {reading.zone}"
        if reading.is_shifted or not place:
            text = gettext("%(day)s pukul %(time)s") % {
                "day": date_format(reading.local, "l, j F" if place else "l, j F Y"),
                "time": text,
            }
        parts.append(text)
    return f"{parts[0]} ({', '.join(parts[1:])})"


def _exact_time(local: datetime) -> str:
    mark = get_format("DECIMAL_SEPARATOR")
    colon = ":" if mark == "." else "."
    return f"{_time(local)}{colon}{local:%S}{mark}{local.microsecond // 1000:03d}"


@register.filter
def how_long(span: timedelta | None) -> str:
    """Write a duration in its two largest units, under a minute in tenths: 3,2 detik."""
    if span is None:
        return ""
    seconds = span.total_seconds()
    if seconds < 60:
        tenths = max(Decimal("0.1"), round(Decimal(str(seconds)), 1))
        return gettext("%s detik") % number(tenths)
    minutes = int(seconds // 60)
    days, hours = divmod(minutes // 60, 24)
    units = (
        (days, ngettext("%d hari", "%d hari", days)),
        (hours, ngettext("%d jam", "%d jam", hours)),
        (minutes % 60, ngettext("%d menit", "%d menit", minutes % 60)),
    )
    return " ".join([text % count for count, text in units if count][:2])


@register.filter
def remaining(instant: datetime | None, now: datetime | None = None) -> str:
    """Write how long is left: "53 hari 1 jam lagi"; static/js/app.js says it the same way."""
    if not instant:
        return ""
    note_time()
    seconds = math.ceil((instant - (now or timezone.now())).total_seconds())
    if seconds <= 0:
        return gettext("sudah lewat")
    minutes = seconds // 60
    if not minutes:
        return gettext("%s lagi") % (ngettext("%d detik", "%d detik", seconds) % seconds)
    days, hours = divmod(minutes // 60, 24)
    parts = []
    if days:
        parts.append(ngettext("%d hari", "%d hari", days) % days)
    if hours:
        parts.append(ngettext("%d jam", "%d jam", hours) % hours)
    if not days:
        parts.append(ngettext("%d menit", "%d menit", minutes % 60) % (minutes % 60))
    return gettext("%s lagi") % " ".join(parts)


@register.simple_tag
def reader_zone() -> str:
    """Name the zone in which the reader is told times."""
    return zone_of(timezone.localtime())


@register.simple_tag
def server_now() -> str:
    """Print the server's instant for the countdown; the device's clock is not believed."""
    note_time()
    return timezone.now().isoformat(timespec="milliseconds")


@register.filter
def share_of(part: Number | None, whole: Number | None) -> str:
    """Compute ``part`` in percent of ``whole`` for an SVG attribute: a point, two decimals."""
    if not part or not whole:
        return "0"
    return f"{max(0.0, min(100.0, float(part) / float(whole) * 100)):.2f}"


@register.simple_tag
def position(value: Number, low: Number, high: Number) -> str:
    """Compute where ``value`` lies between ``low`` and ``high``, in percent for an attribute."""
    span = float(high) - float(low)
    return share_of(float(value) - float(low), span) if span > 0 else "50"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of static/vendor/icons.svg; silent to screen readers without ``label``."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            static("vendor/icons.svg"),
            name,
        )
    return _silent_icon(name)


@cache
def _silent_icon(name: str) -> SafeString:
    """Its address is that of the release: the same as long as the process lives."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def attr(attributes: dict[str, Any] | None, name: str) -> Any:
    """Look up a name that a template can't write, such as data-max-words."""
    return (attributes or {}).get(name, "")


def _target(field: BoundField) -> str:
    suffix = "_0" if field.use_fieldset else ""
    return f"#{field.auto_id}{suffix}"


def _named(field: BoundField, error: str) -> str:
    """Put the label before Django's own sentence for an empty field, which names none."""
    is_generic = error == str(Field.default_error_messages["required"])
    return f"{field.label}: {error}" if is_generic else error


@register.simple_tag
def error_links(form: BaseForm) -> list[dict[str, str]]:
    """List every error of a form with the address of its control; whole-form errors first."""
    links = [{"text": str(error), "href": ""} for error in form.non_field_errors()]
    fields: Iterable[BoundField] = [form[name] for name in form.fields if name in form.errors]
    for field in fields:
        href = "" if field.is_hidden else _target(field)
        links += [{"text": _named(field, str(error)), "href": href} for error in field.errors]
    return links


@register.simple_tag
def elided_pages(page: "Page[Any]") -> Iterable[int | str]:
    """List page numbers around the current one with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag(takes_context=True)
def writer_field(context: Context) -> SafeString:
    """Say for whom a form is drawn, so that its text outlives the session."""
    mark = writer_mark(context["user"])
    return format_html('<input type="hidden" name="{}" value="{}">', WRITER, mark)
