"""What is pasted from offices becomes paragraphs and lists, nothing else."""

import pytest
from playwright.sync_api import Page, expect

from innovations.models import Innovation
from tests.browser.conftest import OpenPage, SignIn
from tests.browser.visits import at
from tests.factories import make_contest

pytestmark = pytest.mark.django_db(transaction=True)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name=Generator content="Microsoft Word 15"><title>Surat rahasia</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri",sans-serif;} @list l0:level1
{mso-level-number-format:bullet;} --></style></head>
<body lang=IN style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoNormal align=center style='text-align:center'><b><span lang=IN
style='font-size:14.0pt'>Latar belakang<o:p></o:p></span></b></p>
<p class=MsoNormal><span lang=IN>Warga meng\u00adantre&nbsp;&nbsp;dua jam,
lalu pulang.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Loket
<b>sedikit</b></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span>&nbsp; </span></span></span>
<![endif]>dua di desa</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>\u00b7<span>&nbsp;</span></span><![endif]>Formulir banyak</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span><![endif]>Didata</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span><![endif]>Dilayani<br>di rumah</p>
<p class=MsoNormal>Selesai<del>ai</del>. <img src="file:///C:/gambar.png"></p>
<!--EndFragment--></body></html>"""

DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1a2b">
<p dir="ltr"><span style="font-size:11pt">Solusi </span><a href="https://contoh.go.id"><span>kami
</span></a></p><ol style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr"
role="presentation"><span>Daftar</span></p></li><ul><li aria-level="2"><p><span>lewat
ponsel</span></p></li></ul><li><p><span>Datang</span></p></li></ol><br><p>Akhir.</p></b>"""

EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td
{mso-style-parent:style0;}</style></head><body><table><col width=64><!--StartFragment-->
<tr height=20><td class=xl65>Tahun</td><td>Menit antre</td></tr>
<tr><td align=right x:num>2018</td><td align=right>120</td></tr><tr><td></td><td></td></tr>
<tr><td align=right>2019</td><td align=right>5,5</td></tr><!--EndFragment-->
</table></body></html>"""

PAGE = """<h2>Hasil</h2><div>Satu<div>Dua</div></div><script>alert(1)</script>
<ul><li>A<p>lanjutan A</p></li><li>B</li></ul><img src=x onerror="window.hacked = 1">
<style>p { color: red }</style>&lt;b&gt;bukan tebal&lt;/b&gt;"""

SAMPLES = {
    "word": (
        WORD,
        "Latar belakang\n\nWarga mengantre dua jam, lalu pulang.\n\n"
        "- Loket sedikit\n  - dua di desa\n- Formulir banyak\n1. Didata\n2. Dilayani\ndi rumah\n\n"
        "Selesai.",
    ),
    "docs": (DOCS, "Solusi kami\n\n1. Daftar\n  - lewat ponsel\n2. Datang\n\nAkhir."),
    "excel": (EXCEL, "Tahun | Menit antre\n2018 | 120\n2019 | 5,5"),
    "page": (PAGE, "Hasil\n\nSatu\n\nDua\n\n- A\n  lanjutan A\n- B\n\n<b>bukan tebal</b>"),
}


def paste(page: Page, html: str, plain: str) -> bool:
    """Paste into the section's box; whether the page took it over from the browser."""
    return bool(
        page.get_by_role("textbox").evaluate(
            """(area, [html, plain]) => {
              const clipboardData = new DataTransfer();
              if (html) clipboardData.setData("text/html", html);
              clipboardData.setData("text/plain", plain);
              return !area.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
            }""",
            [html, plain],
        )
    )


@pytest.mark.parametrize("sample", SAMPLES)
def test_pasted_office_text_keeps_paragraphs_and_lists_only(
    open_page: OpenPage, sign_in: SignIn, sample: str
) -> None:
    contest = make_contest(entries=1)
    html, expected = SAMPLES[sample]
    page = open_page()
    sign_in(page, contest.team.innovator)
    page.goto(at("section", contest.entries[0], "novelty"))
    box = page.get_by_role("textbox")
    with page.expect_response("**/paste*.js"):
        box.fill("Awal [] akhir")
    page.wait_for_timeout(200)
    box.evaluate("(area) => area.setSelectionRange(5, 7)")
    assert paste(page, html, "teks polos")
    expect(box).to_have_value(f"Awal {expected} akhir")
    assert page.evaluate("window.hacked") is None
    page.keyboard.press("Control+z")
    expect(box).to_have_value("Awal [] akhir")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Tersimpan pukul")
    stored = Innovation.objects.get(pk=contest.entries[0].innovation_id).sections["novelty"]
    assert stored == f"Awal {expected} akhir"


def test_pasted_plain_text_is_left_to_the_browser(open_page: OpenPage, sign_in: SignIn) -> None:
    contest = make_contest(entries=1)
    page = open_page()
    sign_in(page, contest.team.innovator)
    page.goto(at("section", contest.entries[0], "novelty"))
    with page.expect_response("**/paste*.js"):
        page.get_by_role("textbox").focus()
    page.wait_for_timeout(200)
    assert not paste(page, "", "teks polos")
    assert not paste(page, "<style>p {}</style>", "teks polos")
