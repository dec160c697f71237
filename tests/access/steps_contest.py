"""Steps of proposals, their selection and their review."""

import json
from unittest.mock import patch

from agencies.enums import Role
from competitions.actions.agency_exports import request_export
from competitions.actions.allocation_plans import apply_plan, request_plan
from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import release_check
from competitions.actions.reading_packs import request_pack
from competitions.models import AdministrativeCheck, Assignment, Entry
from innovations.actions.dossiers import save_sections
from tests import factories
from tests.access.steps import Barred, Scene, Step, step
from tests.access.world import Kwargs
from tests.editions import REGISTRATION, REVIEW, WEIGHTS, make_edition


def _rewrite(entry: Entry) -> int:
    """Another text in a section of an entry's dossier, by its innovator; the number it then has."""
    innovation = entry.innovation
    row = save_sections(
        by=innovation.created_by,
        innovation=innovation,
        edit_number=innovation.edit_number,
        sections={"novelty": "Kebaruan yang ditulis kembali."},
    )
    return row.edit_number


@step("competitions:entry_carry")
def entry_carry(scene: Scene) -> Step:
    """What was submitted last year reads otherwise than the dossier does by now."""
    at = scene.things["again"]["own"]
    number = _rewrite(Entry.objects.get(pk=at["pk"]))
    sent = {"edit_number": str(number), "bagian-novelty": "novelty"}
    return Step("I", "IA", at, "innovations_innovation", sent)


@step("competitions:entry_resubmit")
def entry_resubmit(scene: Scene) -> Step:
    """What the secretariat asked for was mended."""
    entry = scene.season("checking").entries["unit"]
    _rewrite(Entry.objects.get(pk=entry.pk))
    return Step("A", "A", {"pk": entry.pk}, "competitions_entry")


@step("competitions:agency_export_cancel")
def agency_export_cancel(scene: Scene) -> Step:
    """A large copy, which waits for its job."""
    made: dict[str, Kwargs] = {}
    with patch("competitions.actions.agency_exports.DOSSIERS_AT_ONCE", -1):
        for one in ("own", "agency"):
            team = scene.cast.team(one)
            made[one] = {"pk": request_export(by=team.admin, agency=team.agency).pk}
    return Step("A", "A", made["own"], "competitions_agencyexport", barred=((made["agency"], {}),))


@step("competitions:stage_open")
def stage_open(scene: Scene) -> Step:
    """A registration whose day has come."""
    edition = make_edition(scene.cast.second, now_in=REGISTRATION)
    stage = edition.stages.get(slug=REGISTRATION)
    return Step("H", "Hhk", {"pk": stage.pk}, "competitions_stage")


def _checks(scene: Scene) -> dict[str, AdministrativeCheck]:
    season = scene.season("checking")
    rows = AdministrativeCheck.objects.filter(stage_entry__stage__edition=season.contest.edition)
    return {one: rows.get(stage_entry__entry=entry) for one, entry in season.entries.items()}


@step("competitions:check_claim_several")
def check_claim_several(scene: Scene) -> Step:
    """Two that wait, of which one is of an entry in conflict."""
    checks, year = _checks(scene), scene.season("checking").contest.edition.year
    release_check(by=scene.person("F"), check=checks["own"])
    sent, shut = ({"pilih": [str(checks[one].pk)]} for one in ("own", "shut"))
    return Step(
        "F",
        "FHhk",
        {"year": year},
        "competitions_administrativecheck",
        sent,
        barred=(({"year": year}, shut),),
    )


@step("competitions:filter_save")
def filter_save(scene: Scene) -> Step:
    """With something filtered."""
    year = scene.season("checking").contest.edition.year
    return Step(
        "F", "FHhk", {"year": year}, "competitions_savedfilter", {"name": "Tua"}, query="?umur=7"
    )


@step("competitions:check_save")
def check_save(scene: Scene) -> Step:
    """One field, as the script saves it."""
    checks = _checks(scene)
    version = {"If-Match": f'"{checks["own"].edit_number}"'}
    content = json.dumps({"verdict_documents": "met"}).encode()
    barred: Barred = (({"pk": checks["shut"].pk}, {}),)
    return Step(
        "F",
        "F",
        {"pk": checks["own"].pk},
        "competitions_checkitem",
        content=content,
        headers=version,
        barred=barred,
    )


