"""The log of events: hashed at insert, sealed each minute into a Merkle tree, roots chained.

What a seal states is signed, so that whoever keeps one can show later that the log was
rewritten. Personal data enter as salted hashes only: erased, they leave the log valid.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Q

from sinovik.audit import clock, merkle, signing
from sinovik.audit.canonical import canonical, instant_text
from sinovik.audit.merkle import Place
from sinovik.audit.turns import take_turn

if TYPE_CHECKING:
    from sinovik.audit.models import AuditEvent, Seal

FORMAT = "sinovik-seal-1"
START = "0" * 64
"""What the first seal names as the one before it."""

BATCH = 5000
TURN = 0x53494E4F56494B
"""Number of the advisory lock that sealers take turns with ("SINOVIK")."""


class LedgerBroken(ValueError):
    """The log is not what its seals state; the text names the first difference."""


def plain(payload: Mapping[str, Any]) -> Any:
    """`payload` as it comes back from the database.

    Raises ValueError on a fraction: the database may write it in another way. Write
    fractions as text.
    """

    def refuse(text: str) -> None:
        raise ValueError(f"{text} in an event's payload: write fractions as text")

    return json.loads(json.dumps(payload, cls=DjangoJSONEncoder), parse_float=refuse)


def leaf_of(event: "AuditEvent") -> str:
    """The leaf's hash, 64 hexadecimal digits, from the event's columns and its salt."""
    return merkle.leaf_hash(canonical(statement_of(event))).hex()


def statement_of(event: "AuditEvent") -> dict[str, str]:
    """What the log states of an event: who and which details as salted hashes."""

    return {
        "actor": event.actor_hash or actor_hash_of(event),
        "at": instant_text(event.at),
        "event": event.verb,
        "object": f"{event.object_type}:{event.object_id}",
        "payload": _salted(event.salt, event.payload),
    }


def actor_hash_of(event: "AuditEvent") -> str:
    """What the log states of who did it, from the columns; needs them not to be erased."""
    return _salted(event.actor_salt or event.salt, [event.actor_id, event.actor_label])


def _salted(salt: str, value: Any) -> str:
    return hashlib.sha256(salt.encode() + b"|" + canonical(value)).hexdigest()


@transaction.atomic
def seal_events() -> "Seal | None":
    """Append every event that is not in the log yet and state the new root; None: nothing new.

    Takes no lock that a writer of events waits for. An event whose transaction is still
    open is appended by a later call, whatever its number.
    """
    from sinovik.audit.models import AuditEvent, Leaf, Node, Seal

    take_turn(TURN)
    last = Seal.objects.order_by("-number").first()
    size = last.size if last else 0
    events = AuditEvent.objects.filter(leaf_row=None).order_by("pk").values_list("pk", "leaf")
    top = [bytes.fromhex(value) for value in _hashes(merkle.peaks(0, size)).values()]
    grown = 0
    for batch in _batches(events.iterator(chunk_size=BATCH)):
        Leaf.objects.bulk_create(
            [Leaf(index=size + grown + n, event_id=pk) for n, (pk, _leaf) in enumerate(batch)]
        )
        leaves = [bytes.fromhex(leaf) for _pk, leaf in batch]
        Node.objects.bulk_create(
            [
                Node(level=level, index=index, hash=value.hex())
                for (level, index), value in merkle.grow(size + grown, top, leaves)
            ]
        )
        grown += len(batch)
    if not grown:
        return None
    return _state(last, size + grown, merkle.fold(top))


def inclusion_proof(event: "AuditEvent", seal: "Seal") -> dict[str, Any] | None:
    """What shows that the event is under the seal's root; None where it is not.

    JSON: `leaf` what the log states of the event, `index`, `path` hashes (nearest first)
    and `seal` with its signature.
    """
    from sinovik.audit.models import Leaf

    row = Leaf.objects.filter(event=event).first()
    if row is None or row.index >= seal.size:
        return None
    groups = merkle.inclusion_places(row.index, seal.size)
    known = _hashes([place for group in groups for place in group])
    path = merkle.proof(groups, lambda place: bytes.fromhex(known[place]))
    return {
        "format": "sinovik-inclusion-1",
        "leaf": statement_of(event),
        "index": row.index,
        "path": [value.hex() for value in path],
        "seal": seal.envelope,
    }


def consistency_proof(old: "Seal", new: "Seal") -> dict[str, Any]:
    """What shows that the log under `new` begins with that under `old`.

    JSON: both seals and `path` hashes. Raises ValueError where `old` is the larger.
    """
    groups = merkle.consistency_places(old.size, new.size)
    known = _hashes([place for group in groups for place in group])
    path = merkle.proof(groups, lambda place: bytes.fromhex(known[place]))
    return {
        "format": "sinovik-consistency-1",
        "new": new.envelope,
        "old": old.envelope,
        "path": [value.hex() for value in path],
    }


def verify_log() -> int:
    """Read the whole log again and compare it with every seal; the number of events in it.

    Raises LedgerBroken naming the first difference: an event's columns, its place, a
    complete subtree, a root, the chain of seals or a signature.
    """
    from sinovik.audit.models import Node, Seal

    known = Node.objects.values_list("level", "index", "hash").iterator(chunk_size=BATCH)
    nodes = {(level, index): value for level, index, value in known}
    top: list[bytes] = []
    rows = _sealed_events()
    size, previous = 0, START
    for seal in Seal.objects.order_by("number"):
        while size < seal.size:
            event = next(rows, None)
            if event is None or event.place != size:
                raise LedgerBroken(f"leaf {size} is missing")
            if leaf_of(event) != event.leaf:
                raise LedgerBroken(f"event {event.pk} is not what was hashed")
            for place, value in merkle.grow(size, top, [bytes.fromhex(event.leaf)]):
                if nodes.get(place) != value.hex():
                    raise LedgerBroken(f"subtree {place} is not what it should be")
            size += 1
        _verify_seal(seal, merkle.fold(top), previous)
        previous = seal.fingerprint
    return size


def _sealed_events() -> Iterator[Any]:
    """What `leaf_of` reads of each event in the log, and its `place`: no rows of models."""
    from sinovik.audit.models import AuditEvent

    events = AuditEvent.objects.filter(leaf_row__isnull=False).annotate(place=F("leaf_row__index"))
    stated = ("at", "verb", "object_type", "object_id", "payload", "salt", "leaf")
    actor = ("actor_id", "actor_label", "actor_salt", "actor_hash")
    rows = events.order_by("place").values_list("pk", "place", *stated, *actor, named=True)
    return rows.iterator(chunk_size=BATCH)


def _verify_seal(seal: "Seal", root: bytes, previous: str) -> None:
    stated = json.loads(seal.payload)
    columns = _statement(seal.number, seal.size, root, previous, seal.sealed_at, seal.key)
    if stated != columns or seal.root != root.hex() or seal.previous != previous:
        raise LedgerBroken(f"seal {seal.number} states something else than the log")
    if not signing.is_signed(seal.payload.encode(), seal.signature, seal.key):
        raise LedgerBroken(f"seal {seal.number} does not bear its signature")


def _state(last: "Seal | None", size: int, root: bytes) -> "Seal":
    from sinovik.audit.models import Seal

    number = last.number + 1 if last else 1
    previous = last.fingerprint if last else START
    now, key = clock.database_now(), signing.key_id()
    payload = canonical(_statement(number, size, root, previous, now, key))
    return Seal.objects.create(
        number=number,
        size=size,
        root=root.hex(),
        previous=previous,
        sealed_at=now,
        payload=payload.decode(),
        signature=signing.sign(payload),
        key=key,
    )


def _statement(
    number: int, size: int, root: bytes, previous: str, at: datetime, key: str
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "key": key,
        "number": number,
        "previous": previous,
        "root": root.hex(),
        "sealed_at": instant_text(at),
        "size": size,
    }


def _hashes(places: Iterable[Place]) -> dict[Place, str]:
    """Hashes of complete subtrees, in the order asked for, in two queries."""
    from sinovik.audit.models import Leaf, Node

    wanted = list(places)
    leaves = [index for level, index in wanted if level == 0]
    found = {
        (0, index): value
        for index, value in Leaf.objects.filter(index__in=leaves).values_list(
            "index", "event__leaf"
        )
    }
    condition = Q(pk__in=[])
    for level, index in wanted:
        condition |= Q(level=level, index=index)
    for node in Node.objects.filter(condition):
        found[node.level, node.index] = node.hash
    return {place: found[place] for place in wanted}


def _batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
