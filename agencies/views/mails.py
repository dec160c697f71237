"""Whether mails reached the people of an agency."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agencies.permissions import check_can_see_mails
from agencies.queries.mails import mails_seen_by
from sinovik.notifications.kinds import KINDS
from sinovik.web.access import allowed

MAILS_A_PAGE = 50


@require_GET
@allowed(check_can_see_mails)
def mail_list(request: HttpRequest) -> HttpResponse:
    """Whether mails reached the agency's people: kind and state, never what they say."""
    mails = mails_seen_by(request.user)
    failed = mails.failed()
    is_failed = request.GET.get("keadaan") == "gagal"
    shown = failed if is_failed else mails
    page = Paginator(shown, MAILS_A_PAGE).get_page(request.GET.get("page"))
    home = reverse("agencies:mail_list")
    pills = [
        {"text": _("Semua"), "href": home, "current": not is_failed, "count": None},
        {
            "text": _("Belum sampai"),
            "href": f"{home}?keadaan=gagal",
            "current": is_failed,
            "count": failed.count(),
        },
    ]
    rows = [{"mail": mail, "kind": KINDS.get(mail.kind)} for mail in page]
    context = {"page_obj": page, "rows": rows, "pills": pills, "is_failed": is_failed}
    return render(request, "agencies/mail_list.html", context)
