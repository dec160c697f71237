"""Jobs that carry messages out of the system, and the sweep that no job escapes."""

from typing import Any

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app

from sinovik.notifications.carrying import NotDelivered, carry
from sinovik.notifications.digests import send_digests
from sinovik.notifications.reminding import send_reminders
from sinovik.notifications.roots import mail_roots

STALLED_AFTER = 60
"""Seconds without a sign of life after which a worker counts as dead; it beats every ten."""

AFTER_A_FAULT = 300


class UntilDelivered(BaseRetryStrategy):
    """As long as the mail says; after a fault of our own every five minutes."""

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision:
        """Say when to try again."""
        wait = exception.wait if isinstance(exception, NotDelivered) else AFTER_A_FAULT
        return RetryDecision(retry_in={"seconds": wait})


@app.task(queue="email", retry=UntilDelivered())
def deliver_mail(*, mail_id: int) -> None:
    """Carry one mail; run twice it goes out once."""
    carry(mail_id)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="reminders", queueing_lock="digests")
def digest(timestamp: int) -> None:
    """Send the digests whose morning has come."""
    send_digests()


@app.periodic(cron="5 * * * *")
@app.task(queue="reminders", queueing_lock="reminders")
def remind(timestamp: int) -> None:
    """Send the reminders that are due and not sent."""
    send_reminders()


@app.periodic(cron="10 * * * *")
@app.task(queue="ledger", queueing_lock="mail_roots")
def mail_the_roots(timestamp: int) -> None:
    """Mail the day's root to those who keep it; run twice, the second finds it sent."""
    mail_roots()


@app.periodic(cron="* * * * *")
@app.task(queue="sweep", queueing_lock="sweep", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that was killed to another one."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await jobs.retry_job(job)
