"""Who is there when a registration closes: those who submit, who still write, who come too late."""

import re
import time
from html import unescape
from typing import Any
from urllib.parse import urlencode

from bench.load.crowd import Person

SECTIONS = ("background", "novelty", "sustainability")
FIELD = re.compile(r'name="(csrfmiddlewaretoken|request_key)" value="([^"]+)"')
NOTICE = re.compile(r"<[^>]+>")
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")
TOO_LATE = "Isinya sudah disimpan seperti adanya"
TRIES = 5
REFUSED = 422
STAND_BACK = 503
"""With Retry-After, to which autosave.js keeps: the text stays on the device, and is sent again."""


class Submitter(Person):
    """Has the page open, presses the button at the hour of the plan, reads the receipt."""

    kind = "submitter"

    def play(self) -> None:
        """Open, wait, submit, and on no answer ask again with the same key."""
        path = f"/kerja/peserta/{self.part['entry']}/ajukan/"
        self.wait_until(self.part["opens_at"])
        fields = self.opened(path)
        if not fields:
            self.tell(innovation=self.part["innovation"], unopened=True)
            return
        self.wait_until(self.part["at"])
        self.pressed_at = time.time()
        for _try in range(TRIES):
            answer = self.ask(
                "POST", path, name="submit", good=(302, REFUSED), data=urlencode(fields),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )  # fmt: skip
            if answer.status_code in (302, REFUSED):
                break
        self.hear(answer, fields["request_key"])

    def opened(self, path: str) -> dict[str, str]:
        """The fields of the form on the page; none where it could not be opened."""
        for _try in range(TRIES):
            page = self.ask("GET", path, name="page of the button", good=(200,))
            if page.status_code == 200:
                found = {name: unescape(value) for name, value in FIELD.findall(page.text)}
                return found if len(found) == 2 else {}
        return {}

    def hear(self, answer: Any, key: str) -> None:
        """Believe the answer, and note it."""
        row: dict[str, Any] = {
            "entry": self.part["entry"],
            "innovation": self.part["innovation"],
            "pressed_at": self.pressed_at,
        }
        where = answer.headers.get("location", "") if answer.headers else ""
        if answer.status_code == 302 and where.endswith("tanda-terima/"):
            receipt = self.ask("GET", where, name="receipt", good=(200,))
            self.tell(**row, acknowledged=key, code=bool(CODE.search(receipt.text or "")))
        elif answer.status_code == REFUSED:
            # The page again, with the reason on top.
            self.tell(
                **row,
                refused=key,
                has_reason=TOO_LATE in NOTICE.sub("", answer.text),
            )
        else:
            self.tell(**row, unsure=key, status=answer.status_code)


class Latecomer(Submitter):
    """Presses the button after the instant."""

    kind = "latecomer"


class Writer(Person):
    """Types into the sections until the close; each text is saved over the version before."""

    kind = "writer"

    def play(self) -> None:
        """Save every few seconds, remember the newest version and the texts."""
        version, number = self.part["version"], 0
        row: dict[str, Any] = {"saves": 0, "later": 0, "texts": {}, "broken": []}
        at = self.part["at"]
        while at < self.plan["closes_at"]:
            self.wait_until(at)
            number += 1
            section = SECTIONS[number % len(SECTIONS)]
            text = f"Putaran {number}: {section} yang masih ditulis menjelang penutupan."
            answer = self.ask(
                "PUT", f"/kerja/peserta/{self.part['entry']}/bagian/{section}/", name="autosave",
                good=(200, 204, STAND_BACK), json={"text": text},
                headers={"If-Match": f'"{version}"', "X-CSRFToken": self.part["token"]},
            )  # fmt: skip
            if answer.status_code in (200, 204):
                told = int(answer.headers["etag"].removeprefix("W/").strip('"'))
                if told <= version:
                    row["broken"].append(f"{section}: saved as {told} after {version}")
                version, row["saves"] = told, row["saves"] + 1
                row["texts"][section] = text
            elif answer.status_code == STAND_BACK and answer.headers.get("retry-after"):
                row["later"] += 1
                at = time.time() + int(answer.headers["retry-after"]) - self.plan["types_every"]
            elif answer.status_code == 409:
                version = answer.json()["version"]
            at = max(at + self.plan["types_every"], time.time())
        self.tell(innovation=self.part["innovation"], version=version, **row)
