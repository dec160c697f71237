"""Jobs of the contest; each calls one action."""

from typing import Any

from procrastinate.contrib.django import app

from agencies.models import User
from competitions.actions.agency_exports import drop_expired_exports, make_export
from competitions.actions.allocation_plans import make_plan
from competitions.actions.announced import tell_announced_results
from competitions.actions.automatic import run_orders
from competitions.actions.contest_files import scan_held_files
from competitions.actions.corrections import end_overdue_corrections
from competitions.actions.extra_readers import sweep_extra_readers
from competitions.actions.night import check_everything
from competitions.actions.preparations import make_preparation
from competitions.actions.radar import refresh_forecasts
from competitions.actions.ranking_runs import make_ranking_run as compute_ranking
from competitions.actions.reading_packs import drop_ended_packs, make_pack
from competitions.actions.rehearsals import make_rehearsal
from competitions.actions.seasons import end_roles_of_season
from competitions.actions.title_pairs import refresh_title_pairs
from competitions.models import Stage
from competitions.queries.radar import open_registrations
from competitions.queries.ranking_runs import Terms
from competitions.queries.title_pairs import checked_editions
from competitions.ranking import Step
from sinovik.apart import apart


@app.periodic(cron="*/5 * * * *")
@app.task(queue="clock", queueing_lock="end_corrections")
def end_corrections(timestamp: int) -> None:
    """Return entries whose window passed unused to their officers; nothing when run again."""
    end_overdue_corrections()


@app.periodic(cron="10 17 * * *")  # 00.10 in Jakarta
@app.task(queue="clock", queueing_lock="end_season")
def end_season(timestamp: int) -> None:
    """Give roles the end of their edition, warn of ends, end what is over; twice does nothing."""
    end_roles_of_season()


@app.periodic(cron="*/5 * * * *")
@app.task(queue="clock", queueing_lock="call_readers")
def call_readers(timestamp: int) -> None:
    """Call further readers where the rule of an open stage wants them; nothing when run again."""
    for stage in Stage.objects.open().filter(extra_readers__gt=0):
        sweep_extra_readers(stage=stage)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="radar", queueing_lock="radar")
def refresh_radar(timestamp: int) -> None:
    """Compute the radar of every registration that runs; run twice it computes twice."""
    for stage in open_registrations():
        refresh_forecasts(by=None, edition=stage.edition)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="radar", queueing_lock="title_pairs")
def pair_titles(timestamp: int) -> None:
    """Compare the titles of every edition under check; run twice it compares twice."""
    for edition in checked_editions():
        refresh_title_pairs(by=None, edition=edition)


@app.periodic(cron="* * * * *")
@app.task(queue="clock", queueing_lock="tell_results")
def tell_results(timestamp: int) -> None:
    """Tell entrants of lists whose instant has passed; run twice, the second finds none."""
    tell_announced_results()


@app.periodic(cron="* * * * *")
@app.task(queue="close", queueing_lock="submit_at_close")
def submit_at_close(timestamp: int) -> None:
    """Submit what was ordered for the close; run twice, the second finds nothing to send."""
    run_orders()


@app.task(queue="tables", name="competitions.tasks.make_agency_export")
def make_agency_export(*, export_id: int) -> None:
    """Write the copy of an agency's own holdings that was asked for."""
    make_export(export_id=export_id)


@app.task(queue="tables", name="competitions.tasks.rehearse_edition")
def rehearse_edition(*, rehearsal_id: int) -> None:
    """Walk a draft edition with generated entries; only the report stays."""
    make_rehearsal(rehearsal_id=rehearsal_id)


@app.task(queue="tables", name="competitions.tasks.prepare_announcement")
def prepare_announcement(*, preparation_id: int) -> None:
    """Search the comments behind a locked list; run twice, the second finds it done."""
    make_preparation(preparation_id=preparation_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="files", queueing_lock="scan_contest_files")
def scan_contest_files(timestamp: int) -> None:
    """Ask the scanner again about evidence and decrees that it held."""
    scan_held_files(by=None)


@app.periodic(cron="23 * * * *")
@app.task(queue="tables", queueing_lock="drop_exports")
def drop_exports(timestamp: int) -> None:
    """Remove copies whose week is over."""
    drop_expired_exports()


@app.periodic(cron="15 19 * * *")  # 02.15 WIB
@app.task(queue="tables", queueing_lock="night_check", lock="night_check", task_middleware=[apart])
def check_at_night(timestamp: int) -> None:
    """Look everything over; run twice it is kept twice."""
    check_everything()


@app.task(queue="tables", name="competitions.tasks.make_reading_pack")
def make_reading_pack(*, pack_id: int) -> None:
    """Write the proposals of a judge as PDF."""
    make_pack(pack_id=pack_id)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="tables", queueing_lock="drop_packs")
def drop_packs(timestamp: int) -> None:
    """Remove packs that may not be read any more; nothing when run again."""
    drop_ended_packs()


@app.task(queue="tables", name="competitions.tasks.make_ranking_run")
def make_ranking_run(
    *, by_id: int, stage_id: int, name: str, seats: int, basis: str, policy: list[dict[str, Any]]
) -> None:
    """Compute a ranking that was ordered; run twice, the second finds the first's."""
    compute_ranking(
        by=User.objects.get(pk=by_id),
        stage=Stage.objects.select_related("ranks_from").get(pk=stage_id),
        name=name,
        terms=Terms(seats, basis, tuple(Step(**one) for one in policy)),
    )


@app.task(queue="tables", name="competitions.tasks.plan_allocation")
def plan_allocation(*, plan_id: int) -> None:
    """Work out who reads what; nothing when run again."""
    make_plan(plan_id=plan_id)
