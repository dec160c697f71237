"""Every component on one page with invented content, and the page shown without a network."""

import csv
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.queries.tiles import Tile
from innovations.queries.facets import Option
from sinovik.exports import qr_code
from sinovik.web.access import public

YES_NO = [("y", "Ya"), ("n", "Tidak")]
TOPICS = [("kesehatan", "Kesehatan"), ("pendidikan", "Pendidikan"), ("inklusi", "Inklusi sosial")]
LEVELS = ("Sangat kurang", "Kurang", "Cukup", "Baik", "Sangat baik")
PROVINCES = Path(settings.BASE_DIR) / "agencies" / "reference" / "provinces.csv"


def _line() -> dict[str, Any]:
    """Three measurements that fall and rise again."""
    spots = [
        {"x": "0", "y": "30", "label": "60", "year": "2024"},
        {"x": "40", "y": "85", "label": "15", "year": "2025"},
        {"x": "100", "y": "15", "label": "75", "year": "2026"},
    ]
    pairs = list(itertools.pairwise(spots))
    return {"spots": spots, "strokes": pairs, "base": "30", "goal": "85"}


class SampleForm(forms.Form):
    """One field of each kind; two of them refuse the sample content."""

    title = forms.CharField(label="Judul inovasi", help_text="Paling banyak 15 kata.")
    summary = forms.CharField(
        label="Ringkasan",
        help_text="Jelaskan masalah, solusi, dan hasil utama dalam bahasa yang mudah dipahami.",
        widget=forms.Textarea(attrs={"data-max-words": 200, "rows": 5}),
    )
    goal = forms.CharField(
        label="Tujuan",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Isi tujuan inovasi"},
    )
    topic = forms.ChoiceField(label="Kategori", choices=TOPICS)
    started = forms.DateField(
        label="Mulai dijalankan",
        widget=forms.DateInput(
            attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"
        ),
        required=False,
    )
    is_adapted = forms.ChoiceField(
        label="Apakah inovasi ini adaptasi?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih apakah inovasi ini adaptasi"},
    )
    benefits = forms.MultipleChoiceField(
        label="Siapa yang merasakan manfaat?",
        choices=TOPICS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    decree = forms.FileField(
        label="Surat keputusan", help_text="PDF, paling besar 5 MB.", required=False
    )
    password = forms.CharField(
        label="Kata sandi", widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    is_true = forms.BooleanField(label="Saya menyatakan data ini benar")


def _tiles() -> list[Tile]:
    with PROVINCES.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["tile_column"]]
    return [
        Tile(
            code=row["code"],
            column=int(row["tile_column"]),
            row=int(row["tile_row"]),
            abbreviation=row["abbreviation"],
            name=row["name"],
            value=(i * 37) % 211,
            level=i % 5,
            href="#peta",
        )
        for i, row in enumerate(rows)
    ]


def _work() -> dict[str, Any]:
    """Samples of what signed-in pages use."""
    return {
        **_task_states(),
        "rows": [
            {"key": "Judul", "value": "MANTRA PADU", "href": "#ringkasan"},
            {"key": "Instansi", "value": "Kabupaten Sleman"},
        ],
        "timeline": [
            {"title": "Pendaftaran", "when": "1 Maret sampai 21 April 2019", "state": "done"},
            {"title": "Penilaian", "when": "27 April sampai 10 Mei 2019", "state": "current"},
            {"title": "Pengumuman", "when": "12 Agustus 2019"},
        ],
        "levels": [
            {"value": i, "label": label, "descriptor": f"Uraian untuk nilai {i}."}
            for i, label in enumerate(LEVELS, 1)
        ],
        "spread": [62.5, 70, 71.5, 88],
        "others": [{"sentence": "Rina (UPP Dinkes) sedang mengisi bagian ini sejak 13.58."}],
        "hunks": [
            ("equal", "Warga antre "),
            ("removed", "dua jam"),
            ("added", "lima menit"),
            ("equal", " di loket."),
        ],
        "qr": qr_code("https://sinovik.invalid/verifikasi/7K3F-9QXA-22/"),
    }


def _task_states() -> dict[str, Any]:
    """A proposal's sections in every state, as a list and as side navigation."""
    return {
        "tasks": [
            {"title": "Identitas", "href": "#tugas", "status": "Selesai", "tone": "green"},
            {"title": "Ringkasan", "href": "#tugas", "status": "Sedang diisi", "tone": "blue"},
            {
                "title": "Dampak",
                "href": "#tugas",
                "status": "Perlu perbaikan",
                "tone": "yellow",
                "hint": "Sekretariat: lampirkan bukti pengukuran.",
            },
            {
                "title": "Kirim",
                "status": "Belum bisa diisi",
                "tone": "grey",
                "hint": "Selesaikan semua bagian dahulu.",
            },
        ],
        "side": [
            {"text": "Identitas", "href": "#samping", "tag": "Selesai", "tone": "green"},
            {
                "text": "Ringkasan",
                "href": "#samping",
                "tag": "Sedang diisi",
                "tone": "blue",
                "current": True,
            },
            {"text": "Dampak", "href": "#samping", "tag": "Belum diisi"},
        ],
    }


def _public() -> dict[str, Any]:
    """Samples of what public pages use."""
    years = ("2017", "2018", "2019")
    return {
        "bars": [
            {"label": "Kesehatan", "value": 711},
            {"label": "Kependudukan", "value": 508},
            {"label": "Pertanian dan ketahanan pangan", "value": 122},
        ],
        "steps": [
            {"label": "Diajukan", "value": 1872},
            {"label": "Lolos administrasi", "value": 1651, "note": "88,2% dari tahap sebelumnya"},
            {"label": "Top 99", "value": 99, "note": "6% dari tahap sebelumnya"},
            {"label": "Top 45", "value": 45, "note": "45,5% dari tahap sebelumnya"},
        ],
        "line": _line(),
        "trend": [
            {"label": year, "value": value}
            for year, value in zip(years, (3054, 2824, 3156), strict=True)
        ],
        "tiles": _tiles(),
        "legend": [
            {"level": 0, "text": "Tidak ada"},
            {"level": 1, "text": "1 sampai 24"},
            {"level": 4, "text": "150 atau lebih"},
        ],
        "pills": [
            {"text": year, "href": "#pil", "current": year == "2019", "count": 45} for year in years
        ],
        "chips": [{"text": "Top 45", "href": "#chip"}, {"text": "Kesehatan", "href": "#chip"}],
        "options": [
            Option("provinsi", str(i), f"Provinsi {i}", i * 113 % 400, checked=i == 1)
            for i in range(12)
        ],
        "crumbs": [{"text": "Beranda", "href": "/"}, {"text": "Komponen"}],
    }


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component with samples; the form is shown with its errors."""
    sample = {"title": "MANTRA PADU", "summary": "Warga mengurus akta dalam satu kunjungan."}
    now = timezone.now()
    context = {
        **_public(),
        **_work(),
        "sample": SampleForm(sample),
        "closes_at": now + timedelta(days=53, hours=1),
        "url": request.build_absolute_uri(),
    }
    return render(request, "home/component_gallery.html", context)


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what a browser keeps for the time without a network."""
    return render(request, "home/offline.html")


@public
@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The service worker: at the root, since it answers for the addresses below its own."""
    page = reverse("home:offline")
    context = {"pages": [page, f"/en{page}"]}
    return render(request, "home/offline_worker.js", context, content_type="text/javascript")
