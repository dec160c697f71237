"""What a stranger recomputes a result from: `docs/bundle.md`.

Sheets and rules in full, people and entries as pseudonyms. An entry's pseudonym is the hash of
its number, agency and title with a nonce that is told for winners only, by the announcement; a
judge's nonce is told to nobody.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from competitions.calibration import Calibration, calibrate
from competitions.enums import MotionState, RunBasis
from competitions.models import (
    Commitment,
    Criterion,
    CutOff,
    Edition,
    Entry,
    Motion,
    Result,
    Score,
    Scoresheet,
    Stage,
)
from competitions.queries.policy import ChangeRow, terms_of, trait_of, traits_of
from competitions.queries.ranking import scoring_stage
from competitions.queries.sheets import calibration_sheets, counting_sheets
from sinovik.audit import clock
from sinovik.audit.canonical import canonical, instant_text
from sinovik.audit.models import AuditEvent, Leaf, Seal
from sinovik.audit.sealing import inclusion_proof

COMMITMENT, BUNDLE = "sinovik-commitment-1", "sinovik-bundle-1"
RESULT, STEPPED_RESULT = "sinovik-result-1", "sinovik-result-2"
METHODS = {RunBasis.RAW: "raw-mean", RunBasis.CALIBRATED: "calibrated"}
LENGTH = 32
"""Hexadecimal digits of a pseudonym: nobody finds another name that gives the same."""


def nonce_of(secret: str, what: str, pk: int) -> str:
    """What keeps a pseudonym from being found by trying names; 64 hexadecimal digits."""
    return hmac.new(bytes.fromhex(secret), f"{what}:{pk}".encode(), hashlib.sha256).hexdigest()


def pseudonym(nonce: str, face: Any) -> str:
    """How the bundle calls somebody whose face (JSON) and nonce are known."""
    return hashlib.sha256(nonce.encode() + b"|" + canonical(face)).hexdigest()[:LENGTH]


def face_of(entry: Entry) -> dict[str, str]:
    """What people know an entry by (needs `edition`, `agency` and `version` loaded)."""
    title = entry.version.content["title"] if entry.version else ""
    return {"agency": entry.agency.name, "number": entry.number, "title": title}


def entry_pseudonym(secret: str, entry: Entry) -> str:
    """How the bundle calls an entry; see `face_of`."""
    return pseudonym(nonce_of(secret, "entry", entry.pk), face_of(entry))


def judge_pseudonym(secret: str, pk: int) -> str:
    """How the bundle calls a judge."""
    return pseudonym(nonce_of(secret, "judge", pk), pk)


def result_content(cut_off: CutOff, secret: str) -> dict[str, Any]:
    """The result of a stage as its hash sees it: strings, integers, booleans; eight queries."""
    stage = cut_off.stage
    source = scoring_stage(stage)
    results = list(_named(cut_off.results.order_by("rank", "entry")))
    names = {row.entry_id: entry_pseudonym(secret, row.entry) for row in results}
    fit = calibrate(calibration_sheets(source, names))
    content = {
        "calibration": {
            "connected": fit.is_connected,
            "effects": {
                judge_pseudonym(secret, pk): f"{effect:.12f}" for pk, effect in fit.effects.items()
            },
        },
        "criteria": [_criterion(one) for one in source.criteria.all()],
        "edition": stage.edition.year,
        "format": RESULT,
        "method": METHODS[RunBasis.RAW],
        "name": stage.name,
        "plenary": _plenary(cut_off, names, secret),
        "results": sorted((_line(row, names, fit, secret) for row in results), key=_place),
        "seats": cut_off.seats,
        "sheets": sorted(_sheets(source, names, secret), key=_place_of_sheet),
        "sheets_needed": source.reviews_per_entry,
        "simulated": stage.edition.is_simulated,
        "stage": stage.slug,
        "tie_break": list(stage.tie_break or source.tie_break),
    }
    if cut_off.ranks_by == RunBasis.RAW and not cut_off.policy:
        return content
    return content | {
        "format": STEPPED_RESULT,
        "method": METHODS[RunBasis(cut_off.ranks_by)],
        "steps": _steps(cut_off, results, names),
        "traits": _labels(cut_off, names, secret),
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "scale": one.scale_maximum,
        "weight": str(one.weight),
    }


def _steps(
    cut_off: CutOff, results: Sequence[Result], names: dict[int, str]
) -> list[dict[str, Any]]:
    """Policy steps with who came in and went out, in order of rank, then of pseudonym."""
    ranks = {row.entry_id: row.rank for row in results}

    def told(changes: list[ChangeRow]) -> list[dict[str, str]]:
        ordered = sorted(changes, key=lambda one: (ranks[one["entry"]], names[one["entry"]]))
        return [{"entry": names[one["entry"]], "reason": one["reason"]} for one in ordered]

    return [
        {**row, "came_in": told(row["came_in"]), "went_out": told(row["went_out"])}
        for row in cut_off.policy
    ]


def _labels(cut_off: CutOff, names: dict[int, str], secret: str) -> dict[str, dict[str, str]]:
    """What the steps go by, each value as a label that can't be found by trying names.

    No more than the steps need: an agency within its limit has no label.
    """
    used = {trait_of(step) for step in terms_of(cut_off.policy)} - {""}
    limits = [s.number for s in terms_of(cut_off.policy) if trait_of(s) == "agency"]
    traits = traits_of(names) if used else {}
    held = Counter(own["agency"] for own in traits.values())

    def label(trait: str, value: str) -> str:
        if not value or (trait == "agency" and held[value] <= min(limits)):
            return ""
        return pseudonym(nonce_of(secret, trait, 0), value)

    return {
        names[pk]: {trait: label(trait, own[trait]) for trait in used} for pk, own in traits.items()
    }


def _line(row: Result, names: dict[int, str], fit: Calibration, secret: str) -> dict[str, Any]:
    return {
        "calibrated": f"{fit.scores[row.entry_id]:.12f}",
        "entry": names[row.entry_id],
        "moved": row.motion.reason if row.motion else "",
        "rank": row.rank,
        "score": str(row.score),
        "selected": row.is_selected,
        "tied": row.is_tied,
    }


def _plenary(cut_off: CutOff, names: dict[int, str], secret: str) -> list[dict[str, Any]]:
    """What the plenary voted on, in order; no names, and of the text a salted hash alone."""
    motions = Motion.objects.decided_on(cut_off).prefetch_related("votes")
    return [_motion(row, number, names, secret) for number, row in enumerate(motions, 1)]


def _motion(row: Motion, number: int, names: dict[int, str], secret: str) -> dict[str, Any]:
    tally, nonce = row.tally(), nonce_of(secret, "motion", row.pk)
    hidden = hashlib.sha256(nonce.encode() + b"|" + canonical(row.text)).hexdigest()
    return {
        "abstain": tally.abstained,
        "against": tally.against,
        "carried": row.state == MotionState.CARRIED,
        "eligible": tally.eligible,
        "for": tally.in_favour,
        "in": names[row.entry_in_id] if row.entry_in_id else "",
        "number": number,
        "out": names[row.entry_out_id] if row.entry_out_id else "",
        "reason": row.reason,
        "text": f"sha256:{hidden}",
    }


def _place(line: dict[str, Any]) -> tuple[int, str]:
    return line["rank"], line["entry"]


def _place_of_sheet(sheet: dict[str, Any]) -> tuple[str, str]:
    return sheet["entry"], sheet["judge"]


def _sheets(source: Stage, names: dict[int, str], secret: str) -> Iterator[dict[str, Any]]:
    scores = Score.objects.select_related("criterion")
    sheets = counting_sheets(source).filter(assignment__entry__in=names)
    rows: list[Scoresheet] = list(
        sheets.select_related("assignment").prefetch_related(Prefetch("scores", scores))
    )
    judges: dict[int, str] = {}
    for row in rows:
        judge = row.assignment.evaluator_id
        if judge not in judges:
            judges[judge] = judge_pseudonym(secret, judge)
        yield {
            "entry": names[row.assignment.entry_id],
            "judge": judges[judge],
            "marks": {score.criterion.key: score.mark for score in row.scores.all()},
        }


def commitment_statement(
    cut_off: CutOff, content_hash: str, at: datetime, key: str
) -> dict[str, Any]:
    """What is signed and published when a list is locked."""
    return {
        "committed_at": instant_text(at),
        "content_hash": content_hash,
        "edition": cut_off.stage.edition.year,
        "format": COMMITMENT,
        "key": key,
        "stage": cut_off.stage.slug,
    }


def published_commitments() -> list[Commitment]:
    """Every commitment of a published edition, announced or not, the newest first; one query."""
    rows = Commitment.objects.filter(cut_off__stage__edition__is_published=True)
    return list(rows.defer("content").select_related("cut_off__stage__edition"))


def bundle_of(edition: Edition, at: datetime | None = None) -> bytes | None:
    """The bundle of an edition's announced stages in canonical form; None before the first.

    The stored text of each stage is put in as it was hashed.
    """
    rows = Commitment.objects.filter(
        cut_off__stage__edition=edition,
        cut_off__announcement__announce_at__lte=at or clock.now(),
    )
    sections = [section_of(row) for row in rows.order_by("cut_off__stage__position")]
    if not sections:
        return None
    head = f'{{"edition":{edition.year},"format":"{BUNDLE}","sections":['.encode()
    return head + b",".join(sections) + b"]}"


def section_of(row: Commitment) -> bytes:
    """One stage; names in the order of the canonical form: commitment, content, log, winners."""
    return b"".join(
        [
            b'{"commitment":',
            canonical(row.envelope),
            b',"content":',
            row.content.encode(),
            b',"log":',
            canonical(log_of(row)),
            b',"winners":',
            canonical(_winners(row)),
            b"}",
        ]
    )


def log_of(row: Commitment) -> dict[str, Any] | None:
    """The commitment's event, opened, under the first seal over it; None: not sealed yet."""
    event = AuditEvent.objects.about(row).named("result_committed").get()
    leaf = Leaf.objects.filter(event=event).first()
    seal = leaf and Seal.objects.filter(size__gt=leaf.index).order_by("number").first()
    if not seal:
        return None
    return {"inclusion": inclusion_proof(event, seal), "salt": event.salt}


def _winners(row: Commitment) -> list[dict[str, str]]:
    """Who hides behind the pseudonyms of the selected, and what shows it."""
    selected = _named(Result.objects.filter(cut_off=row.cut_off_id, is_selected=True))
    found = [
        face_of(one.entry)
        | {
            "entry": entry_pseudonym(row.secret, one.entry),
            "nonce": nonce_of(row.secret, "entry", one.entry_id),
        }
        for one in selected
    ]
    return sorted(found, key=lambda one: one["entry"])


def _named(results: "QuerySet[Result]") -> "QuerySet[Result]":
    return results.select_related("entry__edition", "entry__agency", "entry__version", "motion")
