"""The English of a visit."""

from collections.abc import Iterator

from django.test import Client

from agencies.models import User
from innovations.models import Innovation
from tests.browser.visits import Visit
from tests.catalogue import left_indonesian, texts_with_english, unmarked

TEXTS = texts_with_english()


def written_in_indonesian() -> set[str]:
    """What agencies and the secretariat wrote, and nobody translated."""
    dossiers = Innovation.objects.values_list("title", "summary")
    return {text for pair in dossiers for text in pair if text}


class EnglishReader:
    """Asks for the English of a page as the person of a visit, signed in once."""

    def __init__(self) -> None:
        self._clients: dict[int | None, Client] = {}

    def faults(self, visit: Visit) -> Iterator[str]:
        """Texts of the interface left Indonesian; on public pages, texts of people unmarked."""
        if visit.address.startswith(("/en/", "/komponen/")) or visit.status in (400, 413):
            return  # samples of parts are not translated; a request too odd to read has no language
        answer = self._client(visit.user).get(f"/en{visit.address}")
        if answer.status_code != visit.status:
            yield f"English answers {answer.status_code}"
            return
        page = answer.content.decode()
        if '<html lang="en">' not in page:
            yield "English is not called English"
        yield from (f"left Indonesian: {text}" for text in left_indonesian(page, TEXTS))
        if visit.user is None:
            found = unmarked(page, written_in_indonesian())
            yield from (f"not marked as Indonesian: {text}" for text in found)

    def _client(self, user: User | None) -> Client:
        key = user.pk if user else None
        if key not in self._clients:
            self._clients[key] = Client()
            if user:
                self._clients[key].force_login(user)
        return self._clients[key]
