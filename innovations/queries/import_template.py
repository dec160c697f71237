"""The table that people fill in: headings, one example, what may be chosen, what is meant."""

from collections.abc import Iterable
from itertools import zip_longest

from django.utils.translation import gettext as _

from agencies.models import Agency, Unit
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.models import Category, SustainableGoal
from innovations.queries.choices import places_for
from innovations.queries.import_columns import columns_for
from sinovik.exports import Sheet


def template_sheets(agency: Agency | None) -> list[Sheet]:
    """The workbook to fill in; without `agency` the one for the register."""
    columns = columns_for(is_register=agency is None)
    return [
        Sheet(
            _("Dosir"),
            [column.heading for column in columns],
            [[column.example for column in columns]],
            [column.width for column in columns],
        ),
        _choices(agency),
        Sheet(
            _("Petunjuk"),
            [_("Kolom"), _("Cara mengisi")],
            [[column.heading, column.hint] for column in columns],
            [24, 70],
        ),
    ]


def _choices(agency: Agency | None) -> Sheet:
    lists: list[tuple[str, Iterable[object]]] = [
        (_("Kategori"), [str(row) for row in Category.objects.all()]),
        (_("Jenis kebaruan"), NoveltyKind.labels),
        (_("Bentuk kebaruan"), NoveltyForm.labels),
        (_("Jenis manfaat"), BenefitKind.labels),
        (_("TPB"), [str(row) for row in SustainableGoal.objects.all()]),
    ]
    if agency:
        units = Unit.objects.filter(agency=agency).values_list("name", flat=True)
        places = places_for(agency).order_by("code").values_list("name", flat=True)
        lists += [(_("Unit pelayanan"), units), (_("Lokasi"), places)]
    else:
        lists.append((_("Instansi"), Agency.objects.values_list("name", flat=True)))
    header = [heading for heading, _values in lists]
    rows = list(zip_longest(*(list(values) for _heading, values in lists), fillvalue=""))
    return Sheet(_("Pilihan"), header, rows, [36] * len(header))
