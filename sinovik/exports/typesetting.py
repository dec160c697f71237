"""The child process that sets one PDF: ``template``; inputs from stdin, the PDF to stdout.

typst keeps parts of the last ten documents that a process has set, 44 MB for each of 300 pages and
more than a gigabyte for a judge's reading pack. What it keeps goes with the child.
"""

import sys
from pathlib import Path

import typst


def main(template: Path) -> None:
    """Set the template; a fault of it goes to stderr and ends with 1."""
    try:
        made = typst.compile(
            str(template),
            root=str(template.parent),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": sys.stdin.read()},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
