"""Rows to files, without a word of the domain."""

from sinovik.exports.pdf import PDF_TYPE, pdf_bytes
from sinovik.exports.qr import QrCode, qr_code
from sinovik.exports.sheets import XLSX_TYPE, xlsx_bytes
from sinovik.exports.tables import CSV_TYPE, csv_bytes, harmless

__all__ = [
    "CSV_TYPE",
    "PDF_TYPE",
    "XLSX_TYPE",
    "QrCode",
    "csv_bytes",
    "harmless",
    "pdf_bytes",
    "qr_code",
    "xlsx_bytes",
]
