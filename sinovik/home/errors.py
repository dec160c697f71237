"""The page after a crash: it must not depend on anything that may have crashed."""

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader

from sinovik.audit.ledger import request_id


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """Answer 500 with the request's number, which is in the log too; no database, no session."""
    page = loader.get_template("500.html").render({"incident": request_id.get(None)})
    return HttpResponseServerError(page)
