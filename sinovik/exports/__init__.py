"""Rows to files and files to rows, without a word of the domain."""

from sinovik.exports.bundles import Bundle, json_lines, records_csv, records_workbook
from sinovik.exports.choosing import TableFile, table_file
from sinovik.exports.parquet import PARQUET_TYPE, write_parquet
from sinovik.exports.pdf import PDF_TYPE, pdf_bytes
from sinovik.exports.pictures import PNG_TYPE, ShareCard, share_card
from sinovik.exports.qr import QrCode, qr_code
from sinovik.exports.reading import Table, TableUnreadable, read_csv, read_xlsx
from sinovik.exports.tables import CSV_TYPE, csv_blocks, csv_bytes, harmless, json_blocks
from sinovik.exports.workbooks import XLSX_TYPE, Sheet, workbook_bytes, xlsx_bytes

__all__ = [
    "CSV_TYPE",
    "PARQUET_TYPE",
    "PDF_TYPE",
    "PNG_TYPE",
    "XLSX_TYPE",
    "Bundle",
    "QrCode",
    "ShareCard",
    "Sheet",
    "Table",
    "TableFile",
    "TableUnreadable",
    "csv_blocks",
    "csv_bytes",
    "harmless",
    "json_blocks",
    "json_lines",
    "pdf_bytes",
    "qr_code",
    "read_csv",
    "read_xlsx",
    "records_csv",
    "records_workbook",
    "share_card",
    "table_file",
    "workbook_bytes",
    "write_parquet",
    "xlsx_bytes",
]
