"""Browsing the register: words, filters, order, download; nothing unpublished shows."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innovations.actions.dossiers import DossierDraft, create_innovations, publish_innovations
from innovations.models import Award, Innovation
from innovations.queries.search import highlighted
from innovations.queries.spelling import suggestion
from innovations.queries.terms import Terms
from sinovik.audit import clock
from tests.factories import (
    Team,
    make_agency,
    make_category,
    make_innovations,
    make_province,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

Publish = Callable[..., list[Innovation]]

PROVINCES = [
    ("14", "Riau"), ("21", "Kepulauan Riau"), ("31", "DKI Jakarta"), ("32", "Jawa Barat"),
    ("34", "DI Yogyakarta"), ("53", "Nusa Tenggara Timur"),
]  # fmt: skip


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def publish(team: Team) -> Publish:
    def build(*titles: str, category: str = "kesehatan", **more: object) -> list[Innovation]:
        drafts = [
            DossierDraft(
                title=title,
                unit=team.unit,
                category=make_category(category),
                summary=str(more.get("summary", "Warga dilayani lebih cepat.")),
                started_on=None,
                is_simulated=bool(more.get("is_simulated")),
            )
            for title in titles
        ]
        drafted = create_innovations(by=team.innovator, agency=team.agency, drafts=drafts)
        for innovation in drafted:
            Innovation.objects.filter(pk=innovation.pk).update(started_on="2015-01-01")
        return publish_innovations(
            by=team.admin,
            innovations=list(Innovation.objects.filter(pk__in=[d.pk for d in drafted])),
        )

    return build


def read(client: WatchfulClient, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def titles(client: WatchfulClient, query: str) -> list[str]:
    return [i.title for i in client.get(f"/inovasi/{query}").context["page_obj"]]


def test_search_word_in_another_form_finds_the_dossier(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Antrean Puskesmas", "Sekolah Sungai")
    assert titles(client, "?q=puskesmas") == ["Antrean Puskesmas"]
    # The Indonesian stemmer takes "-nya" off.
    assert titles(client, "?q=antreannya") == ["Antrean Puskesmas"]


def test_search_draft_stays_hidden(client: WatchfulClient, team: Team) -> None:
    make_innovations(team, titles=["Rahasia Dapur"])
    page = client.get("/inovasi/?q=rahasia")
    assert page.context["total"] == 0
    assert "Rahasia Dapur" not in page.content.decode()


def test_search_acronym_family_phrase_and_exclusion(
    client: WatchfulClient, publish: Publish
) -> None:
    publish(
        "Dinas Kependudukan dan Pencatatan Sipil Keliling",
        "Rembuk Pembangunan Berkelanjutan",
        "Jemput Bola",
        "Bola Jemput",
    )
    assert titles(client, "?q=dukcapil") == ["Dinas Kependudukan dan Pencatatan Sipil Keliling"]
    assert titles(client, "?q=penduduk") == ["Dinas Kependudukan dan Pencatatan Sipil Keliling"]
    assert titles(client, "?q=keberlanjutan") == ["Rembuk Pembangunan Berkelanjutan"]
    assert titles(client, "?q=%22jemput%20bola%22") == ["Jemput Bola"]
    assert titles(client, "?q=bola%20-%22bola%20jemput%22") == ["Jemput Bola"]


def test_search_title_weighs_more_than_text_and_award_breaks_ties(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Lain", summary="Perahu menyeberang.")
    publish("Perahu Satu", "Perahu Dua")
    winner = Innovation.objects.get(title="Perahu Satu")
    Award.objects.create(
        innovation=winner, year=2019, band="top-45", band_name="Top 45", seats=45,
        announced_at=clock.now(),
    )  # fmt: skip
    assert titles(client, "?q=perahu") == ["Perahu Satu", "Perahu Dua", "Lain"]


def test_search_stop_words_are_in_no_vector_and_no_raw_write_misses_it(publish: Publish) -> None:
    publish("Judul")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE innovations_innovation SET summary = 'yang dan sawah atau dari'")
        cursor.execute("SELECT tsvector_to_array(search) FROM innovations_searchrow")
        (words,) = cursor.fetchone()
    assert "sawah" in words
    assert not {"yang", "dan", "atau", "dari"} & set(words)


def test_search_too_common_word_says_so(client: WatchfulClient, publish: Publish) -> None:
    publish("Antrean Puskesmas")
    page = client.get("/inovasi/?q=yang")
    assert page.context["total"] == 0
    assert "terlalu umum" in page.content.decode()


def test_search_without_a_hit_for_all_words_shows_those_with_some(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Antrean Puskesmas", "Sekolah Sungai")
    page = client.get("/inovasi/?q=antrean+helikopter")
    assert [i.title for i in page.context["page_obj"]] == ["Antrean Puskesmas"]
    assert "memuat semua kata" in page.content.decode()
    assert "Antrean Puskesmas" in read(client, "/inovasi/unduh.csv?q=antrean+helikopter").decode()
    rows = client.get("/api/v1/innovations?q=antrean+helikopter").json()["items"]
    assert [row["title"] for row in rows] == ["Antrean Puskesmas"]
    # Never past a filter that somebody set.
    make_category("pendidikan")
    assert titles(client, "?q=antrean+helikopter&kategori=pendidikan") == []


def test_facets_two_values_of_one_widen_and_of_two_narrow(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Satu", category="kesehatan")
    publish("Dua", category="pendidikan")
    assert len(titles(client, "?kategori=kesehatan&kategori=pendidikan")) == 2
    assert titles(client, "?kategori=kesehatan&jenis=kota") == []


def test_facets_counts_ignore_the_own_facet(client: WatchfulClient, publish: Publish) -> None:
    publish("Satu", "Dua", category="kesehatan")
    publish("Tiga", category="pendidikan")
    facets = client.get("/inovasi/?kategori=pendidikan").context["facets"]
    topics = {
        o.value: (o.count, o.checked)
        for f in facets
        if f["name"] == "kategori"
        for o in f["options"]
    }
    assert topics["kesehatan"] == (2, False)
    assert topics["pendidikan"] == (1, True)


def test_facet_without_hits_is_shown_disabled(client: WatchfulClient, publish: Publish) -> None:
    publish("Satu")
    make_category("hukum")
    html = client.get("/inovasi/").content.decode()
    assert 'value="hukum" disabled' in html


def test_chips_link_to_the_page_without_the_filter(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Antrean Puskesmas")
    chips = client.get("/inovasi/?q=antrean&kategori=kesehatan").context["chips"]
    assert chips == [{"text": "Kesehatan", "href": "/inovasi/?q=antrean"}]


def test_highlight_marks_hits_and_escapes_the_rest(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Judul", summary="<script>alert(1)</script> antrean warga")
    html = client.get("/inovasi/?q=antrean").content.decode()
    assert "<mark>antrean</mark>" in html
    assert "<script>alert" not in html
    assert highlighted("<b>") == "&lt;b&gt;"


def test_highlight_leaves_a_word_of_a_longer_form_alone(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Judul", summary="Indeks kepuasan masyarakat naik di puskesmas kami.")
    html = client.get("/inovasi/?q=puskesmas").content.decode()
    assert "<mark>puskesmas</mark>" in html
    assert "<mark>masyarakat</mark>" not in html
    # Control: the whole form is marked, and so is the word when somebody types it.
    publish("Lain", summary="Layanan pusat kesehatan masyarakat.")
    html = client.get("/inovasi/?q=puskesmas").content.decode()
    assert "<mark>pusat</mark> <mark>kesehatan</mark> <mark>masyarakat</mark>" in html
    html = client.get("/inovasi/?q=puskesmas+masyarakat").content.decode()
    assert "kepuasan <mark>masyarakat</mark> naik" in html


def test_highlight_marks_a_word_that_begins_like_one_of_its_longer_form(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Judul", summary="Kader posyandu menjalankan layanan gizi untuk warga.")
    html = client.get("/inovasi/?q=posyandu").content.decode()
    # "Pos pelayanan terpadu": neither its "pos" nor its "pelayanan" stands here.
    assert "<mark>posyandu</mark>" in html
    assert "<mark>layanan</mark>" not in html


def test_filters_narrow_what_is_shown_where_no_dossier_has_all_words(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Antrean Paspor", category="kesehatan")
    publish("Antrean Mangrove", category="pendidikan")
    page = client.get("/inovasi/?q=paspor+mangrove")
    (categories,) = [one for one in page.context["facets"] if one["name"] == "kategori"]
    assert [o.count for o in categories["options"] if o.value == "kesehatan"] == [1]
    # What the count promises is what a click gives, and it says that some words are missing.
    narrowed = client.get("/inovasi/?q=paspor+mangrove&kategori=kesehatan")
    assert [row.title for row in narrowed.context["page_obj"]] == ["Antrean Paspor"]
    assert "memuat sebagian" in narrowed.content.decode()
    # Control: where some dossier has all words, a filter that leaves none shows none.
    publish("Paspor Mangrove", category="kesehatan")
    assert titles(client, "?q=paspor+mangrove&kategori=pendidikan") == []


def test_search_first_lets_one_word_go_and_then_all_but_one(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Antrean Paspor", "Antrean Sawah", "Paspor Sungai")
    assert titles(client, "?q=antrean+paspor+helikopter") == ["Antrean Paspor"]
    assert titles(client, "?q=sungai+helikopter+mangrove") == ["Paspor Sungai"]


def test_search_either_of_two_words(client: WatchfulClient, publish: Publish) -> None:
    publish("Antrean Paspor", "Antrean Mangrove", "Antrean Sawah")
    assert set(titles(client, "?q=paspor+or+mangrove")) == {"Antrean Paspor", "Antrean Mangrove"}
    assert titles(client, "?q=antrean+%22paspor%22+OR+mangrove+-mangrove") == ["Antrean Paspor"]


def test_search_leaves_out_what_the_same_word_would_find(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Kartu Tanda Penduduk di Desa", "Sawah Kering")
    assert titles(client, "?q=ktp") == ["Kartu Tanda Penduduk di Desa"]
    assert titles(client, "?q=-ktp") == ["Sawah Kering"]
    assert titles(client, "?q=desa+-ktp-el") == []
    assert titles(client, '?q=desa+-"ktp"') == ["Kartu Tanda Penduduk di Desa"]


def test_permanent_number_leads_to_its_dossier(client: WatchfulClient, publish: Publish) -> None:
    (innovation,) = publish("Antrean Paspor")
    for typed in (innovation.code, innovation.code.lower(), f" INO {innovation.pk}"):
        answer = client.get("/inovasi/", {"q": typed})
        assert (answer.status_code, answer["Location"]) == (302, innovation.get_absolute_url())
    answer = client.get("/inovasi/", {"q": innovation.code}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == innovation.get_absolute_url()
    assert client.get("/inovasi/?q=INO-99999999").context["total"] == 0


def test_permanent_number_of_a_draft_says_nothing(client: WatchfulClient, team: Team) -> None:
    (draft,) = make_innovations(team, titles=["Rahasia Dapur"])
    page = client.get("/inovasi/", {"q": draft.code})
    assert (page.status_code, page.context["total"]) == (200, 0)


@pytest.mark.parametrize(
    ("query", "way"),
    [
        ("ntt", "?provinsi=53"),
        ("stunting+di+NTT", "?q=stunting&amp;provinsi=53"),
        ("prov.+jawa+barat", "?provinsi=32"),
        ("kepulauan+riau", "?provinsi=21"),
        ("air+jogja+bersih", "?q=air+bersih&amp;provinsi=34"),
        ("dki", "?provinsi=31"),
        ("ntt&kategori=kesehatan", "?kategori=kesehatan&amp;provinsi=53"),
    ],
)
def test_province_among_the_words_leads_to_its_filter(
    client: WatchfulClient, publish: Publish, query: str, way: str
) -> None:
    for code, name in PROVINCES:
        make_province(code, name)
    publish("Antrean Paspor")
    html = client.get(f"/inovasi/?q={query}").content.decode()
    assert f'Saring menurut provinsi: <a href="{way}">' in html
    assert "Mungkin maksud Anda" not in html


@pytest.mark.parametrize("query", ["stunting", "-ntt", '"jawa barat"', "ntt&provinsi=53"])
def test_province_is_not_offered(client: WatchfulClient, publish: Publish, query: str) -> None:
    for code, name in PROVINCES:
        make_province(code, name)
    publish("Antrean Paspor")
    assert "Saring menurut" not in client.get(f"/inovasi/?q={query}").content.decode()


def test_spelling_misspelt_word_suggests_the_near_one(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Posyandu Keliling")
    page = client.get('/inovasi/?q="posiandu"')
    assert "?q=%22posyandu%22" in page.content.decode()
    assert suggestion("zzzzzz") == ""
    assert suggestion("Posyandu yang keliling") == ""
    assert suggestion("posyandukeliling") == "posyandu keliling"
    assert suggestion("klg") == ""
    assert suggestion('"keliling posyandu"') == "keliling posyandu"
    assert suggestion("“keliling posyandu”") == "keliling posyandu"


def test_spelling_one_sure_correction_is_shown_at_once_with_ways_back_and_forth(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Posyandu Keliling")
    publish("Antrean Puskesmas")
    page = client.get("/inovasi/?q=posiandu&urut=judul")
    html = page.content.decode()
    assert [row.title for row in page.context["page_obj"]] == ["Posyandu Keliling"]
    assert "Menampilkan hasil untuk" in html
    assert '<a href="?q=%22posiandu%22&amp;urut=judul">cari posiandu saja</a>' in html
    assert '<a href="?q=posyandu&amp;urut=judul"><b lang="id">posyandu</b></a>' in html
    assert "inovasi.csv?q=posyandu" in html or "q=posyandu&amp;urut=judul" in html
    literal = client.get("/inovasi/?q=%22posiandu%22&urut=judul")
    assert list(literal.context["page_obj"]) == []
    assert "Menampilkan hasil" not in literal.content.decode()
    swapped = client.get("/inovasi/?q=posiandu", headers={"HX-Request": "true"})
    assert swapped["HX-Push-Url"] == "/inovasi/?q=posiandu"


@pytest.mark.parametrize(
    ("query", "circumstance"),
    [
        ("posyandu", "it is right"),
        ("posiandu helikopterr", "two words are unknown"),
        ("-posiandu", "it is left out"),
        ("posiandu antrean", "the right words find nothing together"),
        ("sahat", "two words are equally near"),
        ("zzzzzz", "nothing is near"),
    ],
)
def test_spelling_is_not_put_right_where(
    client: WatchfulClient, publish: Publish, query: str, circumstance: str
) -> None:
    publish("Posyandu Sehat")
    publish("Antrean Puskesmas Lahat")
    page = client.get(f"/inovasi/?q={query}")
    assert "Menampilkan hasil untuk" not in page.content.decode(), circumstance


def test_spelling_newly_published_word_is_known_at_once(publish: Publish) -> None:
    publish("Posyandu Keliling")
    assert suggestion("helikoptter") == ""
    publish("Helikopter Siaga")
    assert suggestion("helikoptter") == "helikopter"


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "penghargaan"),
        ("?q=x", "relevan"),
        ("?urut=terbaru", "terbaru"),
        ("?urut=relevan", "penghargaan"),
    ],
)
def test_order_relevance_needs_words(client: WatchfulClient, query: str, order: str) -> None:
    assert client.get(f"/inovasi/{query}").context["terms"].order == order


def test_terms_without_takes_one_value_off() -> None:
    terms = Terms(facets={"kategori": ("a", "b")})
    assert terms.without("kategori", "a").facets["kategori"] == ("b",)


def test_filters_are_cleared_without_the_words(client: WatchfulClient, publish: Publish) -> None:
    publish("Antrean Puskesmas")
    address = "/inovasi/?q=antrean&kategori=kesehatan&urut=judul"
    for headers, links in (({}, 2), ({"HX-Request": "true"}, 2)):
        html = client.get(address, headers=headers).content.decode()
        found = re.findall(r'href="([^"]*)"[^>]*>Hapus semua<', html)
        assert found == ["/inovasi/?q=antrean&amp;urut=judul"] * links, headers


def test_htmx_gets_title_and_ways_on_that_carry_the_search(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Antrean Puskesmas")
    html = client.get("/inovasi/?q=antrean", headers={"HX-Request": "true"}).content.decode()
    assert "<title>antrean · Jelajahi inovasi · SINOVIK</title>" in html
    swapped = dict(re.findall(r'id="(bahasa|umpan)"([^>]*)>', html))
    assert 'href="/en/inovasi/?q=antrean"' in swapped["bahasa"]
    assert 'href="/inovasi/umpan.xml?q=antrean"' in swapped["umpan"]
    assert all('data-hx-swap-oob="true"' in given for given in swapped.values())


def test_htmx_gets_the_results_and_counts_alone(client: WatchfulClient, publish: Publish) -> None:
    publish("Antrean Puskesmas")
    answer = client.get("/inovasi/?q=antrean&urut=", headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert "<html" not in html
    assert 'id="saringan" data-hx-swap-oob="true"' in html
    assert answer["HX-Push-Url"] == "/inovasi/?q=antrean"
    assert "HX-Request" in answer["Vary"]


def test_csv_marks_what_is_simulated(client: WatchfulClient, publish: Publish) -> None:
    publish("Contoh", is_simulated=True)
    publish("=SUM(1)")
    lines = read(client, "/inovasi/unduh.csv").decode("utf-8-sig").splitlines()
    assert lines[0].startswith("nomor,judul,instansi")
    assert any("Contoh" in line and ",ya," in line for line in lines)
    assert any("'=SUM(1)" in line and ",tidak," in line for line in lines)


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?q=%ED%A0%80",
        "?q='\"%26|!(",
        "?q=a:*%20%3C-%3E%20!!b%20%5C'",
        "?page=999&tahun=abc&provinsi=zz&kategori=%00&tpb=%ED%A0%80",
        "?urut='%3B--&tidak=dikenal",
        "?q=" + "a " * 300,
        "?q=" + "antrean" * 1500,
        "?q=" + "%22" * 300,
    ],
)
def test_search_odd_input_is_answered(client: WatchfulClient, query: str) -> None:
    assert client.get(f"/inovasi/{query}").status_code == 200


def test_simulated_dossier_is_labelled_in_the_list(
    client: WatchfulClient, publish: Publish
) -> None:
    publish("Contoh", is_simulated=True)
    assert "Data simulasi" in client.get("/inovasi/").content.decode()


def test_pages_are_linked(client: WatchfulClient, publish: Publish) -> None:
    publish(*[f"Inovasi ke {n}" for n in range(21)])
    first, second = titles(client, "?q=inovasi"), titles(client, "?q=inovasi&page=2")
    assert (len(first), len(second)) == (20, 1)
    assert not set(first) & set(second)


@pytest.mark.parametrize("query", ["", "?q=inovasi", "?q=inovasi&kategori=kesehatan"])
def test_queries_do_not_grow_with_rows(
    client: WatchfulClient, publish: Publish, query: str
) -> None:
    counts = []
    for number in (1, 3):
        publish(*[f"Inovasi {number} {n}" for n in range(number)])
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/inovasi/{query}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_province_of_the_agency_narrows(client: WatchfulClient) -> None:
    from agencies.enums import AgencyType
    from tests.factories import make_published_innovation, make_regency

    regency = make_regency("34.04")
    agency = make_agency(agency_type=AgencyType.REGENCY, region=regency)
    innovation = make_published_innovation(make_team(agency))
    make_published_innovation()
    assert titles(client, "?provinsi=34") == [innovation.title]
    assert titles(client, "?jenis=kabupaten") == [innovation.title]


def test_snippet_from_inside_the_summary_says_so(client: WatchfulClient, publish: Publish) -> None:
    publish("Judul", summary="Awal. " + "kata " * 60 + "antrean " + "lain " * 60)
    (hit,) = client.get("/inovasi/?q=antrean").context["rows"]
    assert hit["summary"].startswith("… ")
    assert hit["summary"].endswith(" …")
