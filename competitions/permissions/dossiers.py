"""When the contest holds a dossier still."""

from django.utils.translation import gettext as _

from competitions.queries.writing import is_with_agency
from innovations.exceptions import DossierLocked
from innovations.models import Innovation


def refuse_while_with_agency(innovation: Innovation) -> None:
    """Raise DossierLocked while the agency's admin reads its proposal."""
    if is_with_agency(innovation.pk):
        raise DossierLocked(
            _(
                "Proposal inovasi ini sedang diperiksa admin instansi. "
                "Minta dikembalikan bila masih ada yang perlu diubah."
            )
        )
