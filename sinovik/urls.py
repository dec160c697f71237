"""Every address of the site."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from agencies.api import router as agencies_router
from competitions.api import router as competitions_router
from innovations.api import router as innovations_router
from sinovik.api import build_api
from sinovik.home import health
from sinovik.web.access import PUBLIC, declare


def _app(module: str) -> list[URLPattern | URLResolver]:
    return [path("", include(module))] if find_spec(module) else []


api = build_api()
for router in (agencies_router, innovations_router, competitions_router):
    api.add_router("", router)
# Read once: the property builds new views each time.
api_urls = api.urls
declare(api_urls[0], PUBLIC)

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api_urls),
    *i18n_patterns(
        path("akun/", include("sinovik.account_urls")),
        *_app("sinovik.home.urls"),
        *_app("agencies.urls"),
        *_app("innovations.urls"),
        *_app("competitions.urls"),
        prefix_default_language=False,
    ),
]

handler500 = "sinovik.home.errors.server_error"
