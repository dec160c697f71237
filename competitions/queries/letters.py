"""Letters to agencies: composed from data, so that a preview is what will be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy, gettext_noop

from competitions.enums import FailReason, LetterKind
from competitions.models import Entry, Letter
from competitions.queries.tasks import IDENTITY, form_of

TEMPLATES = {
    LetterKind.PASSED: "letters/passed.txt",
    LetterKind.CORRECTION: "letters/correction.txt",
    LetterKind.FAILED: "letters/failed.txt",
}

SUBJECTS = {
    LetterKind.PASSED: gettext_lazy("Proposal %(number)s lolos seleksi administrasi"),
    LetterKind.CORRECTION: gettext_lazy("Proposal %(number)s perlu perbaikan"),
    LetterKind.FAILED: gettext_lazy("Proposal %(number)s tidak lolos seleksi administrasi"),
}


@dataclass(frozen=True)
class Draft:
    """A letter before it is sent: (subject, body) by language."""

    texts: dict[str, tuple[str, str]]

    @property
    def subject(self) -> str:
        """The subject in the language of whoever reads now."""
        return self.texts[_language()][0]

    @property
    def body(self) -> str:
        """The body in the language of whoever reads now."""
        return self.texts[_language()][1]


def passed_letter(entry: Entry) -> Draft:
    """What an agency reads of a pass. `entry` needs agency, edition and innovation."""
    return _compose(LetterKind.PASSED, entry)


def failed_letter(entry: Entry, reasons: Sequence[FailReason], note: str) -> Draft:
    """What an agency reads of a fail, with the officer's own note."""
    return _compose(LetterKind.FAILED, entry, reasons=reasons, note=note.strip())


def correction_letter(
    entry: Entry,
    remarks: Sequence[tuple[str, str]],
    due_at: datetime,
    *,
    titles: Mapping[str, str],
) -> Draft:
    """What an agency reads of a correction; `remarks` are (section key, text)."""
    said = [{"title": titles.get(key, key), "text": text} for key, text in remarks]
    return _compose(LetterKind.CORRECTION, entry, remarks=said, due_at=due_at)


def form_titles(edition_id: int) -> dict[str, str]:
    """Titles of the form's sections by key, in order; untranslated."""
    return {one.key: one.title for one in form_of(edition_id)}


def section_titles(edition_id: int) -> dict[str, str]:
    """Titles of the places that a remark can be about, by key: everything, identity, the form."""
    whole, identity = gettext_noop("Seluruh proposal"), gettext_noop("Identitas inovasi")
    return {"": whole, IDENTITY: identity, **form_titles(edition_id)}


def letters_to(entry: Entry) -> list[Letter]:
    """Letters that the entry's agency got, the latest first."""
    return list(Letter.objects.filter(entry=entry).order_by("-pk"))


def _compose(kind: LetterKind, entry: Entry, **facts: Any) -> Draft:
    title = entry.innovation.title
    context = {"entry": entry, "agency": entry.agency.name, "title": title} | facts
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            subject = SUBJECTS[kind] % {"number": entry.number}
            texts[code] = (subject, render_to_string(TEMPLATES[kind], context).strip())
    return Draft(texts)


def _language() -> str:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
