"""Messages about packs of proposals."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from competitions.models import ReadingPack
from sinovik.notifications import notify


def tell_pack_ready(pack: ReadingPack) -> None:
    """Its reader hears that the pack can be fetched."""
    with translation.override("id"):
        notify(
            recipients=[pack.reader],
            subject=_("Paket bacaan siap diunduh"),
            body=_("Paket bacaan tahap %s dapat diunduh selama Anda menilai di tahap itu.")
            % _(pack.stage.name),
            path=reverse("competitions:reading_pack_list", args=[pack.stage_id]),
        )
