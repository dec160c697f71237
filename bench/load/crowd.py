"""The clients, in a process of their own: gevent replaces the sockets and threads of its process.

    python -m bench.load.crowd plan.json told.json

The plan names the scene, the site and its people; what is told: each answer that was believed,
each refusal, and how long answers took.
"""

# First: locust brings gevent, which must be there before anything opens a socket.
import locust  # isort: skip

import json
import sys
import time
import traceback
from collections import deque
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import gevent  # type: ignore[import-untyped]
from locust import FastHttpUser
from locust.env import Environment

SPAWNED_A_SECOND = 500
PATIENCE = 240.0
"""Seconds that people wait for an answer: longer than any queue, so that none is asked twice."""
QUANTILES = (0.5, 0.95, 0.99)


class Person(FastHttpUser):  # type: ignore[misc]
    """Somebody with a part in the plan; leaves when it is played."""

    abstract = True
    connection_timeout = network_timeout = PATIENCE
    kind: ClassVar[str]
    parts: ClassVar[deque[dict[str, Any]]]
    told: ClassVar[list[dict[str, Any]]]
    plan: ClassVar[dict[str, Any]]

    def on_start(self) -> None:
        self.part = self.parts.popleft()

    @locust.task
    def live(self) -> None:
        """Play the part once."""
        try:
            self.play()
        except Exception:
            # Told, not only logged: nobody may be missing at the count.
            self.tell(failed=traceback.format_exc())
        self.stop(force=False)

    def play(self) -> None:
        """What this person does."""
        raise NotImplementedError

    def wait_until(self, instant: float) -> None:
        """Sleep until a point of time."""
        gevent.sleep(max(0.0, instant - time.time()))

    def tell(self, **row: Any) -> None:
        """Note something for the count at the end."""
        self.told.append({"kind": self.kind, **row})

    def ask(self, method: str, path: str, *, name: str, good: tuple[int, ...], **more: Any) -> Any:
        """One request with the person's session; the answer, whatever it is (status 0: none)."""
        headers = more.pop("headers", {})
        if "cookie" in self.part:
            token = self.part["token"]
            headers |= {"Cookie": f"sessionid={self.part['cookie']}; csrftoken={token}"}
        with self.client.request(
            method, path, name=name, headers=headers, allow_redirects=False,
            catch_response=True, **more,
        ) as answer:  # fmt: skip
            if answer.status_code in good:
                answer.success()
            else:
                answer.failure(f"{answer.status_code}")
            # Read now: the connection goes back to the person's pool.
            _ = answer.content
        return answer


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text())
    told: list[dict[str, Any]] = []
    classes = []
    for name, parts in plan["people"].items():
        each = getattr(import_module(plan["scene"]), name)
        each.parts, each.told, each.plan = deque(parts), told, plan
        each.fixed_count, each.host = len(parts), plan["host"]
        if parts:
            classes.append(each)
    environment = Environment(user_classes=classes)
    runner = environment.create_local_runner()
    runner.start(sum(each.fixed_count for each in classes), spawn_rate=SPAWNED_A_SECOND)
    if runner.spawning_greenlet:
        runner.spawning_greenlet.join()
    while runner.user_count and time.time() < plan["ends_at"]:
        gevent.sleep(0.1)
    runner.quit()
    Path(sys.argv[2]).write_text(json.dumps({"told": told, "times": times(environment.stats)}))


def times(stats: Any) -> list[dict[str, Any]]:
    """Per kind of request how many, how many failed, and quantiles in milliseconds."""
    rows = sorted(stats.entries.values(), key=lambda entry: entry.name)
    return [
        {
            "name": name,
            "number": entry.num_requests,
            "failed": entry.num_failures,
            "a_second": entry.num_requests / max(entry.last_request_timestamp - entry.start_time, 1)
            if entry.last_request_timestamp
            else 0,
            "quantiles": [entry.get_response_time_percentile(share) for share in QUANTILES],
        }
        for name, entry in [*((each.name, each) for each in rows), ("all", stats.total)]
    ]


if __name__ == "__main__":
    main()
