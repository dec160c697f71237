"""Where a measurement lives: never in the place of whoever asks for it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_directory(name: str, var: str = "") -> Iterator[Path]:
    """A directory that is forgotten; Django, set up inside, keeps its cluster in `var` there."""
    directory = Path(tempfile.mkdtemp(prefix=f"sinovik-{name}-"))
    os.environ["SINOVIK_VAR"] = str(directory / var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sinovik.settings"
    os.environ.pop("DATABASE_URL", None)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
