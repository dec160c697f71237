"""Objections to a provisional list of the world: filed with evidence, answered by two people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from competitions.actions.contest_files import Incoming
from competitions.actions.objections import (
    confirm_answer,
    file_objection,
    open_objections,
    propose_answer,
)
from competitions.enums import AnswerReason, ObjectionReason, ObjectionState
from competitions.models import CutOff, Entry, Objection, Result
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.objections import over_at
from sinovik.audit import clock
from sinovik.management.world.papers import Papers
from sinovik.management.world.stagehands import World

DAY = timedelta(days=1)
EVIDENCE = "Bukti sanggahan (simulasi).pdf"


@dataclass(frozen=True)
class Case:
    """One objection and its answer; both texts say that they are made up."""

    reason: ObjectionReason
    text: str
    has_evidence: bool
    answer: ObjectionState
    why: AnswerReason
    answer_text: str


CASES = (
    Case(
        ObjectionReason.DOCUMENT,
        "Surat pernyataan kami sudah diunggah sebelum pendaftaran ditutup. Mohon diperiksa apakah"
        " penilai membacanya. (Sanggahan simulasi.)",
        True,
        ObjectionState.REJECTED,
        AnswerReason.COMPLIANT,
        "Surat tersebut terlampir pada versi yang dinilai dan terbuka bagi ketiga penilai sejak"
        " hari pertama. Daftar tidak berubah. (Jawaban simulasi.)",
    ),
    Case(
        ObjectionReason.PROCEDURE,
        "Kami menduga proposal kami hanya dibaca dua penilai. (Sanggahan simulasi.)",
        False,
        ObjectionState.REJECTED,
        AnswerReason.UNPROVEN,
        "Tiga lembar nilai final tercatat untuk proposal ini. Daftar tidak berubah."
        " (Jawaban simulasi.)",
    ),
)


def hear_objections(world: World, cut_off: CutOff, opened_at: datetime) -> datetime:
    """Open the window, file what there is, answer it; returns the instant after which to lock."""
    with clock.at(opened_at):
        window = open_objections(by=world.head, cut_off=cut_off)
    objectors = zip(CASES, _objectors(world, cut_off), strict=False)
    filed = [
        (case, _file(world, cut_off, case, result.entry, opened_at + place * DAY))
        for place, (case, result) in enumerate(objectors, start=1)
    ]
    for place, (case, row) in enumerate(filed, start=3):
        with clock.at(opened_at + place * DAY):
            propose_answer(
                by=world.second_person,
                objection=row,
                answer=case.answer,
                reason=case.why,
                text=case.answer_text,
            )
    for place, (_case, row) in enumerate(filed, start=5):
        with clock.at(opened_at + place * DAY):
            confirm_answer(by=world.head, objection=row)
    return max(over_at(window), opened_at + (len(CASES) + 4) * DAY)


def _file(world: World, cut_off: CutOff, case: Case, entry: Entry, at: datetime) -> Objection:
    with clock.at(at):
        return file_objection(
            by=world.teams[entry.agency_id].admin,
            entry=entry,
            stage=cut_off.stage,
            reason=case.reason,
            text=case.text,
            evidence=_evidence(world.papers) if case.has_evidence else None,
        )


def _objectors(world: World, cut_off: CutOff) -> list[Result]:
    """Not selected, of different agencies, far from who answers; the demo agency's first."""
    rows = cut_off.results.filter(is_selected=False).select_related("entry__agency__region")
    own = world.accounts["admin"]
    found: dict[int, Result] = {}
    near = {own.employer_id: 0}
    results = sorted(rows, key=lambda one: (near.get(one.entry.agency_id, 1), one.rank))
    judges = [world.head, world.second_person]
    barred = {entry for _user, entry in conflicted_pairs(judges, [one.entry for one in results])}
    for result in results:
        if result.entry_id not in barred and result.entry.agency_id in world.teams:
            found.setdefault(result.entry.agency_id, result)
    return list(found.values())


def _evidence(papers: Papers) -> Incoming:
    octets = papers.letter.path.read_bytes()
    return Incoming(EVIDENCE, len(octets), [octets])
