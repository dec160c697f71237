"""Rows to files, without a word of the domain."""

from sinovik.exports.tables import CSV_TYPE, csv_bytes, harmless

__all__ = ["CSV_TYPE", "csv_bytes", "harmless"]
