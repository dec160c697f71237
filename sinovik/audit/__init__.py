"""Append-only ledger of what people did. Its one front door: ``record`` and ``record_many``."""

from sinovik.audit.ledger import NotInTransaction, record, record_many

__all__ = ["NotInTransaction", "record", "record_many"]
