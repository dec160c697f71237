"""Every address of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from agencies.api import router as agencies_router
from competitions.api import router as competitions_router
from innovations.api import router as innovations_router
from sinovik.api import build_api, guard, no_such_address
from sinovik.home import health, openness, reporting, sitemaps
from sinovik.web.access import PUBLIC, declare
from sinovik.web.routes import app

api = build_api()
for router in (agencies_router, innovations_router, competitions_router):
    api.add_router("", router)
# Read once: the property builds new views each time.
api_urls = api.urls
guard(api, api_urls[0])
declare(api_urls[0], PUBLIC)

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/security.txt", reporting.security_text, name="security_text"),
    path("csp", reporting.policy_report, name="policy_report"),
    path("api/v1/", api_urls),
    path("api/v1/<path:rest>", no_such_address),
    *sitemaps.patterns,
    *openness.patterns,
    *i18n_patterns(
        path("akun/", include("sinovik.account_urls")),
        app("sinovik.notifications.urls"),
        app("sinovik.home.urls"),
        app("agencies.urls"),
        app("innovations.urls"),
        app("competitions.urls"),
        prefix_default_language=False,
    ),
]

handler400 = "sinovik.home.errors.bad_request"
handler403 = "sinovik.home.errors.forbidden"
handler500 = "sinovik.home.errors.server_error"
