"""Signing certificates; a part of scheduling an announcement, inside its transaction."""

from typing import Any

from django.db.models.fields.json import KT

from agencies.models import User
from competitions.models import Announcement, Certificate, Result
from competitions.queries.certificates import FORMAT
from innovations.models import InnovationVersion
from sinovik import audit
from sinovik.audit import signing
from sinovik.audit.canonical import canonical, instant_text
from sinovik.audit.codes import new_code

BATCH = 1000


def issue_certificates(*, by: User, announcement: Announcement) -> list[Certificate]:
    """Sign a certificate for each selected entry of a locked list; nobody can read it yet.

    Needs `announcement.cut_off.stage.edition` loaded. Two equal codes in 2^50 would break the
    unique index, and the scheduling with it.
    """
    key = signing.key_id()
    winners = announcement.cut_off.results.filter(is_selected=True)
    versions = InnovationVersion.objects.filter(pk__in=winners.values("entry__version"))
    titles = dict(versions.values_list("pk", KT("content__title")))
    rows = winners.select_related("entry__edition", "entry__agency", "entry__innovation").defer(
        "entry__innovation__sections"
    )
    certificates = []
    for result in rows.order_by("entry"):
        code = new_code()
        statement = _statement(
            result, announcement, titles[result.entry.version_id], code=code, key=key
        )
        payload = canonical(statement)
        certificates.append(
            Certificate(
                result=result,
                code=code,
                number=statement["number"],
                issued_at=announcement.scheduled_at,
                payload=payload.decode("utf-8"),
                signature=signing.sign(payload),
                key=key,
            )
        )
    certificates = Certificate.objects.bulk_create(certificates, batch_size=BATCH)
    payloads = [{"number": one.number, "key": key} for one in certificates]
    audit.record_many(by=by, event="certificate_issued", objs=certificates, payloads=payloads)
    return certificates


def _statement(
    result: Result, announcement: Announcement, title: str, *, code: str, key: str
) -> dict[str, Any]:
    entry, stage = result.entry, announcement.cut_off.stage
    return {
        "agency": entry.agency.name,
        "announced_at": instant_text(announcement.announce_at),
        "band": stage.name,
        "code": code,
        "decree": announcement.decree_number,
        "decree_dated_on": announcement.decree_dated_on.isoformat(),
        "edition": stage.edition.year,
        "format": FORMAT,
        "key": key,
        "number": f"SERT-{stage.edition.year}-{stage.slug.upper()}-{entry.pk:05d}",
        "proposal": entry.number,
        # Whoever is simulated can only have announced a simulated list.
        "simulated": announcement.scheduled_by.is_simulated or entry.innovation.is_simulated,
        "title": title,
    }
