"""Files of a backup: compressed, encrypted, and refused if one byte is another.

The STREAM construction over AES-256-GCM: frames of one mebibyte, each under a counter and a
mark on the last one, so that none can be changed, swapped, left out or cut off. The key of a
file comes from the backup's key, a salt and the file's name: one file can't stand for another.
"""

import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sinovik.management.backups.faults import BackupFailed

MAGIC = b"SINOVIK-SEALED-1\n"
SALT = 16
FRAME = 1024 * 1024
TAG = 16
ENDING = ".sealed"


def seal_file(source: BinaryIO, target: Path, *, key: bytes, name: str) -> None:
    """Seal all of `source` under `name`; `target` is there whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in _sealed(source, key, name):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_sealed(path: Path, *, key: bytes, name: str) -> BinaryIO:
    """The content of a sealed file, to be read to its end. Raises BackupFailed while reading."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(_opened(path, key, name)), FRAME))


def unseal_file(path: Path, target: Path, *, key: bytes, name: str) -> None:
    """Write the content of a sealed file to `target`. Raises BackupFailed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for piece in _opened(path, key, name):
            file.write(piece)


def digest_of(path: Path) -> str:
    """SHA-256 of a file as it lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"sinovik-backup|" + name.encode()).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _compressed(source: BinaryIO) -> Iterator[bytes]:
    packer = zlib.compressobj(1)
    while block := source.read(FRAME):
        yield packer.compress(block)
    yield packer.flush()


def _frames(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut into frames, each with whether it is the last."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > FRAME:
            yield bytes(held[:FRAME]), False
            del held[:FRAME]
    yield bytes(held), True


def _sealed(source: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    salt = os.urandom(SALT)
    cipher = _cipher(key, salt, name)
    yield MAGIC + salt
    for number, (frame, is_last) in enumerate(_frames(_compressed(source))):
        yield cipher.encrypt(_nonce(number, is_last=is_last), frame, MAGIC)


def _opened(path: Path, key: bytes, name: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise BackupFailed(f"{path.name}: bukan berkas cadangan.")
            cipher = _cipher(key, file.read(SALT), name)
            number, frame = 0, file.read(FRAME + TAG)
            while frame:
                following = file.read(FRAME + TAG)
                nonce = _nonce(number, is_last=not following)
                yield unpacker.decompress(cipher.decrypt(nonce, frame, MAGIC))
                number, frame = number + 1, following
        yield unpacker.flush()
    except (InvalidTag, ValueError, zlib.error) as error:
        raise BackupFailed(
            f"{path.name}: isinya berubah atau terpotong, atau kuncinya lain."
        ) from error
    except OSError as error:
        raise BackupFailed(f"{path.name}: tidak terbaca ({error.strerror}).") from error
    if not number or not unpacker.eof:
        raise BackupFailed(f"{path.name}: terpotong.")
