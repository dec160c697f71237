"""Steps of lists, their plenary and announcement, and of the panel's hearing."""

from datetime import time, timedelta
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile

from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.field_visits import file_visit
from competitions.actions.motions import close_vote, withdraw_motion
from competitions.actions.objections import propose_answer
from competitions.actions.plenary import close_plenary, open_plenary
from competitions.actions.preparations import request_preparation
from competitions.actions.presentations import Timetable, draw_schedule
from competitions.enums import AnswerReason, ObjectionState
from competitions.models import CutOff, FieldVisit, Motion, Objection, Plenary
from sinovik.audit import clock
from sinovik.web.zones import contest_day
from tests.access.cast import make_season
from tests.access.sending import FILLER
from tests.access.steps import QUEUE, Barred, Scene, Step, step
from tests.access.world import Kwargs
from tests.editions import FIRST, SECOND
from tests.uploading import jpeg


def _at(scene: Scene, season: str, slug: str = FIRST) -> Kwargs:
    return {"pk": scene.season(season).contest.stage(slug).pk}


def _voted(scene: Scene) -> Plenary:
    """The plenary with nothing left to vote on."""
    head = scene.cast.second
    plenary = Plenary.objects.get(cut_off=scene.season("plenary").contest.cut_off(FIRST))
    free, shut = (scene.things["motion"][one]["motion"] for one in ("free", "shut"))
    close_vote(by=head, motion=Motion.objects.get(pk=free))
    withdraw_motion(by=scene.cast.mate, motion=Motion.objects.get(pk=shut))
    return plenary


def _risen(scene: Scene) -> CutOff:
    """The list after its plenary."""
    close_plenary(by=scene.cast.second, plenary=_voted(scene))
    return scene.season("plenary").contest.cut_off(FIRST)


def _locked(scene: Scene) -> CutOff:
    """The list, locked by two people."""
    cut_off = propose_lock(by=scene.cast.second, cut_off=_risen(scene), reason="Hasil pleno.")
    return confirm_lock(by=scene.cast.third, cut_off=cut_off)


@step("competitions:ranking_run_order")
def ranking_run_order(scene: Scene) -> Step:
    """Of a list whose sheets are all in."""
    sent = {"name": "Batas satu", "seats": "1", "basis": "raw"}
    return Step("F", "FHhk", _at(scene, "plenary"), QUEUE, sent)


@step("competitions:cut_off_apply")
def cut_off_apply(scene: Scene) -> Step:
    """No plenary sits on it any more."""
    _risen(scene)
    return Step("H", "Hhk", _at(scene, "plenary"), "competitions_cutoff", {"seats": "2"})


@step("competitions:cut_off_lock")
def cut_off_lock(scene: Scene) -> Step:
    """Settled."""
    _risen(scene)
    return Step("H", "Hhk", _at(scene, "plenary"), "competitions_cutoff", {"reason": FILLER})


@step("competitions:cut_off_confirm")
def cut_off_confirm(scene: Scene) -> Step:
    """Proposed by a head, who does not confirm it as well."""
    propose_lock(by=scene.cast.second, cut_off=_risen(scene), reason="Hasil pleno.")
    return Step("H", "FHk", _at(scene, "plenary"), "competitions_cutoff")


@step("competitions:preparation_start")
def preparation_start(scene: Scene) -> Step:
    """Locked."""
    _locked(scene)
    return Step("H", "Hhk", _at(scene, "plenary"), "competitions_announcementpreparation")


@step("competitions:preparation_cancel")
def preparation_cancel(scene: Scene) -> Step:
    """A large list, which waits for its job."""
    with patch("competitions.actions.preparations.is_small", return_value=False):
        request_preparation(by=scene.cast.second, cut_off=_locked(scene))
    return Step("H", "Hhk", _at(scene, "plenary"), "competitions_announcementpreparation")


def _decree() -> dict[str, str]:
    tomorrow = clock.now() + timedelta(days=1)
    return {
        "decree_number": "636 Tahun 2031",
        "decree_dated_on": contest_day(clock.now()).isoformat(),
        "announce_on": contest_day(tomorrow).isoformat(),
        "announce_time": "09:00",
    }


@step("competitions:decree_enter")
def decree_enter(scene: Scene) -> Step:
    """Locked; it leads to the page that schedules, and writes nothing itself."""
    _locked(scene)
    return Step("H", "Hhk", _at(scene, "plenary"), "", _decree())


@step("competitions:announcement_schedule")
def announcement_schedule(scene: Scene) -> Step:
    """Locked."""
    _locked(scene)
    return Step("H", "Hhk", _at(scene, "plenary"), "competitions_announcement", _decree())


