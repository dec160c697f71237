from django.apps import AppConfig

INSTANTS = (
    ("innovations_award", "announced_at"),
    ("competitions_announcement", "announce_at"),
    ("competitions_article", "published_at"),
    ("competitions_stage", "opens_at"),
    ("competitions_stage", "closes_at"),
    ("competitions_deadlineextension", "new_closes_at"),
    ("competitions_objectionwindow", "opens_at"),
    ("competitions_objectionwindow", "closes_at"),
)
"""Columns whose instants change a public page when the clock passes them."""


class CompetitionsConfig(AppConfig):
    name = "competitions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the register, which doesn't know the contest, what follows from it.

        When a dossier is held still, which files judges may read, and which the secretariat not.
        """
        from competitions.notifications import (  # noqa: F401 (they register their kinds)
            correction_reminders,
            objection_reminders,
            reminders,
        )
        from competitions.permissions.dossiers import refuse_while_with_agency
        from competitions.queries.attachments import (
            assigned_attachments,
            conflicting_attachments,
        )
        from innovations.models.attachment import reading_bars, reading_grants
        from innovations.permissions import edit_guards
        from sinovik.audit import clock
        from sinovik.web import shared

        shared.follow(clock.now, INSTANTS)
        if refuse_while_with_agency not in edit_guards:
            edit_guards.append(refuse_while_with_agency)
        if assigned_attachments not in reading_grants:
            reading_grants.append(assigned_attachments)
        if conflicting_attachments not in reading_bars:
            reading_bars.append(conflicting_attachments)
