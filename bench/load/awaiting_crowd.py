"""Who waits for a result: strangers that ask for its pages from before it is out."""

import re
import time
from itertools import cycle
from typing import Any

from bench.load.crowd import Person

TITLE = re.compile(rb"Inovasi \d")
BRAKED = 429
"""The API's answer to an address that asks too often: here all visitors have one."""


class Visitor(Person):
    """Asks for one page after the other, until the crowd goes home."""

    kind = "visitor"

    def play(self) -> None:
        """Look at each answer for what nobody may know yet, or must know by now."""
        instant = self.plan["announce_at"]
        row: dict[str, Any] = {"absent": {}, "shown": {}, "early": [], "outdated": [], "answers": 0}
        pages = self.plan["pages"]
        first = self.part["first"] % len(pages)
        for page in cycle(pages[first:] + pages[:first]):
            asked_at = time.time()
            if asked_at >= self.plan["leaves_at"]:
                break
            answer = self.ask("GET", page["path"], name=page["name"], good=tuple(page["good"]))
            told_at = time.time()
            row["answers"] += answer.status_code in page["good"]
            is_shown = self.shows(answer)
            if is_shown:
                row["shown"].setdefault(page["name"], asked_at - instant)
                if told_at < instant:
                    row["early"].append(f"{page['path']} {instant - told_at:.3f} s before")
            elif told_at < instant:
                row["absent"][page["name"]] = told_at - instant
            elif asked_at > instant + self.plan["within"] and answer.status_code not in (BRAKED, 0):
                row["outdated"].append(f"{page['path']} {asked_at - instant:.3f} s after")
            self.wait_until(asked_at + self.plan["asks_every"])
        self.tell(**row)

    def shows(self, answer: Any) -> bool:
        """Whether a decree's number or a title of a proposal stands in it."""
        # Octets as they came: 2,000 answers a second leave no time to decode them.
        octets = answer.content or b""
        return self.plan["decree"].encode() in octets or TITLE.search(octets) is not None
