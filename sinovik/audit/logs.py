"""Log lines that name their request and stay one line."""

import logging

from sinovik.audit.ledger import request_id


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
