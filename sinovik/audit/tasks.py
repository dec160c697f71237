"""The minute's seal."""

from procrastinate.contrib.django import app

from sinovik.audit.sealing import seal_events


@app.periodic(cron="* * * * *")
@app.task(queue="ledger", queueing_lock="seal_events", pass_context=False)
def seal_the_minute(timestamp: int) -> None:
    """Seal what was written since the last time; run twice, the second finds nothing."""
    seal_events()
