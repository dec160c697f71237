"""Mail servers on loopback: one that works, one that answers as told, one that never answers."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.test.utils import override_settings

from bench.places import free_port

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Postbox:
    """What arrived; `answer` is said to each RCPT."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.asked = 0
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.asked += 1
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"


def carried_by(port: int, timeout: float = 0.3) -> Any:
    """Settings that take mails to a server on loopback."""
    return override_settings(
        MAIL_CARRIER=SMTP,
        EMAIL_BACKEND="sinovik.notifications.backends.QueueBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_TIMEOUT=timeout,
    )


@contextmanager
def smtp_server() -> Iterator[Postbox]:
    """A working server, in force inside the block."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with carried_by(controller.port, timeout=5):
            yield box
    finally:
        controller.stop()


@contextmanager
def black_hole() -> Iterator[socket.socket]:
    """A server that takes the connection and never says a word."""
    with closing(socket.socket()) as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(50)
        with carried_by(hole.getsockname()[1]):
            yield hole


def visitors(hole: socket.socket) -> int:
    """How many connections the black hole took since this was asked last."""
    hole.setblocking(False)
    found = 0
    with suppress(BlockingIOError):
        while True:
            hole.accept()[0].close()
            found += 1
    return found


@contextmanager
def nobody_there() -> Iterator[None]:
    """No server at all: connections are refused."""
    with carried_by(free_port()):
        yield
