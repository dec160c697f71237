"""Jobs of the register: imports, files, tidying up after uploads."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from innovations.actions.attachments import examine_attachment, examine_waiting
from innovations.actions.importing import run_check, run_import
from innovations.actions.outcomes import raise_alarms
from innovations.actions.phrases import index_phrases
from innovations.actions.uploads import EXAMINE_TASK, sweep_uploads
from innovations.models import Attachment


@app.task(queue="tables", name="innovations.tasks.check_rows")
def check_rows(*, import_id: int, language: str) -> None:
    """Say what is wrong with a large table."""
    run_check(import_id=import_id, language=language)


@app.task(queue="tables", name="innovations.tasks.bring_in")
def bring_in(*, import_id: int) -> None:
    """Bring in the dossiers of a confirmed import."""
    run_import(import_id=import_id)


@app.task(name=EXAMINE_TASK, queue="files", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def examine(*, attachment_id: int) -> None:
    """Examine one file."""
    examine_attachment(by=None, attachment=Attachment.objects.get(pk=attachment_id))


@app.periodic(cron="*/5 * * * *")
@app.task(queue="files", queueing_lock="examine_again", lock="examine_again")
def examine_again(timestamp: int) -> None:
    """Look again at every file that is held, or that a worker let fall."""
    examine_waiting(by=None)


@app.periodic(cron="17 * * * *")
@app.task(queue="files", queueing_lock="sweep_uploads")
def sweep(timestamp: int) -> None:
    """Forget uploads that nobody finished."""
    sweep_uploads(by=None)


@app.periodic(cron="43 1 * * *")
@app.task(queue="reminders", queueing_lock="raise_alarms")
def raise_fallen(timestamp: int) -> None:
    """Raise alarms that no write has raised; run twice, the second finds none."""
    raise_alarms(by=None)


@app.periodic(cron="* * * * *")
@app.task(queue="tables", queueing_lock="index_new_phrases", lock="index_new_phrases")
def index_new_phrases(timestamp: int) -> None:
    """Index the phrases of what was published."""
    while index_phrases():
        pass
