"""Reference tables and edition blueprints: loaded once, by whom, and with what refused."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agencies.actions.reference import load_agencies, load_regions, open_agencies
from agencies.enums import AgencyType, Role
from agencies.models import Agency, Region
from competitions.actions.editions import create_edition
from competitions.actions.reference import load_published_figures
from competitions.blueprints import StageBlueprint
from competitions.models import PublishedFigure
from innovations.actions.reference import load_categories, load_goals
from sinovik.audit.models import AuditEvent
from sinovik.management.world.blueprints import edition_2019, panel_criteria, review_criteria
from sinovik.web.access import Forbidden
from sinovik.web.reference import read_table
from tests.factories import make_person

LOADERS = (load_regions, load_agencies, load_goals, load_categories, load_published_figures)

pytestmark = pytest.mark.django_db


def test_tables_are_loaded_by_the_head_and_only_once() -> None:
    head = make_person(Role.SECRETARIAT_HEAD)
    first = [load(by=head) for load in LOADERS]
    assert first == [38 + 514, first[1], 17, 10, 86]
    # Besides the tables: the agency that the head's own account needs.
    assert first[1] == Agency.objects.count() - 1
    assert [load(by=head) for load in LOADERS] == [0] * len(LOADERS)
    assert AuditEvent.objects.named("region_loaded").count() == 38


@pytest.mark.parametrize("load", LOADERS)
def test_tables_are_refused_to_others(load: object) -> None:
    with pytest.raises(Forbidden):
        load(by=make_person(Role.SECRETARIAT_OFFICER))  # type: ignore[operator]


def test_regions_and_agencies_are_all_there() -> None:
    load_regions(by=None)
    load_agencies(by=None)
    assert Region.objects.provinces().count() == 38
    assert Region.objects.exclude(province=None).count() == 514
    kinds = Agency.objects.values_list("agency_type", flat=True)
    assert list(kinds).count("provinsi") == 38
    # Six regencies and cities of Jakarta have no government of their own.
    assert sum(kind in {"kabupaten", "kota"} for kind in kinds) == 508
    ministry = Agency.objects.get(name="Kementerian Dalam Negeri")
    assert sorted(ministry.eras) == ["2014-2019", "2024-2029"]


def test_agency_outside_the_tables_is_opened_by_the_head_alone() -> None:
    def unknown() -> Agency:
        return Agency(name="BUMN uji", slug="bumn-uji", agency_type=AgencyType.SOE)

    with pytest.raises(Forbidden):
        open_agencies(by=make_person(Role.AGENCY_ADMIN), agencies=[unknown()])
    (agency,) = open_agencies(by=make_person(Role.SECRETARIAT_HEAD), agencies=[unknown()])
    assert AuditEvent.objects.about(agency).named("agency_opened").count() == 1


def test_disagreeing_figures_are_kept_side_by_side() -> None:
    load_published_figures(by=None)
    figures = PublishedFigure.objects.filter(year=2019, metric="passed_admin", group="all")
    assert {int(figure.value) for figure in figures} == {1651, 1329, 1627}


def test_weights_are_those_of_the_table() -> None:
    published = {
        row["aspect"]: Decimal(row["weight_pct"])
        for row in read_table("competitions", "criteria_weights")
        if row["scheme"] == "KIPP 2023" and row["weight_pct"] != "0"
    }
    ours = {criterion.name.casefold(): criterion.weight for criterion in review_criteria()}
    assert sorted(ours.values()) == sorted(published.values())
    assert ours["signifikansi"] == published["Signifikansi"] == 30
    assert sum(criterion.weight for criterion in panel_criteria()) == 100


def with_stage(stage: StageBlueprint) -> object:
    """The blueprint of 2019 with its last stage replaced."""
    blueprint = edition_2019()
    return replace(blueprint, stages=(*blueprint.stages[:-1], stage))


def test_edition_is_created_by_the_head_alone() -> None:
    with pytest.raises(Forbidden):
        create_edition(by=make_person(Role.SECRETARIAT_OFFICER), blueprint=edition_2019())


@pytest.mark.parametrize("fault", ["weights", "tie_break"])
def test_unsound_rubric_creates_nothing(fault: str) -> None:
    last = edition_2019().stages[-1]
    if fault == "weights":
        broken = replace(last, criteria=last.criteria[1:])
    else:
        broken = replace(last, tie_break=("unknown",))
    with pytest.raises(ValueError, match="top-45"):
        create_edition(by=make_person(Role.SECRETARIAT_HEAD), blueprint=with_stage(broken))  # type: ignore[arg-type]


def test_edition_has_every_part_of_its_blueprint() -> None:
    load_categories(by=None)
    edition = create_edition(by=make_person(Role.SECRETARIAT_HEAD), blueprint=edition_2019())
    first = edition.stages.get(slug="top-99")
    assert first.ranks_from == edition.stages.get(slug="penilaian-proposal")
    assert edition.edition_categories.count() == 10
    assert next(section.key for section in edition.sections.all()) == "summary"
    assert all(one.levels.count() == 5 for one in first.ranks_from.criteria.all())
    assert AuditEvent.objects.about(edition).named("edition_created").exists()
