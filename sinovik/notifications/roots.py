"""The newest root of the log, mailed once a day to people outside who keep it.

Whoever keeps yesterday's root can show tomorrow that the log was rewritten. Nothing in it is
secret: the same is public at /verifikasi/buku/.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sinovik.audit import clock
from sinovik.audit.canonical import instant_text
from sinovik.audit.models import Seal
from sinovik.audit.turns import take_turn
from sinovik.notifications.delivery import one_line, queue_mails
from sinovik.notifications.kinds import Kind, register
from sinovik.notifications.models import Mail, RootLetter

ROOTS = register(
    Kind(
        "roots",
        gettext_lazy("Akar buku kejadian"),
        gettext_lazy("Setiap pagi, hanya kepada alamat yang ditunjuk menyimpannya."),
        is_mandatory=True,
    )
)
TURN = 7_012_003
MORNING = 7


@transaction.atomic
def mail_roots() -> int:
    """Mail the newest seal to every address of the settings, once a day; returns how many.

    From seven in the morning, WIB. Two runs at once take turns; letters, mails and jobs are
    there together. Before anything is sealed there is nothing to send.
    """
    addresses = list(dict.fromkeys(settings.ROOT_ADDRESSES))
    now = timezone.localtime(clock.now())
    if not addresses or now.hour < MORNING:
        return 0
    take_turn(TURN)
    seal = Seal.objects.order_by("-number").first()
    if seal is None or RootLetter.objects.filter(day=now.date()).exists():
        return 0
    before = RootLetter.objects.order_by("-day").first()
    RootLetter.objects.create(day=now.date(), seal=seal, queued_at=now)
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Akar buku kejadian SINOVIK, segel %(number)s") % {"number": seal.number}
        text = _text(seal, before.seal if before else None)
    queue_mails(
        [
            Mail(
                address=address,
                kind=ROOTS.key,
                language=settings.LANGUAGE_CODE,
                subject=one_line(subject),
                text=text,
                path=f"/verifikasi/buku/{seal.number}.json",
                queued_at=now,
            )
            for address in addresses
        ]
    )
    return len(addresses)


def _text(seal: Seal, before: Seal | None) -> str:
    """What to keep, and how to check it later without asking anybody here."""
    site = settings.SITE_ADDRESS
    lines = [
        _(
            "Simpan surel ini. Dengan akar di bawah, siapa pun kelak dapat menunjukkan bila buku"
            " kejadian SINOVIK pernah ditulis ulang."
        ),
        "",
        _("Segel: %s") % seal.number,
        _("Banyak kejadian: %s") % seal.size,
        _("Akar: %s") % seal.root,
        _("Disegel (UTC): %s") % instant_text(seal.sealed_at),
        _("Nomor kunci: %s") % seal.key,
        _("Tanda tangan: %s") % seal.signature,
        _("Isi yang ditandatangani: %s") % seal.payload,
        "",
        _("Cara memeriksa, dengan Python dan pustaka cryptography:"),
        f"curl -O {site}/verifikasi/sinovik_verify.py -O {site}/verifikasi/kunci.pem",
        f"curl -O {site}/verifikasi/buku/{seal.number}.json",
        f"python sinovik_verify.py ledger {seal.number}.json --key kunci.pem",
    ]
    if before and before.number < seal.number:
        pair = f"{before.number}-{seal.number}.json"
        lines += [
            _("Bahwa buku hanya bertambah sejak surel sebelumnya (segel %s):") % before.number,
            f"curl -O {site}/verifikasi/buku/{pair}",
            f"python sinovik_verify.py ledger {pair} --key kunci.pem",
        ]
    return "\n".join([*lines, "", _("Bandingkan akar yang tercetak dengan akar di surel ini.")])
