"""What can be wrong with a file. The child process speaks these codes; people read sentences."""

from enum import StrEnum


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BAD_NAME = "bad_name"
    UNKNOWN_TYPE = "unknown_type"
    OTHER_TYPE = "other_type"
    TWO_TYPES = "two_types"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    MACRO = "macro"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    ENTITIES = "entities"
    UNKNOWN_PART = "unknown_part"
    ACTIVE = "active"
    TOO_HARD = "too_hard"
    BUSY = "busy"


class Unclean(Exception):
    """The file has a fault; it is not taken."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)
