"""The night's jobs of what sees all apps."""

from procrastinate.contrib.django import app

from sinovik.home.dumps.writing import make_dump


@app.periodic(cron="30 18 * * *")  # 01:30 WIB
@app.task(queue="tables", queueing_lock="make_dump", lock="make_dump")
def make_nightly_dump(timestamp: int) -> None:
    """Write the open data anew; run twice it stands twice, until the shelf is tidied."""
    make_dump()
