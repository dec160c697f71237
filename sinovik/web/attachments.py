"""Files that are answers."""

from typing import Protocol

from django.http import HttpResponse


class File(Protocol):
    """What is sent as a file; the packages above make it."""

    @property
    def name(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def octets(self) -> bytes: ...


def attached(file: File) -> HttpResponse:
    """The file, to be saved under its name."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.octets, content_type=file.content_type, headers=headers)
