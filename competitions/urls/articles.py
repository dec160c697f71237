"""Addresses of written pages: public ones, and those of the secretariat's desk."""

from django.urls import URLPattern, path

from competitions.views import article_writing, articles

_desk = "kerja/halaman/"
_one = f"{_desk}<int:pk>/"
article_patterns: list[URLPattern] = [
    path("berita/", articles.news_list, name="news_list"),
    path("berita/umpan.xml", articles.news_feed, name="news_feed"),
    path("berita/<slug:slug>/", articles.news_detail, name="news_detail"),
    path("bantuan/<slug:slug>/", articles.help_article, name="help_article"),
    path("panduan/", articles.guide, name="guide"),
    path("berkas/halaman/<int:pk>/", articles.article_file, name="article_file"),
    path(
        "kompetisi/<int:year>/dokumen/<slug:slug>/",
        articles.edition_document,
        name="edition_document",
    ),
    path(_desk, article_writing.article_list, name="article_list"),
    path(f"{_desk}baru/<slug:kind>/", article_writing.article_create, name="article_create"),
    path(_one, article_writing.article_edit, name="article_edit"),
    path(f"{_one}berkas/", article_writing.article_draft_file, name="article_draft_file"),
    path(f"{_one}terbit/", article_writing.article_publish, name="article_publish"),
    path(f"{_one}tarik/", article_writing.article_withdraw, name="article_withdraw"),
    path(f"{_one}versi/", article_writing.article_versions, name="article_versions"),
    path(
        f"{_one}versi/<int:number>/pulihkan/",
        article_writing.article_restore,
        name="article_restore",
    ),
]
