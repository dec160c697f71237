"""Copies of uploaded files on the shelf, and back."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.storage import Storage, storages

from sinovik.files.storage import FAILURES, NAME
from sinovik.management.backups.faults import BackupFailed
from sinovik.management.backups.sealing import ENDING, seal_file, unseal_file
from sinovik.management.backups.shelf import Shelf


def copy_new_uploads(shelf: Shelf) -> int:
    """Seal each upload that is not on the shelf yet; how many. Raises BackupFailed."""
    known = {_name_of(shelf, path) for path in sealed_uploads(shelf)}
    store, count = storages["uploads"], 0
    for name in _names(store):
        if name in known:
            continue
        try:
            with store.open(name) as file:
                seal_file(
                    cast(BinaryIO, file), _place(shelf, name), key=shelf.key, name=f"uploads/{name}"
                )
        except FileNotFoundError:
            continue  # removed between listing and reading
        except FAILURES as error:
            raise BackupFailed(f"uploads/{name}: {type(error).__name__}") from error
        count += 1
    return count


def sealed_uploads(shelf: Shelf) -> Iterator[Path]:
    """Sealed uploads on the shelf, in no order."""
    return shelf.directory("uploads").glob(f"??/??/*{ENDING}")


def restore_uploads(shelf: Shelf, names: Iterable[str], target: Path) -> int:
    """Unseal the named uploads under `target`; how many. Raises BackupFailed."""
    count = 0
    for name in names:
        if not NAME.match(name):
            raise BackupFailed(f"{name[:60]!r} bukan nama berkas unggahan.")
        place = target / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unseal_file(_place(shelf, name), place, key=shelf.key, name=f"uploads/{name}")
        place.chmod(0o600)
        count += 1
    return count


def _names(store: Storage) -> Iterator[str]:
    for first in _listed(store, ""):
        for second in _listed(store, first):
            below = f"{first}/{second}"
            for name in store.listdir(below)[1]:
                if NAME.match(f"{below}/{name}"):
                    yield f"{below}/{name}"


def _listed(store: Storage, place: str) -> list[str]:
    try:
        return sorted(store.listdir(place)[0])
    except FileNotFoundError:
        return []
    except FAILURES as error:
        raise BackupFailed(f"Penyimpanan berkas tidak terbaca: {error}") from error


def _place(shelf: Shelf, name: str) -> Path:
    return shelf.directory("uploads") / f"{name}{ENDING}"


def _name_of(shelf: Shelf, path: Path) -> str:
    return str(path.relative_to(shelf.root / "uploads")).removesuffix(ENDING)
