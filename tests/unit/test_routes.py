"""Addresses that are found by their first word are those that were written down, in that order."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.urls.resolvers import RegexPattern, URLResolver

from sinovik.web.routes import grouped


def _view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _named(*routes: str) -> list[URLPattern]:
    return [path(route, _view, name=f"{number}") for number, route in enumerate(routes)]


def test_an_address_of_two_patterns_goes_to_the_first_though_they_stand_in_groups() -> None:
    patterns = _named("kerja/a/", "lain/", "kerja/<slug:any>/", "kerja/b/", "<slug:any>/c/",
                      "kerja/c/", "", "kerja/a/<int:pk>/", "lain/<int:pk>/")  # fmt: skip
    plain = URLResolver(RegexPattern(r"^/"), patterns)
    found = URLResolver(RegexPattern(r"^/"), grouped([*patterns]))
    for asked in ("/kerja/a/", "/kerja/b/", "/kerja/c/", "/kerja/a/7/", "/lain/", "/lain/7/", "/",
                  "/andere/c/"):  # fmt: skip
        assert found.resolve(asked).url_name == plain.resolve(asked).url_name
        assert found.resolve(asked).route == plain.resolve(asked).route
    assert len(found.url_patterns) < len(patterns)
