"""Jobs of the register."""

from procrastinate.contrib.django import app

from innovations.actions.importing import run_import


@app.task(queue="tables", name="innovations.tasks.bring_in")
def bring_in(*, import_id: int) -> None:
    """Bring in the dossiers of a confirmed import."""
    run_import(import_id=import_id)
