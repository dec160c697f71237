"""Where files are kept: a directory without an address, or an S3 bucket."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext_lazy as _

from sinovik.files.places import WaitingRoom
from sinovik.files.refusals import FileRefused

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}\Z")
BLOCK = 1024 * 1024
# What a disk and a bucket raise when they can't.
FAILURES = (OSError, BotoCoreError, ClientError)
# Eight threads that wait for a silent store would be all that a web machine has.
_readers = WaitingRoom()


class StorageFailed(FileRefused):
    """The store did not answer or did not keep what it was given; nothing was kept."""

    default_message = _(
        "Penyimpanan berkas sedang terganggu. Berkas belum tersimpan; coba lagi beberapa menit "
        "lagi."
    )


def keep(path: Path) -> str:
    """Keep a copy of the file at `path`; return its random name, by which it is found again.

    What was written is read back and compared, because stores have been seen to accept
    what they did not keep. Raises StorageFailed.
    """
    name = secrets.token_hex(16)
    name = f"{name[:2]}/{name[2:4]}/{name}"
    store = _store()
    try:
        with path.open("rb") as file:
            wanted = _digest(file)
            file.seek(0)
            kept = store.save(name, File(file))
        _settle(store, kept)
        with store.open(kept) as file:
            is_same = kept == name and _digest(cast(BinaryIO, file)) == wanted
    except FAILURES as error:
        raise StorageFailed from error
    if not is_same:
        _forget(store, kept)
        raise StorageFailed
    return name


def open_kept(name: str) -> BinaryIO:
    """The kept file, open for reading; raises StorageFailed, at once where others wait for it.

    It is here when this returns: what fails fails before an answer has begun.
    """
    try:
        with _readers.place():
            found = _store().open(_checked(name))
            # A bucket's file is fetched by this; one of the disk is open already.
            found.file  # noqa: B018
            return cast(BinaryIO, found)
    except FAILURES as error:
        raise StorageFailed from error


def kept_size(name: str) -> int:
    """Bytes of the kept file; raises StorageFailed."""
    try:
        with _readers.place():
            return _store().size(_checked(name))
    except FAILURES as error:
        raise StorageFailed from error


def remove(name: str) -> None:
    """Remove the kept file; one that is gone already is no error."""
    try:
        _store().delete(_checked(name))
    except FAILURES as error:
        raise StorageFailed from error


def _store() -> Storage:
    return storages["uploads"]


def _checked(name: str) -> str:
    if not NAME.match(name):
        raise StorageFailed
    return name


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _settle(store: Storage, name: str) -> None:
    """Wait until a local disk has the file and its directory entry."""
    try:
        path = Path(store.path(name))
    except NotImplementedError:
        return
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _forget(store: Storage, name: str) -> None:
    try:
        store.delete(name)
    except FAILURES:
        # It has a random name and no row points to it.
        return
