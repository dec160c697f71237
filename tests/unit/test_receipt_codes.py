"""Codes that people read aloud; QR codes; the key that signs. No database."""

import base64
import stat
from pathlib import Path

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from sinovik.audit import signing
from sinovik.audit.codes import ALPHABET, grouped, new_code, read_code
from sinovik.exports import qr_code

ALPHABET_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def pem(key: object) -> str:
    return key.private_bytes(  # type: ignore[attr-defined,no-any-return]
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode()


def der_line(key: Ed25519PrivateKey) -> str:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def test_code_is_fifty_random_bits() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {10}
    assert set("".join(codes)) == set(ALPHABET)
    assert len(ALPHABET) == 32
    assert not set(ALPHABET) & set("ILOU")


@given(st.text(ALPHABET, min_size=10, max_size=10))
def test_code_is_read_however_it_is_typed(code: str) -> None:
    said = grouped(code)
    assert said.count("-") == 2
    worst = said.lower().replace("0", "o").replace("1", "l").replace("-", " – ")
    for typed in (code, said, worst, f"  {said}\n", said.replace("1", "I").replace("0", "O")):
        assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "7K3F", "7K3F9QXA222", "7K3F-9QXA-2U", "é" * 10])
def test_what_is_no_code_is_not_read_as_one(typed: str) -> None:
    assert read_code(typed) == ""


def test_seed_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "key"
    seed = signing._kept_seed(file)
    assert len(base64.b64decode(seed)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signing._kept_seed.cache_clear()
    assert signing._kept_seed(file) == seed
    assert [path.name for path in file.parent.iterdir()] == ["key"]


def test_key_may_come_as_pem_or_as_seed(settings: object) -> None:
    key = Ed25519PrivateKey.generate()
    names = set()
    raw = base64.b64encode(
        key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    ).decode()
    for text in (pem(key), pem(key).replace("\n", "\\n"), raw):
        settings.RECEIPT_KEY = text  # type: ignore[attr-defined]
        signing.check_key()
        names.add((signing.key_id(), signing.sign(b"x"), signing.public_pem()))
    assert len(names) == 1


@pytest.mark.parametrize("text", ["short", "AAAA", pem(generate_private_key(SECP256R1()))])
def test_key_that_cannot_sign_is_refused(settings: object, text: str) -> None:
    settings.RECEIPT_KEY = text  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="SINOVIK_RECEIPT_KEY"):
        signing.check_key()


def test_retired_key_still_verifies_and_is_published(settings: object) -> None:
    old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    settings.RECEIPT_KEY = pem(old)  # type: ignore[attr-defined]
    name, signature = signing.key_id(), signing.sign(b"text")
    settings.RECEIPT_KEY = pem(new)  # type: ignore[attr-defined]
    assert not signing.is_signed(b"text", signature, name)
    settings.RECEIPT_RETIRED_KEYS = [der_line(old)]  # type: ignore[attr-defined]
    assert signing.is_signed(b"text", signature, name)
    assert not signing.is_signed(b"text", signature, signing.key_id())
    published = signing.public_pem().decode()
    assert published.index(der_line(new)) < published.index(der_line(old))
    assert "-----END PUBLIC KEY-----\n-----BEGIN PUBLIC KEY-----" in published


@pytest.mark.parametrize("text", ["x", base64.b64encode(b"no key").decode()])
def test_retired_key_that_is_none_is_refused(settings: object, text: str) -> None:
    settings.RECEIPT_RETIRED_KEYS = [text]  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured):
        signing.check_key()


def test_retired_key_of_another_kind_is_refused(settings: object) -> None:
    der = generate_private_key(SECP256R1()).public_key()
    octets = der.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    settings.RECEIPT_RETIRED_KEYS = [base64.b64encode(octets).decode()]  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="Ed25519"):
        signing.check_key()


@pytest.mark.parametrize("signature", ["", "no base64", "AAAA", "=" * 88])
def test_signature_that_is_none_does_not_verify(signature: str) -> None:
    assert not signing.is_signed(b"text", signature, signing.key_id())


def test_signature_has_one_form_only() -> None:
    signature = signing.sign(b"text")
    assert signing.is_signed(b"text", signature, signing.key_id())
    # The last character before the padding carries four bits that base64 ignores.
    spare = ALPHABET_64[ALPHABET_64.index(signature[-3]) ^ 1]
    assert not signing.is_signed(b"text", signature[:-3] + spare + "==", signing.key_id())


def test_qr_path_draws_each_dark_module() -> None:
    text = "http://localhost:8000/verifikasi/7K3F-9QXA-22/"
    drawn = qr_code(text)
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    dark = {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    found = set()
    for run in drawn.path.split("z")[:-1]:
        start, rest = run[1:].split("h", 1)
        x, y = (int(number) for number in start.split())
        found |= {(x + step, y) for step in range(int(rest.split("v")[0]))}
    assert found == dark
    assert drawn.size == len(rows)
    assert "style" not in drawn.svg
