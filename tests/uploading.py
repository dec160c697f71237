"""Files for tests, small and honest, and their way onto a dossier by the real actions."""

import hashlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

from agencies.models import User
from innovations.actions.attachments import examine_attachment
from innovations.actions.uploads import Wanted, finish_upload, receive_chunk, start_upload
from innovations.models import Attachment, Innovation, Upload


def pdf(text: str = "Surat pernyataan", *, author: str = "", filler: int = 0) -> bytes:
    """A page of PDF whose title is `text`; `filler` adds that many random-looking bytes."""
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = text
    if author:
        document.docinfo["/Author"] = author
    if filler:
        noise = b"".join(
            hashlib.sha256(f"{text}{i}".encode()).digest() for i in range(filler // 32)
        )
        document.pages[0]["/Contents"] = document.make_stream(b"% " + noise.hex().encode())
    octets = BytesIO()
    document.save(octets, compress_streams=False)
    return octets.getvalue()


def jpeg(*, width: int = 64, place: bool = True) -> bytes:
    """A photo that tells where it was taken."""
    image = Image.new("RGB", (width, 48), (180, 43, 45))
    exif = Image.Exif()
    exif[0x010F] = "Kamera Uji"
    if place:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "S", (7.0, 47.0, 45.0)
    octets = BytesIO()
    image.save(octets, "JPEG", exif=exif)
    return octets.getvalue()


def begin(by: User, innovation: Innovation, octets: bytes, name: str = "surat.pdf") -> Upload:
    """An upload whose room is reserved and of which nothing has arrived."""
    return start_upload(by=by, innovation=innovation, wanted=Wanted(name, len(octets)))


def send(
    by: User,
    innovation: Innovation,
    octets: bytes | None = None,
    name: str = "surat.pdf",
    **wanted: Any,
) -> Attachment:
    """A file that has arrived whole and waits for its examination."""
    content = pdf() if octets is None else octets
    upload = start_upload(by=by, innovation=innovation, wanted=Wanted(name, len(content), **wanted))
    receive_chunk(by=by, upload=upload, offset=0, chunk=content)
    return finish_upload(by=by, innovation=innovation, token=upload.token)


def attach(
    by: User,
    innovation: Innovation,
    octets: bytes | None = None,
    name: str = "surat.pdf",
    **wanted: Any,
) -> Attachment:
    """A file that was examined."""
    sent = send(by, innovation, octets, name, **wanted)
    return examine_attachment(by=None, attachment=sent)
