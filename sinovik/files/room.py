"""Whether the local disks have room for one more file and the copies that cleaning makes of it."""

import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages

LEAST_ROOM = 64 * 1024 * 1024


def free_octets() -> int:
    """What the fuller disk has: that of files on their way, or the one that keeps them."""
    places = [Path(settings.STAGE_DIR)]
    with suppress(NotImplementedError):  # a bucket
        places.append(Path(storages["uploads"].path("")))
    return min(shutil.disk_usage(_made(place)).free for place in places)


def has_room() -> bool:
    """Asked before a file is taken or cleaned: a full disk spoils what people sent in time."""
    return free_octets() >= LEAST_ROOM


def _made(place: Path) -> Path:
    while not place.exists():
        place = place.parent
    return place
