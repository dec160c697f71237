"""The checklist of the administrative selection: reference items, what the rules find, answers."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from competitions.eligibility import Result, ResultState
from competitions.enums import FailReason, Verdict
from competitions.models import AdministrativeCheck, CheckItem
from competitions.queries.findings import results_of

REFERENCE = Path(__file__).resolve().parent.parent / "reference" / "checklist.toml"


@dataclass(frozen=True)
class ChecklistItem:
    """One line of the checklist. `section` is where a correction's remark goes by default."""

    key: str
    title: str
    question: str
    reason: FailReason
    section: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What the officer says of an item."""

    verdict: str = Verdict.OPEN
    note: str = ""


@dataclass(frozen=True)
class Examined:
    """An item with what the rules found in the frozen version, and the officer's answer.

    `is_blocking` says that a rule would have refused the submission.
    """

    item: ChecklistItem
    sentences: tuple[str, ...]
    sections: tuple[str, ...]
    is_computed: bool
    is_blocking: bool
    answer: Answer


@cache
def checklist_items() -> tuple[ChecklistItem, ...]:
    """The items of the reference file, in its order."""
    with REFERENCE.open("rb") as file:
        rows = tomllib.load(file)["item"]
    return tuple(
        ChecklistItem(
            key=row["key"],
            title=row["title"],
            question=row["question"],
            reason=FailReason(row["reason"]),
            section=row["section"],
            remarks=tuple(row["remarks"]),
        )
        for row in rows
    )


def examine_check(
    check: AdministrativeCheck, reader: Any, answers: Mapping[str, Answer] | None = None
) -> list[Examined]:
    """Every item of one check. Without an answer the rules' result is proposed.

    `check` needs its entry with edition, group, version and innovation loaded; the rules
    examine the frozen version. `reader` decides which titles of others may be named.
    """
    entry = check.stage_entry.entry
    results = results_of([entry], reader=reader)[entry.pk]
    given = stored_answers(check) if answers is None else answers
    return [
        _examined(item, [one for one in results if one.reason == item.reason], given)
        for item in checklist_items()
    ]


def _examined(
    item: ChecklistItem, results: Sequence[Result], given: Mapping[str, Answer]
) -> Examined:
    findings = [finding for result in results for finding in result.findings]
    return Examined(
        item=item,
        sentences=tuple(dict.fromkeys(finding.sentence for finding in findings)),
        sections=tuple(dict.fromkeys(one.section_key for one in findings if one.section_key)),
        is_computed=bool(results),
        is_blocking=any(finding.is_blocking for finding in findings),
        answer=given.get(item.key, proposed_answer(results)),
    )


def proposed_answer(results: Sequence[Result]) -> Answer:
    """What the rules propose: met, unmet, or nothing where a person has to look."""
    if any(result.state == ResultState.UNMET for result in results):
        return Answer(Verdict.UNMET)
    is_met = bool(results) and all(result.is_met for result in results)
    return Answer(Verdict.MET) if is_met else Answer()


def stored_answers(check: AdministrativeCheck) -> dict[str, Answer]:
    """What was saved of a check, by item key."""
    return {row.key: Answer(row.verdict, row.note) for row in check.items.all()}


def reasons_of(answers: Mapping[str, Answer]) -> list[FailReason]:
    """Reasons of the items marked "tidak sesuai", in the order of the checklist."""
    return [
        item.reason
        for item in checklist_items()
        if answers.get(item.key, Answer()).verdict == Verdict.UNMET
    ]


def note_of(answers: Mapping[str, Answer]) -> str:
    """What the agency reads of a fail: the notes of the unmet items, else standard remarks."""
    lines = []
    for item in checklist_items():
        answer = answers.get(item.key, Answer())
        if answer.verdict == Verdict.UNMET:
            lines.append(answer.note.strip() or item.remarks[0])
    return "\n".join(lines)


def remarks_of(lines: Sequence[Examined]) -> list[tuple[str, str]]:
    """(section key, text) of the unmet items, to begin a request for correction with."""
    remarks = []
    for line in lines:
        if line.answer.verdict == Verdict.UNMET:
            text = line.answer.note.strip() or line.item.remarks[0]
            remarks += [(key, text) for key in line.sections or (line.item.section,)]
    return remarks


def unexplained(checks: Sequence[AdministrativeCheck]) -> list[CheckItem]:
    """Unmet items without a note: nobody passes over them in silence."""
    return list(CheckItem.objects.filter(check_of__in=checks, verdict=Verdict.UNMET, note=""))


def unmet_reasons(checks: Sequence[AdministrativeCheck]) -> dict[int, set[FailReason]]:
    """Reasons of the unmet items by check id; a check whose checklist is blank is not there."""
    reasons = {item.key: item.reason for item in checklist_items()}
    found: dict[int, set[FailReason]] = {}
    for row in CheckItem.objects.filter(check_of__in=checks):
        unmet = found.setdefault(row.check_of_id, set())
        if row.verdict == Verdict.UNMET and row.key in reasons:
            unmet.add(reasons[row.key])
    return found
