"""The plenary of a dress rehearsal: everybody is present and votes for what fills the seats."""

from collections.abc import Sequence

from agencies.models import User
from competitions.actions.motions import cast_vote, close_vote, open_vote, propose_motion
from competitions.actions.plenary import close_plenary, open_plenary, take_seat
from competitions.enums import MoveReason, VoteChoice
from competitions.models import CutOff, Entry


def fill_seats(*, by: User, cut_off: CutOff, entries: Sequence[Entry]) -> None:
    """Bring entries into a list with free seats, by one session of the edition's judges."""
    appointed = User.objects.filter(appointments__edition=cut_off.stage.edition_id)
    members = list(appointed.distinct().order_by("pk"))
    plenary = open_plenary(by=by, cut_off=cut_off)
    for member in members:
        take_seat(by=member, plenary=plenary)
    for entry in entries:
        motion = propose_motion(
            by=members[0],
            plenary=plenary,
            entry_in=entry,
            entry_out=None,
            reason=MoveReason.TIE,
            text="Gladi bersih.",
        )
        motion = open_vote(by=by, motion=motion)
        for member in members:
            cast_vote(by=member, motion=motion, choice=VoteChoice.FOR)
        close_vote(by=by, motion=motion)
    close_plenary(by=by, plenary=plenary)
