"""Certificates as anybody may read them: none before its list's instant."""

import json
from typing import Any

from competitions.models import Certificate, Entry
from sinovik.audit import signing
from sinovik.audit.canonical import canonical
from sinovik.audit.codes import read_code

FORMAT = "sinovik-certificate-1"


def find_certificate(typed: str) -> Certificate | None:
    """The announced certificate with this code, however it is typed. One query."""
    code = read_code(typed)
    return Certificate.objects.announced().filter(code=code).first() if code else None


def certificate_of(entry: Entry, band: str) -> Certificate | None:
    """The entry's announced certificate of a band (the stage's slug). One query."""
    rows = Certificate.objects.announced().filter(result__entry=entry)
    return rows.filter(result__cut_off__stage__slug=band).first()


def certificate_file(certificate: Certificate) -> bytes:
    """The JSON file of a certificate, in the only byte form that verifiers take."""
    return canonical(
        {
            "format": FORMAT,
            "key": certificate.key,
            "payload": certificate.payload,
            "signature": certificate.signature,
        }
    )


def certificate_in(octets: bytes) -> Certificate | None:
    """The announced certificate whose file this is, to the last byte. One query."""
    try:
        code = json.loads(json.loads(octets)["payload"])["code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    certificate = find_certificate(str(code))
    is_own = certificate is not None and certificate_file(certificate) == octets
    return certificate if is_own else None


def certified(certificate: Certificate) -> dict[str, Any]:
    """What the certificate states; empty where the stored text does not bear its signature."""
    payload = certificate.payload.encode("utf-8")
    if not signing.is_signed(payload, certificate.signature, certificate.key):
        return {}
    statement: dict[str, Any] = json.loads(payload)
    is_own = (statement.get("format"), statement.get("code")) == (FORMAT, certificate.code)
    return statement if is_own else {}
