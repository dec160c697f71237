"""Held comments of the judges: the secretariat looks, and releases or edits."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from competitions.actions.comments import decide_comment
from competitions.anonymity import Trait
from competitions.forms.comments import CommentForm
from competitions.models import Edition, HeldComment
from competitions.models.entry import number_of
from competitions.permissions.feedback import check_can_review_comments
from competitions.queries.comments import count_waiting, held_comments, listed_comments
from competitions.views.refusals import status_of
from sinovik.web.access import Refusal, SignedInRequest, allowed

ROWS = 50


def trait_label(trait: str) -> str:
    """What a finding is, in words."""
    return {
        Trait.NAME: _("nama"),
        Trait.EMAIL: _("surel"),
        Trait.PHONE: _("telepon"),
        Trait.NUMBER: _("nomor pegawai"),
    }[Trait(trait)]


@require_GET
@allowed(check_can_review_comments)
def comment_list(request: SignedInRequest, year: int) -> HttpResponse:
    """Comments that are held back, undecided ones first; none of an entry in conflict."""
    edition = get_object_or_404(Edition, year=year)
    listed = listed_comments(request.user, edition)
    page = Paginator(listed, ROWS).get_page(request.GET.get("hal"))
    context = {
        "edition": edition,
        "page": page,
        "is_simulated": any(one.is_simulated for one in page),
        "rows": [
            {"comment": one, "number": number_of(year, one.entry), "pieces": _pieces(one)}
            for one in page
        ],
        "waiting": count_waiting(listed),
    }
    return render(request, "competitions/comment_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(check_can_review_comments)
def comment_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """One held comment: what was found in it, what the entrant will read instead, why."""
    comment = _comment_for(request, pk)
    form = CommentForm(
        request.POST if request.method == "POST" else None, initial={"text": comment.original}
    )
    status = 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and form.is_valid():
        try:
            decide_comment(by=request.user, comment=comment, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = status_of(refusal)
        else:
            messages.success(request, _("Komentar dilepas. Peserta membacanya sejak pengumuman."))
            year = comment.cut_off.stage.edition.year
            return redirect("competitions:comment_list", year)
    context = {
        "comment": comment,
        "is_simulated": comment.cut_off.applied_by.is_simulated,
        "entry": comment.scoresheet.assignment.entry,
        "edition": comment.cut_off.stage.edition,
        "pieces": _pieces(comment),
        "form": form,
    }
    return render(request, "competitions/comment_decide.html", context, status=status)


def _comment_for(request: SignedInRequest, pk: int) -> HeldComment:
    """A held comment; one of an entry in conflict is as good as missing."""
    edition = Edition.objects.filter(stages__cut_off__held_comments=pk).first()
    if edition is None:
        raise Http404
    return get_object_or_404(held_comments(request.user, edition), pk=pk)


def _pieces(comment: HeldComment) -> list[dict[str, str]]:
    return [
        {"text": text, "trait": trait_label(trait) if trait else ""}
        for text, trait in comment.stretches
    ]
