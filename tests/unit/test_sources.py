"""Sources of figures: links named after their site, and nothing of a text is run."""

from django.utils import translation

from sinovik.web.templatetags.web import sourced


def test_a_source_is_named_after_its_site() -> None:
    said = sourced("Rilis https://www.menpan.go.id/site/berita-terkini/kompetisi?x=1&y=2.")
    address = "https://www.menpan.go.id/site/berita-terkini/kompetisi?x=1&amp;y=2"
    assert f'<a href="{address}" rel="nofollow">menpan.go.id</a>.' in said


def test_a_source_stays_text() -> None:
    said = sourced("<script>x</script> https://a.example/<b>")
    assert "<script>" not in said
    assert "<b>" not in said
    assert sourced("Siaran pers") == '<span lang="id">Siaran pers</span>'


def test_the_first_reference_is_named_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert (
            sourced("Dokumen rujukan awal proyek") == "The project&#x27;s first reference document"
        )
