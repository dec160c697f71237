"""The night's jobs of what sees all apps."""

from procrastinate.contrib.django import app

from sinovik.apart import apart
from sinovik.home.dumps.writing import make_dump
from sinovik.management.retention import apply_retention


@app.periodic(cron="30 18 * * *")  # 01:30 WIB
@app.task(queue="tables", queueing_lock="make_dump", lock="make_dump", task_middleware=[apart])
def make_nightly_dump(timestamp: int) -> None:
    """Write the open data anew; run twice it stands twice, until the shelf is tidied."""
    make_dump()


@app.periodic(cron="0 19 * * *")  # 02:00 WIB
@app.task(queue="sweep", queueing_lock="apply_retention", lock="apply_retention")
def end_retention(timestamp: int) -> None:
    """Delete what was to be kept for a time that is over."""
    apply_retention()
