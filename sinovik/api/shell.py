"""The NinjaAPI object: one form of error (RFC 9457), an ETag on every answer."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from sinovik.api.pages import UnknownCursor
from sinovik.web.access import Forbidden, Refusal

PROBLEM = "application/problem+json"
SHOWN = 80
LONGEST = 500
"""Characters of a parameter."""
STORABLE = "^[^\\u0000]*$"
PROBLEMS = {
    "int_parsing": gettext_lazy("harus bilangan bulat"),
    "int_parsing_size": gettext_lazy("harus bilangan bulat"),
    "greater_than_equal": gettext_lazy("paling kecil %(ge)s"),
    "less_than_equal": gettext_lazy("paling besar %(le)s"),
}
"""What pydantic finds wrong with a value, by its name for that, in words."""
ERRORS = {
    "404": "There is no such thing, or it is not public",
    "422": "A parameter is unknown, repeated or wrong; errors name it",
    "429": "Too many requests in this minute; Retry-After says how long to wait",
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "detail"],
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
ANSWER = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
GONE = {
    "responses": {
        410: {"description": "It was withdrawn; detail says when and why", "content": ANSWER}
    }
}
"""For `openapi_extra` of what can be withdrawn."""


class ReadOnlyApi(NinjaAPI):  # type: ignore[misc]
    """NinjaAPI whose good answers carry an ETag and are 304 when the caller has them."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The document, with what the gate asks of every parameter and answers to every fault."""
        schema = super().get_openapi_schema(*args, **kwargs)
        schema["info"]["license"] = {"name": "CC BY 4.0", "url": settings.DATA_LICENCE}
        schema["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        for operations in schema["paths"].values():
            operation = operations["get"]
            for parameter in operation["parameters"]:
                parameter["schema"] = _as_the_gate_asks(parameter["schema"])
            for status, description in ERRORS.items():
                told = {"description": description, "content": ANSWER}
                operation["responses"].setdefault(status, told)
        return schema

    def create_response(
        self,
        request: HttpRequest,
        data: Any,
        *args: Any,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """Render ``data``; answer 304 when the ETag is the one the caller named."""
        response: HttpResponse = super().create_response(
            request, data, *args, status=status, temporal_response=temporal_response
        )
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        # Whoever kept it asks again: no list is late after an announcement or a change.
        patch_cache_control(response, public=True, no_cache=True)
        return get_conditional_response(request, etag=etag, response=response) or response


def _as_the_gate_asks(schema: dict[str, Any]) -> dict[str, Any]:
    """Texts have a longest length and no NUL; leaving a parameter out is how to say nothing."""
    if "anyOf" in schema:
        schema = schema | {"anyOf": [one for one in schema["anyOf"] if one.get("type") != "null"]}
    if schema.get("type") == "array":
        schema = schema | {"items": _as_the_gate_asks(schema["items"])}
    if schema.get("type") == "string":
        schema = {"maxLength": LONGEST, "pattern": STORABLE} | schema
    return schema


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """An answer that says what is wrong and what to do next; `errors` name the parameters."""
    body: dict[str, Any] = {"type": "about:blank", "title": code, "status": status}
    body |= {"detail": detail} | ({"errors": errors} if errors else {})
    response = HttpResponse(json.dumps(body), status=status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    return response


def wrong_parameters(wrong: dict[str, str]) -> HttpResponse:
    """422, with a sentence for each parameter."""
    errors = [{"parameter": name[:SHOWN], "detail": said} for name, said in wrong.items()]
    return problem(422, "invalid", errors[0]["detail"], errors)


def _said(error: dict[str, Any]) -> str:
    name = str(error["loc"][-1])
    if known := PROBLEMS.get(error["type"]):
        problem = known % error.get("ctx", {})
        return _("Nilai “%(name)s” %(problem)s.") % {"name": name, "problem": problem}
    return _("Nilai “%s” tidak berlaku. Lihat /api/v1/openapi.json.") % name


def build_api() -> ReadOnlyApi:
    """Make the API without routers. Its documentation page needs scripts from elsewhere: off."""
    api = ReadOnlyApi(
        title="SINOVIK",
        version="1",
        description="Public service innovations and results of the contest, to be read.",
        urls_namespace="api",
        docs_url=None,
        openapi_url="/openapi.json",
    )

    @api.exception_handler(Http404)  # type: ignore[untyped-decorator]
    def missing(request: HttpRequest, exception: Http404) -> HttpResponse:
        return problem(404, "not_found", _("Data ini tidak ada."))

    @api.exception_handler(ValidationError)  # type: ignore[untyped-decorator]
    def invalid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
        return wrong_parameters({str(one["loc"][-1]): _said(one) for one in exception.errors})

    @api.exception_handler(UnknownCursor)  # type: ignore[untyped-decorator]
    def lost(request: HttpRequest, exception: UnknownCursor) -> HttpResponse:
        return wrong_parameters({"cursor": str(exception)})

    @api.exception_handler(Forbidden)  # type: ignore[untyped-decorator]
    def forbidden(request: HttpRequest, exception: Forbidden) -> HttpResponse:
        return problem(403, "forbidden", str(exception))

    @api.exception_handler(Refusal)  # type: ignore[untyped-decorator]
    def refused(request: HttpRequest, exception: Refusal) -> HttpResponse:
        return problem(409, "refused", str(exception))

    @api.exception_handler(HttpError)  # type: ignore[untyped-decorator]
    def failed(request: HttpRequest, exception: HttpError) -> HttpResponse:
        return problem(exception.status_code, "failed", str(exception))

    return api
