"""Short codes that people read aloud and type: Crockford's base 32, five bits a character."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
GROUPS = (4, 8)
# What the eye takes for a digit, and what people put between groups.
READ_AS = str.maketrans("OIL", "011", "-–— .\t")


def new_code() -> str:
    """Draw 50 random bits: too many to guess, few enough to type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """The code that was meant, whatever the case, dashes, O for 0 and I or L for 1; or ""."""
    code = typed.strip().upper().translate(READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """Write a code as 7K3F-9QXA-22."""
    first, second = GROUPS
    return "-".join((code[:first], code[first:second], code[second:]))
