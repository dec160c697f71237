"""Writing events. Imported before the apps are ready, so the model is reached late."""

import re
import secrets
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connection

from sinovik.audit import clock
from sinovik.statements import insert

if TYPE_CHECKING:
    from django.db.models import Model

    from sinovik.audit.models import AuditEvent

EVENT_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
SALT_BYTES = 16

request_id: ContextVar[str] = ContextVar("sinovik_request_id", default="")


class NotInTransaction(RuntimeError):
    """An event was written outside the transaction of the change that it tells of."""


def record(
    *,
    by: "Model | None",
    event: str,
    obj: "Model",
    payload: Mapping[str, Any] | None = None,
) -> "AuditEvent":
    """Write one event in the current transaction.

    ``event`` is object and past participle ("entry_submitted"); ``by`` is the user, None for
    the system itself; ``payload`` must be JSON and hold no secret and no score in progress.
    """
    return record_many(by=by, event=event, objs=[obj], payloads=[payload or {}])[0]


def record_many(
    *,
    by: "Model | None",
    event: str,
    objs: "Sequence[Model]",
    payloads: Sequence[Mapping[str, Any]] | None = None,
) -> "list[AuditEvent]":
    """Write one event for each of ``objs`` (payloads in the same order), in few queries."""
    from sinovik.audit.models import AuditEvent
    from sinovik.audit.sealing import leaf_of, plain

    if not connection.in_atomic_block:
        raise NotInTransaction(event)
    if not EVENT_NAME.fullmatch(event):
        raise ValueError(f"{event!r} is not object_participle")
    instant = clock.now()
    details = payloads if payloads is not None else [{}] * len(objs)
    events = [
        AuditEvent(
            at=instant,
            actor_id=by.pk if by else None,
            actor_label=str(by) if by else "",
            verb=event,
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            payload=plain(detail),
            request_id=request_id.get(),
            salt=secrets.token_hex(SALT_BYTES),
            # Where nobody acted nobody is forgotten: a bundle gives its reader one salt.
            actor_salt=secrets.token_hex(SALT_BYTES) if by else "",
        )
        for obj, detail in zip(objs, details, strict=True)
    ]
    for row in events:
        row.leaf = leaf_of(row)
    return insert(events)
