"""The file of a list's decree, for those who work on it and for everybody at its instant."""

from competitions.models import DecreeFile, Stage
from sinovik.audit import clock
from sinovik.web.prepared import Prepared


def decree_of(stage: Stage) -> DecreeFile | None:
    """The newest decree file of the stage's list, whoever may have it. One query."""
    return DecreeFile.objects.filter(announcement__cut_off__stage=stage).newest_first().first()


def public_decree(stage: Stage) -> DecreeFile | None:
    """The same once its announcement's instant has come and the scanner let it go. One query."""
    row = _PUBLIC.first(stage=stage.pk, now=clock.now())
    return row if row and row.file.is_ready else None


_PUBLIC = Prepared(
    lambda stage, now: DecreeFile.objects.filter(
        announcement__cut_off__stage=stage, announcement__announce_at__lte=now
    ).newest_first()[:1],
    "stage",
    "now",
)
