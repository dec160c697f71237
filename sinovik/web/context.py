"""What the page shell shows: links, languages, addresses."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sinovik.web.sessions import seconds_left

NAVIGATION = (
    ("home:front", _("Beranda"), "home"),
    ("innovations:innovation_list", _("Inovasi"), "bulb"),
    ("competitions:winner_list", _("Pemenang"), "trophy"),
    ("competitions:statistics", _("Statistik"), "chart-bar"),
)
# Addresses that lie elsewhere and belong to a link of the menu.
BELONGS = {
    f"competitions:{name}": "competitions:winner_list"
    for name in ("result_list", "badge_list", "badge_kit")
}
WORK = ("competitions:work_home", _("Kerja"), "briefcase")
FOOTER = (
    ("home:help", _("Bantuan")),
    ("competitions:news_list", _("Berita")),
    ("innovations:agency_list", pgettext_lazy("banyak", "Instansi")),
    ("innovations:province_list", pgettext_lazy("banyak", "Provinsi")),
    ("innovations:category_list", pgettext_lazy("banyak", "Kategori")),
    ("competitions:edition_list", _("Kompetisi")),
    ("innovations:replication_hub", _("Replikasi")),
    ("home:accessibility", _("Pernyataan aksesibilitas")),
    ("home:privacy", _("Privasi")),
    ("home:about", _("Tentang data")),
    ("home:open_data", _("Data terbuka")),
    ("competitions:verification", _("Verifikasi tanda terima")),
)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _plain_path(path: str) -> str:
    """Take the language prefix off: the default language has none."""
    return path[3:] if path.startswith("/en/") else path


def _current(path: str, href: str, owner: str) -> str:
    """Whether the page is that of the link, or belongs to it: the value of `aria-current`."""
    if path == href:
        return "page"
    if owner:
        return "true" if href == owner else ""
    return "true" if href not in {"/", "/en/"} and path.startswith(href) else ""


@cache
def _links(
    _language: str, _urlconf: str
) -> tuple[tuple[dict[str, str], ...], tuple[dict[str, str], ...]]:
    """Main menu and footer in the language in use, which `_language` names."""
    navigation = tuple(
        {"text": str(text), "icon": icon, "href": href}
        for name, text, icon in (*NAVIGATION, WORK)
        if (href := _address(name))
    )
    footer = tuple(
        {"text": str(text), "href": href} for name, text in FOOTER if (href := _address(name))
    )
    return navigation, footer


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates/base.html its links; nothing here reads the database."""
    plain = _plain_path(request.path)
    language = get_language() or settings.LANGUAGE_CODE
    query = request.META.get("QUERY_STRING", "")
    other = "en" if language == "id" else "id"
    alternates = {"id": plain, "en": f"/en{plain}"}
    user = getattr(request, "user", None)
    is_known = bool(user and user.is_authenticated)
    match = getattr(request, "resolver_match", None)
    owner = _address(BELONGS[match.view_name]) if match and match.view_name in BELONGS else ""
    links, footer = _links(language, get_urlconf() or settings.ROOT_URLCONF)
    return {
        "sso_name": settings.SSO_NAME,
        "contact": settings.CONTACT_EMAIL,
        "shell": {
            "session_left": seconds_left(request) if is_known else None,
            "navigation": [
                link | {"current": _current(request.path, link["href"], owner)}
                for link in links
                if is_known or link["icon"] != WORK[-1]
            ],
            "footer": footer,
            "language": language,
            "other_language": other,
            "other_href": alternates[other] + (f"?{query}" if query else ""),
            "canonical": settings.SITE_ADDRESS + request.path,
            "alternates": {code: settings.SITE_ADDRESS + path for code, path in alternates.items()},
        },
    }
