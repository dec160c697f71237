"""Where backups stand: base copies in sets, the log, uploads; each file sealed.

sets/<stamp>/manifest.json   what the set is, with the digest of each file and a MAC
sets/<stamp>/base.sealed     the data directory as one tar
wal/<segment>.sealed         the log, from the oldest set's beginning up to now
uploads/ab/cd/<name>.sealed  each file once; its name is random and its content final
"""

import base64
import binascii
import hashlib
import hmac
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from sinovik.management.backups.faults import BackupFailed
from sinovik.management.backups.sealing import ENDING, digest_of

FORMAT = "sinovik-backup-1"
KEY_LENGTH = 32


@dataclass(frozen=True)
class Part:
    """A sealed file of a set: its place under the shelf, its size and digest as it lies there."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a set is. Instants are ISO 8601 by the database's clock."""

    stamp: str
    engine: str
    began_at: str
    ended_at: str
    major: int
    first_wal: str
    user: str
    database: str
    parts: list[Part] = field(default_factory=list)
    uploads: list[Part] = field(default_factory=list)

    @property
    def ended(self) -> datetime:
        """From when on it can be restored."""
        return datetime.fromisoformat(self.ended_at)


class Shelf:
    """The directory of backups and the key that they are sealed with."""

    def __init__(self, root: Path, key: bytes) -> None:
        self.root = root
        self.key = key

    def directory(self, part: str) -> Path:
        """A part of the shelf; made where it is missing."""
        path = self.root / part
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def sets(self) -> list[str]:
        """Stamps of whole sets, oldest first."""
        return sorted(path.parent.name for path in self.root.glob("sets/*/manifest.json"))

    def manifests(self) -> Iterator[Manifest]:
        """Whole sets, oldest first. Raises BackupFailed at one that was changed."""
        return map(self.read_manifest, self.sets())

    def newest_before(self, instant: datetime) -> Manifest:
        """The newest set that ended by `instant`. Raises BackupFailed where none did."""
        found = [one for one in self.manifests() if one.ended <= instant]
        if not found:
            raise BackupFailed(f"Tidak ada cadangan yang selesai sebelum {instant.isoformat()}.")
        return found[-1]

    def part(self, path: Path) -> Part:
        """Describe a sealed file of the shelf."""
        place = str(path.relative_to(self.root))
        return Part(place, path.stat().st_size, digest_of(path))

    def write_manifest(self, manifest: Manifest) -> None:
        """Write it last: without one a set does not exist."""
        content = {"format": FORMAT} | asdict(manifest)
        path = self.root / "sets" / manifest.stamp / "manifest.json"
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(content | {"mac": self._mac(content)}, indent=1))
        draft.replace(path)

    def read_manifest(self, stamp: str) -> Manifest:
        """Read one. Raises BackupFailed where a byte of what it says was changed."""
        path = self.root / "sets" / stamp / "manifest.json"
        try:
            content = json.loads(path.read_text())
            mac = content.pop("mac")
        except (OSError, ValueError, KeyError) as error:
            raise BackupFailed(f"Manifes {stamp} tidak terbaca.") from error
        if not hmac.compare_digest(str(mac), self._mac(content)):
            raise BackupFailed(f"Manifes {stamp} berubah, atau kuncinya lain.")
        if content.pop("format") != FORMAT or content["stamp"] != stamp:
            raise BackupFailed(f"Manifes {stamp} bukan manifes cadangan ini.")
        for name in ("parts", "uploads"):
            content[name] = [Part(**part) for part in content[name]]
        return Manifest(**content)

    def check(self, manifest: Manifest) -> int:
        """Read every file of a set; how many octets. Raises BackupFailed naming the first fault."""
        for part in (*manifest.parts, *manifest.uploads):
            path = self.root / part.path
            if not path.is_file():
                raise BackupFailed(f"{part.path}: berkasnya tidak ada.")
            if path.stat().st_size != part.size or digest_of(path) != part.sha256:
                raise BackupFailed(f"{part.path}: sidiknya lain dari yang tercatat.")
        return sum(part.size for part in (*manifest.parts, *manifest.uploads))

    def forget_older(self, keep: int) -> int:
        """Drop all but the newest `keep` sets, and the log and uploads that none needs."""
        stamps = self.sets()
        for stamp in stamps[:-keep]:
            shutil.rmtree(self.root / "sets" / stamp)
        kept = list(self.manifests())
        if kept and len(stamps) > keep:
            self._forget_log(kept[0])
        return max(0, len(stamps) - keep)

    def _forget_log(self, oldest: Manifest) -> None:
        for path in self.directory("wal").glob(f"*{ENDING}"):
            # The first eight digits number the timeline.
            if len(path.name) >= 24 and path.name[8:24] < oldest.first_wal[8:24]:
                path.unlink()

    def _mac(self, content: dict[str, Any]) -> str:
        plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        return hmac.new(self.key, plain, hashlib.sha256).hexdigest()


def configured_shelf() -> Shelf:
    """The shelf of the settings. Raises BackupFailed where one of them is missing."""
    if not settings.BACKUP_DIR:
        raise BackupFailed("SINOVIK_BACKUP_DIR belum diisi: di mana cadangan disimpan.")
    try:
        key = base64.b64decode(settings.BACKUP_KEY, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_LENGTH:
        raise BackupFailed(
            "SINOVIK_BACKUP_KEY harus 32 bita dalam base64, misalnya dari: openssl rand -base64 32"
        )
    return Shelf(Path(settings.BACKUP_DIR), key)