@step("competitions:scoresheet_finalise")
def scoresheet_finalise(scene: Scene) -> Step:
    """Complete; another's sheet and one of an entry in conflict are not sent by it."""
    own, other = (scene.things["sheet"][one] for one in ("own", "another's"))
    judge = scene.person("E")
    row = Assignment.objects.get(pk=own["pk"])
    barred = Assignment.objects.filter(stage=row.stage, evaluator=judge).exclude(
        entry__in=[row.entry_id, scene.season("review").entries["shut"].pk]
    )[0]
    declare_conflict(by=judge, entry=barred.entry, reason="Pernah membimbing.")
    sent = {"version": str(row.scoresheet.edit_number), "strengths": "Jelas.", "weaknesses": "-"}
    for key in WEIGHTS:
        sent |= {f"mark_{key}": "4", f"note_{key}": "Catatan."}
    return Step(
        "E",
        "E",
        own,
        "competitions_scoresheet",
        sent,
        barred=((other, {}), ({"pk": barred.pk}, {"version": "1"})),
    )


@step("competitions:highlight_add")
def highlight_add(scene: Scene) -> Step:
    """A passage as it stands in the proposal."""
    own, other = (scene.things["sheet"][one] for one in ("own", "another's"))
    sent = {"section": "background", "start": "0", "quote": "Isi bagian"}
    return Step("E", "E", own, "competitions_texthighlight", sent, barred=((other, {}),))


@step("competitions:reading_pack_cancel")
def reading_pack_cancel(scene: Scene) -> Step:
    """A large one, which waits for its job."""
    stage = scene.season("review").contest.stage(REVIEW)
    with patch("competitions.actions.reading_packs.PROPOSALS_AT_ONCE", 0):
        own, other = (request_pack(by=scene.person(one), stage=stage) for one in "Ee")
    return Step(
        "E", "E", {"pk": own.pk}, "competitions_readingpack", barred=(({"pk": other.pk}, {}),)
    )


@step("competitions:reading_pack_fetch")
def reading_pack_fetch(scene: Scene) -> Step:
    """Made from the texts as they stand."""
    stage = scene.season("review").contest.stage(REVIEW)
    own, other = (request_pack(by=scene.person(one), stage=stage) for one in "Ee")
    return Step(
        "E",
        "E",
        {"pk": own.pk, "volume": 1},
        "audit_auditevent",
        barred=(({"pk": other.pk, "volume": 1}, {}),),
    )


@step("competitions:assignment_appoint")
def assignment_appoint(scene: Scene) -> Step:
    """Somebody new."""
    stage = scene.season("review").contest.stage(REVIEW)
    new, panelist = (factories.make_person(role) for role in (Role.EVALUATOR, Role.PANELIST))
    barred: Barred = (({"pk": stage.pk}, {"users": [str(panelist.pk)]}),)
    return Step(
        "H",
        "Hhk",
        {"pk": stage.pk},
        "competitions_appointment",
        {"users": [str(new.pk)]},
        barred=barred,
    )


@step("competitions:allocation_cancel")
def allocation_cancel(scene: Scene) -> Step:
    """A large plan, which waits for its job."""
    contest = scene.season("review").contest
    with patch("competitions.actions.allocation_plans.is_small", return_value=False):
        plan = request_plan(by=contest.head, stage=contest.stage(REVIEW), seed=2)
    return Step("H", "Hhk", {"pk": plan.pk}, "competitions_allocationplan")


@step("competitions:allocation_undo")
def allocation_undo(scene: Scene) -> Step:
    """Handed out and not begun."""
    contest = scene.season("review").contest
    plan = request_plan(by=contest.head, stage=contest.stage(REVIEW), seed=2)
    apply_plan(by=contest.head, plan=plan)
    return Step("H", "Hhk", {"pk": plan.pk}, "competitions_allocationplan")
