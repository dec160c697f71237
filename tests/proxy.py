"""A shared cache between people and the site, as RFC 9111 lets one be: as bold as it may be."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sinovik.audit import clock

KEEPING = re.compile(r"s-maxage=(\d+)")
FORBIDDEN = ("no-store", "private")


@dataclass
class Copy:
    """A kept answer and the request headers that it was chosen by."""

    answer: Any
    asked: dict[str, str]
    kept_at: datetime
    seconds: int

    @property
    def is_fresh(self) -> bool:
        return clock.now() < self.kept_at + timedelta(seconds=self.seconds)


@dataclass
class SharedCache:
    """Keeps whatever it may; asks again with the validator when what it has is too old."""

    kept: dict[str, list[Copy]] = field(default_factory=dict)
    hits: int = 0
    revalidated: int = 0

    def get(self, client: Any, path: str, headers: dict[str, str]) -> Any:
        """What a person behind the cache gets; `client` is that person's browser."""
        cookies = "; ".join(f"{name}={one.value}" for name, one in sorted(client.cookies.items()))
        sent = {"cookie": cookies} | {name.lower(): value for name, value in headers.items()}
        copy = self._chosen(path, sent)
        if copy and copy.is_fresh:
            self.hits += 1
            return copy.answer
        known = {"If-None-Match": copy.answer["ETag"]} if copy and "ETag" in copy.answer else {}
        answer = client.get(path, headers=headers | known)
        if copy and answer.status_code == 304:
            self.revalidated += 1
            self._keep(path, sent, answer, copy.answer)
            return copy.answer
        self._keep(path, sent, answer, answer)
        return answer

    def _chosen(self, path: str, sent: dict[str, str]) -> Copy | None:
        for copy in self.kept.get(path, []):
            names = [name.strip().lower() for name in copy.answer.get("Vary", "").split(",")]
            if all(copy.asked.get(name, "") == sent.get(name, "") for name in names if name):
                return copy
        return None

    def _keep(self, path: str, sent: dict[str, str], answer: Any, whole: Any) -> None:
        said = answer.get("Cache-Control", "")
        lasting = KEEPING.search(said)
        if any(word in said for word in FORBIDDEN) or answer.cookies or "public" not in said:
            return
        seconds = int(lasting[1]) if lasting else 0
        chosen = self._chosen(path, sent)
        copies = [one for one in self.kept.get(path, []) if one is not chosen]
        self.kept[path] = [*copies, Copy(whole, sent, clock.now(), seconds)]
