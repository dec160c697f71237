"""The API's shell: errors, pages, ETag and OpenAPI. The apps bring the routers."""

from sinovik.api.pages import Pages
from sinovik.api.shell import build_api

__all__ = ["Pages", "build_api"]
