"""A piece is hidden while its reader asks for a pack; the control shows what the lock prevents."""

import pytest

from competitions.actions import redactions
from competitions.actions.reading_packs import fetch_volume, request_pack
from competitions.actions.redactions import hide_piece
from competitions.models import ReadingPack, Stage
from competitions.queries.redaction_queue import Spot
from sinovik.files import open_kept
from tests.documents import words_of_pdf
from tests.factories import REVIEW, make_contest
from tests.races import during, same

pytestmark = pytest.mark.django_db(transaction=True)
SPOT = Spot("novelty", 4, 18, "bagian novelty")


@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "control"])
def test_pack_that_is_asked_for_meanwhile_holds_the_mark(
    is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = make_contest(REVIEW, entries=1, judges=2)
    stage = contest.stage(REVIEW)
    Stage.objects.filter(pk=stage.pk).update(is_blind=True)
    reader = contest.assignments(REVIEW)[0].evaluator
    if not is_locked:
        monkeypatch.setattr(redactions, "close_stage_alone", lambda pk: Stage.objects.get(pk=pk))
    count, pack = during(
        lambda: hide_piece(
            by=same(contest.officer), stage=stage, entry=contest.entries[0], spot=SPOT
        ),
        lambda: request_pack(by=same(reader), stage=stage),
    )
    assert count == 1
    assert isinstance(pack, ReadingPack)
    # It is younger than what was hidden, so that it is handed out.
    volume = fetch_volume(by=reader, volume=pack.volumes.get())
    with open_kept(volume.storage_name) as file:
        words = words_of_pdf(file.read())
    assert ("bagiannovelty" in words) is not is_locked
    assert ("[disamarkan]" in words) is is_locked
