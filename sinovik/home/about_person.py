"""What SINOVIK keeps about the person who asks: to read, to take along, to have erased."""

import json
from typing import cast

from django.apps import apps
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agencies.actions.erasing import ask_for_erasure, last_request
from agencies.models import User
from agencies.queries.about_person import ACT, counts, own_data
from sinovik.files.responses import disposition
from sinovik.web.access import signed_in

NAMES = {
    "mfa.authenticator": gettext_lazy("faktor kedua dan kode pemulihan"),
    "usersessions.usersession": gettext_lazy("perangkat tempat Anda masuk"),
}
"""Of what others' packages keep and name in English."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_data_page(request: HttpRequest) -> HttpResponse:
    """Counts by kind of row; a POST asks for erasure."""
    person = cast(User, request.user)
    if request.method == "POST":
        ask_for_erasure(by=person)
        messages.success(request, _("Permintaan terkirim kepada kepala sekretariat."))
        return redirect("home:own_data")
    found = counts(person)
    own = {p: count for p, count in found.items() if count and not p.endswith(ACT)}
    context = {
        "counts": sorted((_label(place), count) for place, count in own.items()),
        "acts": sum(found.values()) - sum(own.values()),
        "asked": last_request(person),
    }
    return render(request, "home/own_data.html", context)


def _label(place: str) -> str:
    """The model's name as people read it."""
    label = place.partition(":")[0]
    name = str(NAMES.get(label) or apps.get_model(label)._meta.verbose_name_plural)
    return name[:1].upper() + name[1:]


@require_safe
@signed_in
def own_data_file(request: HttpRequest) -> HttpResponse:
    """The same whole, as JSON."""
    text = json.dumps(
        own_data(cast(User, request.user)), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1
    )
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = disposition("data-saya.json")
    return response
