"""The simulated proposals: readable, within the form's limits, no title twice."""

import re
from datetime import date
from random import Random

import pytest

from sinovik.management.world.blueprints import form_sections
from sinovik.management.world.corpus import Corpus
from sinovik.management.world.vocabulary import Scene, Text

SCENE = Scene(
    place="Kabupaten Sleman",
    short_place="Sleman",
    unit="Dinas Kesehatan",
    rule="peraturan bupati",
    budget="APBD",
    started_on=date(2016, 3, 1),
    last_year=2018,
)
KINDS = ("original", "adaptation", "modification")


def written(seed: int, number_per_topic: int = 3) -> list[Text]:
    """Some proposals of every topic."""
    corpus, random = Corpus(), Random(seed)
    return [
        corpus.write(topic, SCENE, KINDS[number % 3], random)
        for number in range(number_per_topic)
        for topic in corpus.topics
    ]


def test_same_seed_writes_the_same_texts() -> None:
    assert written(7, 1) == written(7, 1)
    assert written(7, 1) != written(8, 1)


def test_titles_are_unique_and_fit_the_column() -> None:
    titles = [text.title for text in written(1, 20)]
    keys = {"".join(letter for letter in title.casefold() if letter.isalnum()) for title in titles}
    assert len(keys) == len(titles)
    assert max(map(len, titles)) <= 200


def test_texts_are_filled_and_start_with_a_capital() -> None:
    for text in written(2):
        for part in [text.title, text.summary, *text.sections.values()]:
            assert not re.search(r"[{}<>|]|  |\.\.", part), part
            assert part[0].isupper() or part[0].isdigit()


def test_texts_have_realistic_length_within_every_limit() -> None:
    limits = {section.key: section.maximum_words for section in form_sections(limited=True)}
    for text in written(3):
        words = {key: len(part.split()) for key, part in text.sections.items()}
        words["summary"] = len(text.summary.split())
        for key, count in words.items():
            assert 45 <= count <= (limits[key] or 400), (text.title, key)
        assert 700 <= sum(words.values()) <= 1500


def test_there_are_sixty_topics_and_every_category_has_some() -> None:
    topics = Corpus().topics
    assert len(topics) >= 60
    assert len({topic.category for topic in topics}) == 10


def test_places_without_a_coast_write_about_no_sea() -> None:
    corpus = Corpus()
    inland = {topic.key for topic in corpus.topics_for("K", "Pemerintah Kabupaten Sleman")}
    coastal = {topic.key for topic in corpus.topics_for("K", "Pemerintah Kabupaten Wakatobi")}
    assert "nelayan" in coastal - inland
    assert corpus.is_by_the_sea("Pemerintah Kabupaten Kepulauan Sula")


@pytest.mark.parametrize("kind", "MLPKCB")
def test_every_kind_of_agency_has_topics(kind: str) -> None:
    assert Corpus().topics_for(kind, "Badan Informasi Geospasial")


def test_titles_stay_apart_where_a_topic_runs_out_of_names() -> None:
    corpus, random = Corpus(), Random(5)
    topic = corpus.topics[0]
    titles = [corpus._title(topic, SCENE, topic.names[0], random) for _ in range(400)]
    keys = {"".join(letter for letter in one.casefold() if letter.isalnum()) for one in titles}
    assert len(keys) == len(titles)
