"""A visitor of the running site: one connection, its cookies, no redirect followed."""

import gzip
import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

SIGN_IN = "/akun/masuk/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CODE = re.compile(r"Kode akun contoh ini sekarang (\d{6})")
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Answer:
    """What the site said."""

    status: int
    kind: str
    body: bytes
    location: str = ""


class Visitor:
    """Asks the site as one person, or as a stranger."""

    def __init__(self, base: str) -> None:
        self.host = urlsplit(base).netloc
        self._line = http.client.HTTPConnection(self.host, timeout=120)
        self._cookies: dict[str, str] = {}

    def close(self) -> None:
        """Leave."""
        self._line.close()

    def get(self, address: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", address)

    def sign_in(self, email: str, password: str) -> None:
        """Go through the forms, as a person does; the demo tells the code of its second factor."""
        answer = self.send(SIGN_IN, {"login": email, "password": password})
        assert answer.status in REDIRECTS, f"{email} could not sign in: {answer.status}"
        page = self.get(answer.location).body.decode()
        if code := CODE.search(page):
            answer = self.send(answer.location, {"code": code[1]})
            assert answer.status in REDIRECTS, f"the code of {email} is refused: {answer.status}"

    def send(self, address: str, fields: dict[str, str], form_at: str = "") -> Answer:
        """Fill in a form: the one of the address itself, or of another page that leads there."""
        token = TOKEN.search(self.get(form_at or address).body.decode())
        assert token, f"no form at {form_at or address}"
        return self._ask("POST", address, urlencode({"csrfmiddlewaretoken": token[1]} | fields))

    def _ask(self, method: str, address: str, body: str | None = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Accept-Encoding": "gzip", "Host": self.host}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://{self.host}{SIGN_IN}",
            }
        try:
            self._line.request(method, address, body, headers)
            response = self._line.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # A line that lay idle while another visitor walked.
            self._line.close()
            self._line.request(method, address, body, headers)
            response = self._line.getresponse()
        content = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        for line in response.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        kind = (response.headers.get("Content-Type") or "").partition(";")[0]
        return Answer(response.status, kind, content, response.headers.get("Location") or "")
