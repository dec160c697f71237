"""mutmut, which also changes what a question to the database compares by: `__gt` to `__gte`.

`python -m bench.mutants` runs it; it takes what `python -m mutmut` takes.
"""

from collections.abc import Iterator

import libcst as cst
from mutmut.__main__ import cli
from mutmut.mutation.mutators import mutation_operators

NEIGHBOURS = {"gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt"}


def neighbours(node: cst.Arg) -> Iterator[cst.Arg]:
    """The same argument with the neighbouring comparison, where it names one."""
    field, _, comparison = node.keyword.value.rpartition("__") if node.keyword else ("", "", "")
    if field and comparison in NEIGHBOURS:
        yield node.with_changes(keyword=cst.Name(f"{field}__{NEIGHBOURS[comparison]}"))


if __name__ == "__main__":
    mutation_operators.append((cst.Arg, neighbours))
    cli()
