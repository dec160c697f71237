"""This year's evaluators read without knowing whose proposal it is: the queue, under way."""

from collections.abc import Callable
from datetime import datetime, timedelta

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

LOOKED_THROUGH = 8
"""Texts that somebody looked through; the others wait."""


def looking_through(world: World, stage: Stage) -> list[Task]:
    """The officer hides what is proposed and releases all files but the letter."""
    officer = world.accounts["petugas"]

    def look_through(entry: Entry) -> Callable[[], None]:
        def act() -> None:
            hide_proposed(by=officer, stage=stage, entry=entry)
            for file in held_files(entry, stage):
                if file.annex.purpose != LETTER.name:
                    release_attachment(
                        by=officer, stage=stage, entry=entry, attachment=file.pk, has_read=True
                    )
            finish_redaction(by=officer, stage=stage, entry=entry)

        return act

    rows = list(queue(officer, stage).select_related("version", "agency__region__province"))
    return [
        (stage.opens_at + timedelta(hours=1, minutes=5 * place), look_through(entry))
        for place, entry in enumerate(rows[:LOOKED_THROUGH], 1)
    ]


def packing(judge: User, stage: Stage, moment: datetime) -> Task:
    """The evaluator asks for the proposals as PDF; the job that makes them runs with the demo."""

    def ask() -> None:
        request_pack(by=judge, stage=stage)

    return moment, ask
