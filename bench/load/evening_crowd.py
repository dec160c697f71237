"""Evaluators on an evening: open a sheet, mark and note with autosave, send it, take the next."""

import re
import time
from html import unescape
from typing import Any
from urllib.parse import urlencode

import gevent  # type: ignore[import-untyped]

from bench.load.crowd import Person

CRITERIA = ("background", "novelty", "sustainability")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STAND_BACK = 503
"""In a crowd: the mark stays on the device and goes with the sheet."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Judge(Person):
    """Works through the own sheets; what was acknowledged is told, sheet by sheet."""

    kind = "judge"

    def play(self) -> None:
        """One sheet after the other."""
        sheets = []
        for pk in self.part["sheets"]:
            self.ask("GET", "/kerja/penilaian/", name="list of sheets", good=(200,))
            sheets.append(self.work(pk))
        self.tell(sheets=sheets)

    def work(self, pk: int) -> dict[str, Any]:
        """Open, save each criterion as it is marked, send."""
        told: dict[str, Any] = {"assignment": pk, "saves": 0, "version": 1, "marks": {}}
        path = f"/kerja/penilaian/{pk}/"
        page = self.ask("GET", path, name="sheet", good=(200,))
        token = TOKEN.search(page.text or "")
        typed: dict[str, str] = {}
        for place, key in enumerate(CRITERIA):
            gevent.sleep(self.plan["thinks"])
            mark = str(1 + (pk + place) % 5)
            fields = {f"mark_{key}": mark, f"note_{key}": f"Catatan {key} pada {time.time():.3f}."}
            answer = self.ask(
                "PUT", f"{path}simpan/", name="autosave", good=(200, 204, STAND_BACK), json=fields,
                headers={"If-Match": f'"{told["version"]}"', "X-CSRFToken": self.part["token"]},
            )  # fmt: skip
            typed |= fields
            if answer.status_code in (200, 204):
                told["version"] = int(answer.headers["etag"].removeprefix("W/").strip('"'))
                told["saves"] += 1
                told["marks"][key] = [int(mark), fields[f"note_{key}"]]
        sent = self.ask(
            "POST", f"{path}kirim/", name="send", good=(302,), headers=dict(FORM),
            data=urlencode(
                typed
                | {"version": told["version"], "strengths": "Jelas.", "weaknesses": "Belum diukur."}
                | {"csrfmiddlewaretoken": unescape(token[1]) if token else ""}
            ),
        )  # fmt: skip
        return told | {"is_sent": sent.status_code == 302}
