"""The NinjaAPI object: one form of error, an ETag on every answer."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from sinovik.web.access import Forbidden, Refusal

MAX_AGE = 60


class ReadOnlyApi(NinjaAPI):  # type: ignore[misc]
    """NinjaAPI whose good answers carry an ETag and are 304 when the caller has them."""

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
        if response.status_code != 200 or request.method not in ("GET", "HEAD"):
            return response
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        return get_conditional_response(request, etag=etag, response=response) or response


def build_api() -> ReadOnlyApi:
    """Make the API without routers. Its documentation page needs scripts from elsewhere: off."""
    api = ReadOnlyApi(
        title="SINOVIK",
        version="1",
        description=_("Data inovasi pelayanan publik dan hasil kompetisi, untuk dibaca."),
        urls_namespace="api",
        docs_url=None,
        openapi_url="/openapi.json",
    )

    def answer(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> Any:
        return api.create_response(
            request, {"error": {"code": code, "message": message, **more}}, status=status
        )

    @api.exception_handler(Http404)  # type: ignore[untyped-decorator]
    def missing(request: HttpRequest, exception: Http404) -> Any:
        return answer(request, 404, "not_found", _("Data ini tidak ada."))

    @api.exception_handler(ValidationError)  # type: ignore[untyped-decorator]
    def invalid(request: HttpRequest, exception: ValidationError) -> Any:
        fields = [
            {"field": str(error["loc"][-1]), "problem": error["msg"]} for error in exception.errors
        ]
        return answer(request, 422, "invalid", _("Periksa parameter."), fields=fields)

    @api.exception_handler(Forbidden)  # type: ignore[untyped-decorator]
    def forbidden(request: HttpRequest, exception: Forbidden) -> Any:
        return answer(request, 403, "forbidden", str(exception))

    @api.exception_handler(Refusal)  # type: ignore[untyped-decorator]
    def refused(request: HttpRequest, exception: Refusal) -> Any:
        return answer(request, 409, "refused", str(exception))

    @api.exception_handler(HttpError)  # type: ignore[untyped-decorator]
    def failed(request: HttpRequest, exception: HttpError) -> Any:
        return answer(request, exception.status_code, "failed", str(exception))

    return api
