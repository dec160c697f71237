"""What `verify/sinovik_verify.py` says of our receipts and seals: a program that shares no code."""

import json
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from django.conf import settings

from competitions.models import Receipt
from competitions.queries.receipts import receipt_file
from sinovik.audit import signing
from sinovik.audit.models import Seal


def check_receipts() -> Iterator[str]:
    """A sentence for each receipt that is not as it was signed."""
    verifier, pem = _verifier(), signing.public_pem()
    for receipt in Receipt.objects.iterator(chunk_size=500):
        try:
            stated = verifier.check_receipt(receipt_file(receipt), pem)
        except verifier.Difference as difference:
            yield f"{receipt.code}: {difference}"
        else:
            if stated["code"] != receipt.code or stated["content_hash"] != receipt.content_hash:
                yield f"{receipt.code}: baris dan isi yang ditandatangani berbeda"


def check_seals() -> Iterator[str]:
    """A sentence where the seals of the log are not one signed chain."""
    verifier, pem = _verifier(), signing.public_pem()
    files = [
        (str(seal.number), json.dumps(seal.envelope).encode())
        for seal in Seal.objects.order_by("number").iterator()
    ]
    try:
        verifier.check_ledger(files, pem)
    except verifier.Difference as difference:
        yield f"segel {difference}"


def _verifier() -> ModuleType:
    path = settings.BASE_DIR / "verify" / "sinovik_verify.py"
    spec = spec_from_file_location("sinovik_verify", path)
    assert spec is not None  # noqa: S101 (for the type checker: the file is ours)
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
