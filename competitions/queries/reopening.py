"""What stands in the way of taking an entry back to work."""

from django.utils.translation import gettext as _

from competitions.enums import CheckState
from competitions.models import AdministrativeCheck, Entry


def has_begun_check(entry: Entry) -> bool:
    """Whether an officer has taken or decided the entry's check. One query, no lock."""
    checks = AdministrativeCheck.objects.filter(stage_entry__entry=entry)
    return checks.exclude(state=CheckState.QUEUED).exists()


def begun_sentence(entry: Entry) -> str:
    """The refusal: it tells neither who checks nor how it went. Needs `edition` loaded."""
    return _(
        "Sekretariat sudah mulai memeriksa proposal ini, sehingga tidak bisa dibuka kembali."
        " Hubungi tim sekretariat dan sebutkan nomor %(number)s."
    ) % {"number": entry.number}
