"""Where a request may send its reader: to a page of this site and nowhere else."""

from django.conf import settings
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_from_path, override


def own_path(wanted: str) -> str:
    """The path with its query, in the language in use; empty where it would leave the site."""
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, None):
        return ""
    language = get_language() or settings.LANGUAGE_CODE
    named = get_language_from_path(wanted) or settings.LANGUAGE_CODE
    with override(named):
        return wanted if named == language else translate_url(wanted, language)
