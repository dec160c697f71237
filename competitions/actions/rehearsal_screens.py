"""Pages as a person of the rehearsal would see them, taken inside its transaction."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.test import Client

from agencies.models import User

SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
CONTROL = re.compile(r"<(button|input|select|textarea)\b")
LINK = re.compile(r'(<a\b[^>]*?) href="(?!#)[^"]*"')
TOKEN = re.compile(r'<input[^>]*name="csrfmiddlewaretoken"[^>]*>')
LIVE = re.compile(r' (?:data-hx-[a-z-]+|data-autosave[a-z-]*)="[^"]*"')


@dataclass(frozen=True)
class Screen:
    """A page: what it is, who sees it, its HTML with nothing left to press."""

    title: str
    who: str
    html: str

    def as_json(self) -> dict[str, str]:
        """As the rehearsal keeps it."""
        return {"title": self.title, "who": self.who, "html": self.html}


def screen_of(title: str, user: User, path: str) -> Screen:
    """What the person sees at the path. Only signed-in pages: they are kept in no cache."""
    host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
    client = Client(SERVER_NAME=host.lstrip("."), raise_request_exception=True)
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    response = client.get(path, secure=True)
    return Screen(title, user.name, lifeless(response.content.decode()))


def lifeless(html: str) -> str:
    """The page without scripts, tokens and live parts, its links and controls dead."""
    for pattern in (SCRIPT, TOKEN, LIVE):
        html = pattern.sub("", html)
    return LINK.sub(r"\1", CONTROL.sub(r"<\1 disabled", html))
