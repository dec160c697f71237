"""Sources of figures: links named after their site, and nothing of a text is run."""

from sinovik.web.templatetags.web import sourced


def test_a_source_is_named_after_its_site() -> None:
    said = sourced("Rilis https://www.menpan.go.id/site/berita-terkini/kompetisi?x=1&y=2.")
    address = "https://www.menpan.go.id/site/berita-terkini/kompetisi?x=1&amp;y=2"
    assert f'<a href="{address}" rel="nofollow">menpan.go.id</a>.' in said


def test_a_source_stays_text() -> None:
    said = sourced("<script>x</script> https://a.example/<b>")
    assert "<script>" not in said
    assert "<b>" not in said
    assert sourced("Dokumen awal") == "Dokumen awal"
