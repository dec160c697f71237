"""Log lines that name their request, stay one line, and name no person."""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict

from sinovik.audit.ledger import request_id

ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(\.[\w-]+)+")
MASKED = "<surel>"
DETAIL = re.compile(r"((?:DETAIL|CONTEXT):).*|(Failing row contains|Key \(.*?\)=) ?\(.*")
"""Where PostgreSQL repeats a row that it refused: names, telephones, all its columns."""
FIELDS = ("person", "view", "number", "why", "method")
"""What `sinovik.web.door` says beside the event; a library's extra fields stay out."""


class RequestIdFilter(logging.Filter):
    """Adds ``request_id``; what a stranger typed must not look like a line of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, marked and with its line breaks made visible."""
        record.request_id = request_id.get() or "-"
        message = record.getMessage()
        if "\n" in message or "\r" in message:
            record.msg = message.replace("\r", "\\r").replace("\n", "\\n")
            record.args = None
        return True


def without_persons(text: str) -> str:
    """A line without e-mail addresses and without the values of a row that was refused."""
    return ADDRESS.sub(MASKED, DETAIL.sub(r"\1\2 <isi>", text))


def mask_persons(logger: Any, method: str, event: EventDict) -> EventDict:
    """Take what may be of a person out of every text of an event."""
    return {
        key: without_persons(value) if isinstance(value, str) else value
        for key, value in event.items()
    }


class LineFormatter(logging.Formatter):
    """Lines for people, with as little of persons in them as the others."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole of it, traceback included."""
        return without_persons(super().format(record))


def _request_number(logger: Any, method: str, event: EventDict) -> EventDict:
    event["request_id"] = request_id.get() or "-"
    return event


def json_formatter() -> structlog.stdlib.ProcessorFormatter:
    """One JSON object a line: event, level, logger, timestamp (UTC), request_id, exception."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _request_number,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_persons,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def logging_of(form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: every line to the standard error, as "line" for people or as "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {
            "line": {
                "()": LineFormatter,
                "fmt": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
            },
            "json": {"()": json_formatter},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
    }
