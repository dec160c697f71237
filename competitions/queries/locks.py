"""Stage locks: whoever writes shares the stage, whoever closes it has it alone.

"Is the stage open?" followed by an insert lets late rows in; with these locks the answer
stays true until the writer commits.
"""

from django.db import connection

from competitions.enums import StageState
from competitions.exceptions import StageClosed
from competitions.models import Stage
from sinovik.audit import clock


def share_stage(stage_id: int) -> Stage:
    """Read a stage under FOR SHARE: it can't be closed before this transaction ends."""
    table = connection.ops.quote_name(Stage._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR SHARE", [stage_id])  # noqa: S608
    return Stage.objects.select_related("edition").get(pk=stage_id)


def share_open_stage(stage_id: int) -> Stage:
    """`share_stage`, refusing a stage that is not open or whose time is not now.

    The deadline is the database's clock, read while the lock is held; the closing instant
    itself is already too late. Raises StageClosed with the exact instant.
    """
    stage = share_stage(stage_id)
    if stage.state != StageState.OPEN:
        raise StageClosed
    now = clock.database_now()
    if not stage.opens_at <= now < stage.closes_at:
        raise StageClosed
    return stage


def close_stage_alone(stage_id: int) -> Stage:
    """Lock a stage FOR UPDATE: waits for every writer that shares it."""
    return Stage.objects.select_for_update(of=("self",)).select_related("edition").get(pk=stage_id)
