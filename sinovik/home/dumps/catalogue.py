"""The dumps as a DCAT-AP 3 catalogue in JSON-LD, for portals that harvest."""

import json
from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competitions.models import Edition
from sinovik.home.dumps.dictionary import DATASETS, in_languages
from sinovik.home.dumps.fields import Dataset
from sinovik.home.dumps.shelf import LATEST, Dump, DumpFile, latest

CATALOGUE_TYPE = "application/ld+json"
EU = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FORMATS = {"csv": "CSV", "jsonl": "JSON", "parquet": "PARQUET"}
LANGUAGE = {"@id": f"{EU}/language/IND"}
TITLE = _("Data terbuka SINOVIK")
DESCRIPTION = _("Inovasi pelayanan publik Indonesia dan Kompetisi Inovasi Pelayanan Publik.")
KEYWORDS = _("inovasi pelayanan publik")


def catalogue_bytes() -> bytes:
    """The catalogue of the newest dump; before the first one, without distributions."""
    return json.dumps(_catalogue(latest()), ensure_ascii=False, indent=1).encode() + b"\n"


def _at(path: str) -> str:
    return f"{settings.SITE_ADDRESS}{path}"


def _told(text: object) -> list[dict[str, str]]:
    languages = in_languages("text", text)
    return [{"@language": key[-2:], "@value": value} for key, value in languages.items()]


def _day(text: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": text}


def _catalogue(dump: Dump | None) -> dict[str, Any]:
    page = _at("/data/")
    publisher = {"@id": _at("/#sinovik"), "@type": "foaf:Agent", "foaf:name": "SINOVIK"}
    years = Edition.objects.published().aggregate(first=Min("year"), last=Max("year"))
    shared: dict[str, Any] = {
        "dct:publisher": publisher,
        "dct:language": LANGUAGE,
        "dct:license": {"@id": settings.DATA_LICENCE},
        "dct:spatial": {"@id": f"{EU}/country/IDN"},
    }
    changed = {"dct:modified": _instant(dump)} if dump else {}
    period = {}
    if years["first"]:
        period["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(f"{years['first']}-01-01"),
            "dcat:endDate": _day(f"{years['last']}-12-31"),
        }
    return {
        "@context": CONTEXT,
        "@id": _at(reverse("catalogue")),
        "@type": "dcat:Catalog",
        "dct:title": _told(TITLE),
        "dct:description": _told(DESCRIPTION),
        "foaf:homepage": {"@id": page},
        "dct:conformsTo": {"@id": "http://data.europa.eu/r5r/"},
        **shared,
        **changed,
        "dcat:service": [
            {
                "@id": _at("/api/v1/#layanan"),
                "@type": "dcat:DataService",
                "dct:title": _told("API v1"),
                "dcat:endpointURL": {"@id": _at("/api/v1/")},
                "dcat:endpointDescription": {"@id": _at(reverse("api:openapi-json"))},
                "dct:license": {"@id": settings.DATA_LICENCE},
            }
        ],
        "dcat:dataset": [_dataset(table, dump, shared | changed | period) for table in DATASETS],
    }


def _dataset(table: Dataset, dump: Dump | None, shared: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": _at(f"/data/#{table.name}"),
        "@type": "dcat:Dataset",
        "dct:identifier": table.name,
        "dct:title": _told(table.title),
        "dct:description": _told(table.title),
        "dcat:keyword": _told(KEYWORDS),
        "dcat:theme": {"@id": f"{EU}/data-theme/GOVE"},
        "dct:accrualPeriodicity": {"@id": f"{EU}/frequency/DAILY"},
        "dcat:landingPage": {"@id": _at("/data/")},
        "foaf:page": {"@id": _at(f"/data/kamus/#{table.name}")},
        **shared,
        "dcat:distribution": [
            _distribution(file, dump) for file in (dump.of_table(table.name) if dump else [])
        ],
    }


def _distribution(file: DumpFile, dump: Dump | None) -> dict[str, Any]:
    address = _at(reverse("dump_file", args=[LATEST, file.name]))
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:accessURL": {"@id": _at("/data/")},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{IANA}/{file.content_type.partition(';')[0]}"},
        "dct:format": {"@id": f"{EU}/file-type/{FORMATS[file.suffix]}"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "dct:license": {"@id": settings.DATA_LICENCE},
        "dct:modified": _instant(dump),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }


def _instant(dump: Dump | None) -> dict[str, str] | None:
    if dump is None:
        return None
    return {"@type": "xsd:dateTime", "@value": dump.made_at.isoformat(timespec="seconds")}
