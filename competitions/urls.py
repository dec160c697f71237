"""Addresses of the contest: public pages, pages of entrants, pages of judges."""

from django.urls import URLPattern, path

from competitions.views import editions, results, statistics

app_name = "competitions"

public_patterns: list[URLPattern] = [
    path("kompetisi/", editions.edition_list, name="edition_list"),
    path("kompetisi/<int:year>/", editions.edition_detail, name="edition_detail"),
    path("kompetisi/<int:year>/<slug:band>/", results.result_list, name="result_list"),
    path("kompetisi/<int:year>/<slug:band>/daftar.csv", results.result_csv, name="result_csv"),
    path("statistik/", statistics.statistics, name="statistics"),
    path("statistik/<slug:table>.csv", statistics.statistics_csv, name="statistics_csv"),
]

# Drafting and submitting, under /kerja/.
entrant_patterns: list[URLPattern] = []

# Checking, scoring and ranking, under /kerja/.
judging_patterns: list[URLPattern] = []

urlpatterns = [*public_patterns, *entrant_patterns, *judging_patterns]
