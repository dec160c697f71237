"""Tables as Apache Parquet. pyarrow is heavy: it is loaded where a file is written, not before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

PARQUET_TYPE = "application/vnd.apache.parquet"
DIGITS, PLACES = 20, 3


def write_parquet(
    path: Path, columns: Mapping[str, str], blocks: Iterable[Sequence[Mapping[str, Any]]]
) -> None:
    """Write the records of each block as a row group.

    `columns` gives the type of each: text, integer, integers, decimal, boolean, date, instant.
    Days and instants come as ISO 8601. The same records give the same bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "integers": pa.list_(pa.int64()),
        "decimal": pa.decimal128(DIGITS, PLACES),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for block in blocks:
            arrays = {
                name: [_value(kind, record[name]) for record in block]
                for name, kind in columns.items()
            }
            writer.write_table(pa.table(arrays, schema=schema))


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "instant":
        return datetime.fromisoformat(value)
    if kind == "decimal":
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-PLACES))
    return value
