"""The child process: takes limits upon itself, cleans one file, writes the outcome beside it.

Called by sinovik.files in isolation, with an empty environment, in a directory of its own:
``kind source target outcome seconds``.
"""

import json
import os
import resource
import sys
from pathlib import Path

from sinovik.cleaning.faults import Fault, Unclean

MEMORY = 1_200 * 1024 * 1024
FILE_SIZE = 128 * 1024 * 1024
OPEN_FILES = 64


def limit(seconds: int) -> None:
    """Bound what the kernel will give this process."""
    for what, value in [
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(what, (value, value))
    os.umask(0o077)


def clean(kind: str, source: Path, target: Path) -> dict[str, object]:
    """Clean the file; the answer is a fault's code or what was made."""
    pages, was_changed = None, True
    # Only what the kind needs: a child should be up in a tenth of a second.
    try:
        if kind == "pdf":
            from sinovik.cleaning.pdf import clean_pdf

            pages, was_changed = clean_pdf(source, target)
        elif kind in {"docx", "xlsx"}:
            from sinovik.cleaning.office import clean_office

            clean_office(source, target, kind)
        else:
            from sinovik.cleaning.images import clean_image

            with source.open("rb") as given, target.open("wb") as drawn:
                clean_image(given, drawn, kind)
    except Unclean as unclean:
        return {"fault": unclean.fault}
    except (MemoryError, RecursionError):
        return {"fault": Fault.TOO_HARD}
    return {"pages": pages, "was_changed": was_changed}


def main() -> None:
    """Run once for the arguments given."""
    kind, source, target, outcome, seconds = sys.argv[1:]
    limit(int(seconds))
    answer = clean(kind, Path(source), Path(target))
    Path(outcome).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
