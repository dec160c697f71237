"""Results of invented winners: the series of their text, as figures, line and table."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from innovations.actions.dossiers import publish_innovations, save_sections
from innovations.models import Alarm, Innovation, OutcomeIndicator
from sinovik.management.world.aftermath import COURSE, POINT, measure
from sinovik.management.world.corpus import Corpus
from sinovik.management.world.vocabulary import Scene
from tests.factories import ANNOUNCED, make_contest
from tests.pages import WatchfulClient

SERIES = (
    "Perkembangan waktu tunggu (menit): 2014: 1.200; 2015: 1.200; 2016: 640; 2017: 90."
    " Manfaat tidak berhenti pada penerima langsung."
)


@pytest.mark.django_db
def test_series_of_an_invented_dossier_shows_as_before_and_after(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED, entries=2, judges=2, seats=(2, 1))
    winner = contest.entries[0].innovation
    tell(winner, SERIES, contest.team.admin)
    page = client.get(winner.get_absolute_url()).content.decode()
    for text in ("Angka awal, 2014", "1.200 menit", "Terakhir, 2017", "90 menit", "trend-line"):
        assert text in page, text
    # The line prints its values and years.
    for year, value in (("2014", "1.200"), ("2016", "640"), ("2017", "90")):
        assert f">{value}</text>" in page
        assert f">{year}</text>" in page
    (indicator,) = OutcomeIndicator.objects.all()
    assert indicator.name == "Waktu tunggu"
    values = indicator.values.values_list("dated_on__year", "value")
    # A year that has not moved yet is left out: nothing fell back.
    assert [*values] == [(2014, 1200), (2016, Decimal(640)), (2017, Decimal(90))]
    assert not indicator.values.filter(is_simulated=False).exists()
    assert not Alarm.objects.exists()


@pytest.mark.django_db
def test_text_without_a_series_has_no_figures() -> None:
    contest = make_contest(ANNOUNCED, entries=2, judges=2, seats=(2, 1))
    tell(contest.entries[0].innovation, "Waktu tunggu turun jauh.", contest.team.admin)
    assert not OutcomeIndicator.objects.exists()


def test_every_invented_text_tells_a_series_that_can_be_read() -> None:
    scene = Scene("Kota Bitung", "Bitung", "Dinas Sosial", "aturan", "APBD", date(2016, 3, 1), 2018)
    corpus, random = Corpus(), Random(4)
    for topic in corpus.topics:
        text = corpus.write(topic, scene, "original", random).sections["significance"]
        told = COURSE.search(text)
        assert told, text
        years = [int(year) for year, _ in POINT.findall(told[3])]
        assert years == [2015, 2016, 2017, 2018]


def tell(innovation: Innovation, text: str, by: object) -> None:
    if innovation.published_at is None:
        publish_innovations(by=by, innovations=[innovation])
    innovation.refresh_from_db()
    save_sections(
        by=by,
        innovation=innovation,
        edit_number=innovation.edit_number,
        sections={"significance": text},
    )
    innovation.refresh_from_db()
    measure(by=by, innovation=innovation)