@step("competitions:objection_open")
def objection_open(scene: Scene) -> Step:
    """A provisional list of an edition that lets agencies object."""
    season = make_season(scene.cast, FIRST, objection_days=5)
    stage = season.contest.stage(FIRST)
    apply_cut_off(by=scene.cast.second, stage=stage)
    return Step("H", "Hhk", {"pk": stage.pk}, "competitions_objectionwindow")


@step("competitions:objection_confirm")
def objection_confirm(scene: Scene) -> Step:
    """Answered by a head, who does not confirm it as well."""
    at = scene.things["objection"]["own"]
    propose_answer(
        by=scene.cast.second,
        objection=Objection.objects.get(pk=at["pk"]),
        answer=ObjectionState.REJECTED,
        reason=AnswerReason.UNPROVEN,
        text=FILLER,
    )
    return Step("H", "FHk", at, "competitions_objection")


@step("competitions:plenary_open")
def plenary_open(scene: Scene) -> Step:
    """A provisional list."""
    return Step("F", "FHhk", _at(scene, "objections"), "competitions_plenary")


@step("competitions:plenary_close")
def plenary_close(scene: Scene) -> Step:
    """Nothing is left to vote on."""
    _voted(scene)
    return Step("F", "FHhk", _at(scene, "plenary"), "competitions_plenary")


@step("competitions:plenary_join")
def plenary_join(scene: Scene) -> Step:
    """Opened, with empty seats."""
    open_plenary(by=scene.cast.second, cut_off=scene.season("objections").contest.cut_off(FIRST))
    return Step("E", "Ee", _at(scene, "objections"), "competitions_attendance")


@step("competitions:motion_propose")
def motion_propose(scene: Scene) -> Step:
    """By a member who is present; an entry in conflict cannot be named."""
    entries = scene.season("plenary").entries
    sent = {"entry_out": entries["own"].number, "reason": "evidence", "text": FILLER}
    at = _at(scene, "plenary")
    return Step(
        "E",
        "Ee",
        at,
        "competitions_motion",
        sent,
        barred=((at, {"entry_out": entries["shut"].number}),),
    )


def _plan() -> Timetable:
    return Timetable(
        days=[contest_day(clock.now()) + timedelta(days=1)],
        starts=time(9),
        ends=time(12),
        rooms=[("Ruang A", "https://rapat.example/a")],
    )


@step("competitions:presentation_draw")
def presentation_draw(scene: Scene) -> Step:
    """Not drawn yet."""
    season = make_season(scene.cast, SECOND, seats=4)
    day = (contest_day(clock.now()) + timedelta(days=1)).isoformat()
    sent = {
        "first_day": day, "last_day": day, "starts": "09:00", "ends": "16:00",
        "breaks": "12.00-13.00", "rooms": "Ruang A", "presentation_minutes": "7",
        "question_minutes": "13", "seed": "1",
    }  # fmt: skip
    at = {"pk": season.contest.stage(SECOND).pk}
    return Step("F", "FHhk", at, "competitions_presentationschedule", sent)


@step("competitions:presentation_publish")
def presentation_publish(scene: Scene) -> Step:
    """Drawn."""
    season = make_season(scene.cast, SECOND, seats=4)
    stage = season.contest.stage(SECOND)
    draw_schedule(by=scene.cast.second, stage=stage, timetable=_plan(), seed=1)
    return Step("F", "FHhk", {"pk": stage.pk}, "competitions_presentationschedule")


@step("competitions:presentation_room")
def presentation_room(scene: Scene) -> Step:
    """Another name."""
    sent = {"name": "Ruang B", "link": "https://rapat.example/b"}
    return Step("F", "FHhk", scene.things["room"]["any"], "competitions_presentationroom", sent)


@step("competitions:visit_correct")
def visit_correct(scene: Scene) -> Step:
    """Filed; only who wrote it writes a further one."""
    at = scene.things["visit"]["panelist's"]
    file_visit(by=scene.person("N"), visit=FieldVisit.objects.get(pk=at["pk"]))
    barred: Barred = ((scene.things["visit"]["filed"], {}),)
    return Step("N", "N", at, "competitions_fieldvisit", barred=barred)


@step("competitions:visit_photo_add")
def visit_photo_add(scene: Scene) -> Step:
    """A picture."""
    things = scene.things["visit"]
    photo = SimpleUploadedFile("IMG_2.jpg", jpeg(width=80), "image/jpeg")
    barred: Barred = tuple((things[one], {}) for one in ("panelist's", "filed"))
    return Step(
        "F",
        "F",
        things["officer's"],
        "competitions_fieldvisitphoto",
        {"photo": photo, "caption": "Loket"},
        barred=barred,
    )
