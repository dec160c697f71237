"""Where a request may send its reader: to a page of this site and nowhere else."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_path(wanted: str) -> str:
    """The path with its query, as it was named; empty where it would leave the site."""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else ""
