"""This year's evaluators read without knowing whose proposal it is: the queue, under way."""

from collections.abc import Callable
from datetime import datetime

from agencies.models import User
from competitions.actions.reading_packs import request_pack
from competitions.actions.redactions import (
    finish_redaction,
    hide_proposed,
    release_attachment,
)
from competitions.models import Entry, Stage
from competitions.queries.attachments import held_files
from competitions.queries.redaction_queue import queue
from sinovik.management.world.papers import LETTER
from sinovik.management.world.stagehands import Task, World

WAITING = 5
"""Texts in which all that was proposed is hidden, and which nobody has signed off yet."""


def looking_through(world: World, stage: Stage, begun_at: datetime) -> list[Task]:
    """Before a reader gets a text, the officer hides what is proposed in it.

    The officer reads the files too and releases all but the letter, of all texts but the last.
    """
    officer = world.accounts["petugas"]
    rows = list(queue(officer, stage).select_related("version", "agency__region__province"))
    signed_off = {entry.pk for entry in rows[:-WAITING]}

    def look_through(entry: Entry) -> Callable[[], None]:
        def act() -> None:
            hide_proposed(by=officer, stage=stage, entry=entry)
            if entry.pk not in signed_off:
                return
            for file in held_files(entry, stage):
                if file.annex.purpose != LETTER.name:
                    release_attachment(
                        by=officer, stage=stage, entry=entry, attachment=file.pk, has_read=True
                    )
            finish_redaction(by=officer, stage=stage, entry=entry)

        return act

    each = (stage.opens_at - begun_at) / (len(rows) + 1)
    return [(begun_at + place * each, look_through(entry)) for place, entry in enumerate(rows, 1)]


def packing(judge: User, stage: Stage, moment: datetime) -> Task:
    """The evaluator asks for the proposals as PDF; the job that makes them runs with the demo."""

    def ask() -> None:
        request_pack(by=judge, stage=stage)

    return moment, ask
