"""Tables of the agencies app."""

from agencies.models.agency import Agency, Unit
from agencies.models.letter import AgencyLetter
from agencies.models.membership import Invitation, Membership
from agencies.models.region import Region
from agencies.models.support import SupportLook
from agencies.models.user import User

__all__ = [
    "Agency",
    "AgencyLetter",
    "Invitation",
    "Membership",
    "Region",
    "SupportLook",
    "Unit",
    "User",
]
