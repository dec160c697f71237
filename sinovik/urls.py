"""Every address of the site."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from sinovik.home import health
from sinovik.web.access import PUBLIC, SIGNED_IN, declare  # noqa: F401


def _app(module: str) -> list[URLPattern | URLResolver]:
    return [path("", include(module))] if find_spec(module) else []


urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    *i18n_patterns(
        path("akun/", include("sinovik.account_urls")),
        *_app("sinovik.home.urls"),
        *_app("agencies.urls"),
        *_app("innovations.urls"),
        *_app("competitions.urls"),
        prefix_default_language=False,
    ),
]
