"""The watch that the test client keeps over every page sees what is nested wrongly."""

import pytest

from tests.pages import page_faults


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p><b>Tebal</p></b>", "</p> within ['p', 'b']"),
        ("<section><div></section>", "</section> within ['section', 'div']"),
        ("<ul><li>Satu</li>", "<ul> is left open"),
        ("<p>Teks<div>kotak</div></p>", "<div> within <p>"),
        ("<h2><ul></ul></h2>", "<ul> within <h2>"),
        ("<ul><div></div></ul>", "<div> within <ul>"),
        ("<table><tbody><td></td></tbody></table>", "<td> within <tbody>"),
        ('<a href="/"><span><button>Kirim</button></span></a>', "<button> within <span>"),
        ('<button><a href="/">Buka</a></button>', "<a> within <button>"),
        ('<img alt="" src="/a.png" alt="">', "<img> has an attribute twice"),
        ('<div><p id="a"></p><p id="a"></p></div>', "id 'a' twice"),
    ],
)
def test_wrong_nesting_is_seen(html: str, fault: str) -> None:
    assert fault in page_faults(html)


@pytest.mark.parametrize(
    "html",
    [
        '<dl><div><dt>Nama</dt><dd><a href="/"><b>Budi</b></a></dd></div></dl>',
        "<table><thead><tr><th>Tahun</th></tr></thead><tbody></tbody></table>",
        '<svg viewBox="0 0 1 1"><g><title>Bilah</title><rect/><path d="M0"></path></g></svg>',
        '<label>Nama<input type="text"></label><ul><li><p>Satu</p><ul><li>a</li></ul></li></ul>',
        '<details><summary>Rincian</summary><a href="/"><h3>Judul</h3></a></details>',
        "<tr><td>Sebuah baris saja</td></tr>",
    ],
)
def test_right_nesting_is_left_alone(html: str) -> None:
    assert page_faults(html) == []
