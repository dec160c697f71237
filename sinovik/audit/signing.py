"""The site's Ed25519 key: signs bytes, publishes what strangers need to check them.

In production the key comes from SINOVIK_RECEIPT_KEY. Elsewhere it is made once and kept
under var/, readable by its owner alone.
"""

import base64
import binascii
import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_FILE = "receipt-key"
SEED_LENGTH = 32
ID_LENGTH = 16


def sign(octets: bytes) -> str:
    """Sign with the present key; 64 bytes in base64."""
    return base64.b64encode(_private_key().sign(octets)).decode()


def key_id() -> str:
    """Name the present key: the first 16 hexadecimal digits of its public half's SHA-256."""
    return _name(_private_key().public_key())


def is_signed(octets: bytes, signature: str, key: str) -> bool:
    """Whether one of the published keys, named `key`, signed exactly these bytes.

    A signature written in another base64 form than `sign` gives is refused too.
    """
    public = _public_keys().get(key)
    try:
        raw = base64.b64decode(signature, validate=True)
        if public is None or base64.b64encode(raw).decode() != signature:
            return False
        public.verify(raw, octets)
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def public_pem() -> bytes:
    """Every public key as PEM, the present one first, retired ones after it."""
    return b"".join(
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for key in _public_keys().values()
    )


def check_key() -> None:
    """Raise ImproperlyConfigured unless a key that was given can be used."""
    if settings.RECEIPT_KEY:
        _read_private(settings.RECEIPT_KEY)
    _public_keys_of((), tuple(settings.RECEIPT_RETIRED_KEYS))


def _private_key() -> Ed25519PrivateKey:
    if settings.RECEIPT_KEY:
        return _read_private(settings.RECEIPT_KEY)
    return _read_private(_kept_seed(settings.VAR_DIR / KEY_FILE))


def _public_keys() -> dict[str, Ed25519PublicKey]:
    raw = _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return _public_keys_of((raw,), tuple(settings.RECEIPT_RETIRED_KEYS))


@lru_cache
def _public_keys_of(
    present: tuple[bytes, ...], retired: tuple[str, ...]
) -> dict[str, Ed25519PublicKey]:
    keys = [Ed25519PublicKey.from_public_bytes(raw) for raw in present]
    for text in retired:
        try:
            key = load_der_public_key(base64.b64decode(text, validate=True))
        except ValueError as error:
            raise ImproperlyConfigured("SINOVIK_RECEIPT_RETIRED_KEYS holds no key") from error
        if not isinstance(key, Ed25519PublicKey):
            raise ImproperlyConfigured("SINOVIK_RECEIPT_RETIRED_KEYS must be Ed25519 keys")
        keys.append(key)
    return {_name(key): key for key in keys}


@lru_cache
def _read_private(text: str) -> Ed25519PrivateKey:
    """Read PEM or a base64 seed of 32 bytes."""
    fault = "SINOVIK_RECEIPT_KEY must be an Ed25519 private key: PEM, or 32 bytes in base64"
    try:
        if "BEGIN" in text:
            # Environment files often hold the line breaks as two characters.
            key = load_pem_private_key(text.replace("\\n", "\n").encode(), password=None)
        else:
            key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(fault) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(fault)
    return key


@lru_cache
def _kept_seed(path: Path) -> str:
    """The seed in a file; made by the first process that asks, never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(SEED_LENGTH)).decode())
        try:
            # Unlike a rename, a link fails where another process was faster.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _name(key: Ed25519PublicKey) -> str:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:ID_LENGTH]
