"""The API's shell: gate, errors, pages, ETag and OpenAPI. The apps bring the routers."""

from sinovik.api.gate import MOST, guard, no_such_address
from sinovik.api.pages import Pages, Rows
from sinovik.api.shell import GONE, build_api, problem

__all__ = [
    "GONE",
    "MOST",
    "Pages",
    "Rows",
    "build_api",
    "guard",
    "no_such_address",
    "problem",
]
