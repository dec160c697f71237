"""The page for an address that only takes forms: reached by reloading, by switching the language
or by signing in again, where a browser would show its own blank one."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import Resolver404, resolve


class FormOnlyMiddleware:
    """Gives an empty 405 a body that says nothing was sent and leads to the page of the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_refused = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if is_refused and request.method == "GET" and not response.content:
            told = {"form_href": page_above(request.path_info)}
            response.content = loader.get_template("405.html").render(told).encode()
        return response


def page_above(path: str) -> str:
    """The way up from an address to the nearest one that exists.

    Relative, so that the page for another's form and for none has not a byte of difference.
    """
    way = "../" if path.endswith("/") else "./"
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            resolve(f"{path}/")
        except Resolver404:
            way += "../"
            continue
        return way
    return "/"
