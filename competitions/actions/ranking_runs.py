"""Ordering a ranking to be computed, and computing it."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from agencies.models import User
from competitions.calibration import DRAWS
from competitions.enums import StageKind, StageState
from competitions.exceptions import NotEnoughSheets, WrongState
from competitions.models import RankingRun, Stage
from competitions.permissions.ranking_runs import check_can_compute_ranking
from competitions.queries.ranking import SEED, contenders, sheets_of
from competitions.queries.ranking_runs import METHOD, Terms, compute, inputs
from competitions.ranking import Contender
from innovations.versions import fingerprint
from sinovik import audit
from sinovik.audit import clock

JOB = "competitions.tasks.make_ranking_run"
CLOSED = gettext_lazy(
    "Tahap ini sudah ditutup, jadi tidak ada lagi yang dihitung. Yang tersimpan tetap dapat dibaca."
)


@transaction.atomic
def order_ranking_run(*, by: User, stage: Stage, name: str, terms: Terms) -> None:
    """Have a ranking computed by a job; refuses at once what the job would refuse."""
    check_can_compute_ranking(by, stage)
    _contending(stage, terms)
    app.configure_task(JOB, queue="tables").defer(
        by_id=by.pk,
        stage_id=stage.pk,
        name=name,
        seats=terms.seats,
        basis=terms.basis,
        policy=[*terms.policy],
    )


@transaction.atomic
def make_ranking_run(*, by: User, stage: Stage, name: str, terms: Terms) -> RankingRun:
    """Compute a ranking under `terms` and keep it. It changes no result.

    The same sheets and terms are not computed twice: the kept run is returned.
    """
    check_can_compute_ranking(by, stage)
    found, short = _contending(stage, terms)
    sheets = sheets_of(stage, found)
    inputs_hash = fingerprint(inputs(found, sheets, terms))
    # Of two jobs at once the second finds the first's row.
    run, is_new = RankingRun.objects.get_or_create(
        stage=stage,
        inputs_hash=inputs_hash,
        defaults={
            "name": name.strip()[:80],
            "basis": terms.basis,
            "seats": terms.seats,
            "policy": terms.policy,
            "seed": SEED,
            "draws": DRAWS,
            "method": METHOD,
            "figures": compute(found, len(short), sheets, terms),
            "made_at": clock.now(),
            "made_by": by,
        },
    )
    if is_new:
        facts = {"inputs_hash": inputs_hash, "seats": terms.seats, "basis": str(terms.basis)}
        audit.record(by=by, event="ranking_computed", obj=run, payload=facts)
    return run


def _contending(stage: Stage, terms: Terms) -> tuple[list[Contender], list[int]]:
    """Who can be ranked; refuses a line that nobody stands behind."""
    if stage.kind != StageKind.SELECTION:
        raise WrongState
    if stage.state == StageState.CLOSED:
        raise WrongState(CLOSED)
    found, short = contenders(stage)
    if not found:
        raise NotEnoughSheets(_("Belum ada peserta yang lembar nilainya lengkap."))
    if not 1 <= terms.seats <= len(found):
        raise WrongState(
            _("Jumlah kursi harus 1 sampai %(count)s, sebanyak peserta yang bernilai.")
            % {"count": len(found)}
        )
    return found, short
