"""mutmut, which also changes what a question to the database compares by: `__gt` to `__gte`.

`python -m bench.mutants` runs it; it takes what `python -m mutmut` takes.
"""

import importlib
from collections.abc import Iterator

import libcst as cst
from mutmut.mutation import file_mutation, mutators

NEIGHBOURS = {"gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt"}


def neighbours(node: cst.Arg) -> Iterator[cst.Arg]:
    """The same argument with the neighbouring comparison, where it names one."""
    field, _, comparison = node.keyword.value.rpartition("__") if node.keyword else ("", "", "")
    if field and comparison in NEIGHBOURS:
        yield node.with_changes(keyword=cst.Name(f"{field}__{NEIGHBOURS[comparison]}"))


if __name__ == "__main__":
    known = mutators.mutation_operators
    vars(file_mutation)["mutation_operators"] = [*known, (cst.Arg, neighbours)]
    importlib.import_module("mutmut.__main__").cli()
