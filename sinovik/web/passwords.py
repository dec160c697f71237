"""What a password must be, beside Django's own rules."""

from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

OURS = frozenset(
    "sinovik kipp inovasi inovator innovation indonesia merdeka bismillah alhamdulillah pancasila"
    " garuda nusantara rahasia sandi katasandi kementerian kemenpanrb menpanrb panrb pemda pemkab"
    " pemkot pemprov kabupaten provinsi sekretariat evaluator penilai administrator pelayanan"
    " pelayananpublik jakarta surabaya bandung semarang yogyakarta makassar medan".split()
)
"""Words that are near at hand here; the world's are in Django's list."""
LONGEST = 128
SHORTEST_WORD = 4


class MaximumLengthValidator:
    """Refuses passwords so long that hashing them becomes an attack."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise with a sentence when the password is too long."""
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Tell the rule."""
        return ngettext(
            "Kata sandi paling panjang %(limit)d karakter.",
            "Kata sandi paling panjang %(limit)d karakter.",
            self.max_length,
        ) % {"limit": self.max_length}


class GuessableValidator:
    """Refuses a word that everybody tries, however it is lengthened or repeated.

    Of Django's 20,000 known passwords only some two hundred reach twelve characters; people reach
    them with a year or a row of digits.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise where nothing is left beside such a word, digits and signs."""
        if len(password) > LONGEST:
            return  # Refused already, and long to look through.
        if _unit(_core(password)) in _words() or len(_unit(_core(password))) < SHORTEST_WORD:
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        """Tell the rule."""
        return _(
            "Kata sandi ini mudah ditebak: satu kata yang umum, ditambah angka atau diulang. Pakai"
            " beberapa kata."
        )


class CompositionValidator:
    """What BSSN 4/2021 asks for besides: four kinds of character, and another one each time."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise where a kind of character is missing, or the password is the present one."""
        kinds = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
        if not all(any(map(is_one, password)) for is_one in kinds):
            raise ValidationError(self.get_help_text(), code="password_composition")
        if len(password) <= LONGEST and getattr(user, "pk", None) and user.check_password(password):
            text = _("Kata sandi ini yang sekarang. Pakai yang lain.")
            raise ValidationError(text, code="password_unchanged")

    def get_help_text(self) -> str:
        """Tell the rule."""
        return _("Pakai huruf kecil, huruf besar, angka, dan tanda baca atau spasi.")


def _core(password: str) -> str:
    """Without the digits and signs around it."""
    text = password.casefold()
    around = "".join({sign for sign in text if not sign.isalpha()})
    return text.strip(around)


def _unit(text: str) -> str:
    """What is repeated, where the whole is a repetition; else all of it."""
    return text[: (text + text).find(text, 1)] if text else ""


@cache
def _words() -> frozenset[str]:
    return OURS | CommonPasswordValidator().passwords
