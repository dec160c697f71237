"""A draft edition as entrants and evaluators would meet it: the same pieces, nothing written."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.design import clone_edition
from competitions.blueprints import DocumentBlueprint
from competitions.models import Assignment, DocumentRequirement, Edition, Entry, FormSection, Stage
from competitions.queries.design import blueprint_of, places_of
from innovations.models import InnovationVersion
from tests.editions import FIRST, REVIEW, SECOND
from tests.factories import Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

CRITERION = re.compile(r'<fieldset class="criterion".*?</fieldset>', re.DOTALL)
FIELD = re.compile(r'<div class="govuk-form-group">.*?</textarea>.*?</p>', re.DOTALL)
GUIDANCE = re.compile(
    r'<details class="disclosure"><summary>Apa yang dinilai.*?</details>', re.DOTALL
)
DOCUMENT = re.compile(r'<section class="section" aria-labelledby="dokumen-.*?</h2>', re.DOTALL)


def address(name: str, edition: Edition, *more: str) -> str:
    return reverse(f"competitions:preview_{name}", args=[edition.year, *more])


def every_address(edition: Edition) -> list[str]:
    return [
        address("entrant", edition),
        *(address("section", edition, one.key) for one in edition.sections.all()),
        address("documents", edition),
        address("sheet", edition, REVIEW),
        address("sheet", edition, SECOND),
    ]


@pytest.fixture
def contest() -> Contest:
    contest = make_contest(REVIEW, entries=1)
    contest.edition.documents.create(key="surat", name="Surat pengantar", position=1)
    contest.edition.sections.filter(key="novelty").update(guidance="Sebut apa yang baru.")
    for criterion in contest.edition.stages.get(slug=REVIEW).criteria.all():
        criterion.levels.create(mark=1, label="Lemah", descriptor=f"Tidak ada {criterion.key}.")
    return contest


def written(client: WatchfulClient, href: str) -> str:
    response = client.get(href)
    assert response.status_code == 200, href
    return response.content.decode()


def test_preview_is_made_of_what_entrants_and_judges_see(
    client: WatchfulClient, contest: Contest
) -> None:
    edition = contest.edition
    assignment = Assignment.objects.filter(stage__slug=REVIEW, stage__edition=edition).first()
    assert assignment is not None
    client.force_login(assignment.evaluator)
    sheet = written(client, reverse("competitions:scoresheet_edit", args=[assignment.pk]))
    client.force_login(contest.officer)
    seen = written(client, address("sheet", edition, REVIEW))
    assert CRITERION.findall(seen) == CRITERION.findall(sheet)
    assert len(CRITERION.findall(seen)) == 3
    assert "Tidak ada novelty." in seen
    assert "Bagaimana novelty?" in seen

    open_contest = make_contest(entries=1, documents=[DocumentBlueprint("sk", "Keputusan", "Asli")])
    open_contest.edition.sections.filter(key="novelty").update(
        guidance="Sebut apa yang baru.", example="Perahu menjadi perpustakaan."
    )
    entry = open_contest.edition.entries.get()
    client.force_login(open_contest.team.admin)
    real = written(client, reverse("competitions:entry_section", args=[entry.pk, "novelty"]))
    shelf = written(client, reverse("competitions:entry_documents", args=[entry.pk]))
    client.force_login(open_contest.head)
    seen = written(client, address("section", open_contest.edition, "novelty"))
    assert GUIDANCE.findall(seen) == GUIDANCE.findall(real) != []
    assert empty_field(seen) == empty_field(real)
    assert "0 dari 300 kata" in seen
    assert "Perahu menjadi perpustakaan." in seen
    seen = written(client, address("documents", open_contest.edition))
    assert DOCUMENT.findall(seen) == DOCUMENT.findall(shelf) != []
    assert "Asli" in seen


def empty_field(html: str) -> str:
    """The field of a section without its text and its count."""
    (field,) = FIELD.findall(html)
    field = re.sub(r">[^<]*</textarea>", "></textarea>", field)
    return re.sub(r"\d+ dari", "n dari", field)


def test_preview_of_a_draft_writes_nothing_and_takes_nothing(
    client: WatchfulClient, contest: Contest
) -> None:
    draft = clone_edition(
        by=contest.head,
        source=contest.edition,
        year=contest.edition.year + 300,
        name="KIPP rancangan",
        theme="Tema rancangan",
    )
    tables = (
        Edition,
        Stage,
        Entry,
        Assignment,
        FormSection,
        DocumentRequirement,
        InnovationVersion,
    )
    before = [model.objects.count() for model in tables]
    client.force_login(contest.officer)
    overview = written(client, reverse("competitions:design_overview", args=[draft.year]))
    assert address("entrant", draft) in overview
    assert address("sheet", draft, REVIEW) in overview
    assert address("sheet", draft, FIRST) not in overview
    for href in every_address(draft):
        html = written(client, href)
        assert "Pratinjau KIPP rancangan" in html
        assert "tidak ada yang tersimpan atau terkirim" in html
        main = html[html.index("<main") : html.index("</main>")]
        assert "<form" not in main, href
        assert "data-autosave" not in main.replace("data-autosave-status", ""), href
        assert client.post(href).status_code == 405
    assert [model.objects.count() for model in tables] == before
    for place in places_of(blueprint_of(draft)):
        part = reverse("competitions:design_part", args=[draft.year, place.address])
        assert any(href in written(client, part) for href in previews_of(place.address, draft))


def previews_of(part: str, edition: Edition) -> Iterator[str]:
    """Where the link of a part leads."""
    if part == "dokumen":
        yield address("documents", edition)
    elif part.endswith((REVIEW, SECOND)):
        yield address("sheet", edition, REVIEW if part.endswith(REVIEW) else SECOND)
    else:
        yield address("entrant", edition)


def test_blindness_and_faults_show_in_the_preview(client: WatchfulClient, contest: Contest) -> None:
    edition = contest.edition
    client.force_login(contest.head)
    open_sheet = written(client, address("sheet", edition, REVIEW))
    assert "Nama instansi" in open_sheet
    edition.stages.filter(slug=REVIEW).update(is_blind=True)
    blind = written(client, address("sheet", edition, REVIEW))
    assert "Nama instansi" not in blind
    assert "Identitas instansi disamarkan." in blind

    empty = clone_edition(
        by=contest.head, source=edition, year=edition.year + 301, name="Kosong", theme="Kosong"
    )
    empty.sections.all().delete()
    empty.documents.all().delete()
    empty.stages.get(slug=REVIEW).criteria.all().delete()
    empty.rules.update(parameters={"asing": 1})
    if not empty.rules.exists():
        empty.rules.create(key="age", source="Uji", parameters={"asing": 1})
    page = written(client, address("entrant", empty))
    assert "Formulir belum memiliki bagian." in page
    assert "Perbaiki aturan syarat" in page
    assert "Tidak ada dokumen yang diminta." in written(client, address("documents", empty))
    assert "belum memiliki kriteria" in written(client, address("sheet", empty, REVIEW))
    missing = [
        address("section", empty, "novelty"),
        address("sheet", empty, FIRST),
        reverse("competitions:preview_entrant", args=[empty.year + 77]),
    ]
    assert {client.get(href).status_code for href in missing} == {404}
    for person in (contest.team.admin, contest.observer, contest.evaluators[0]):
        client.force_login(person)
        for href in every_address(edition):
            response = client.get(href)
            assert response.status_code == 403
            assert "Bagaimana novelty?" not in response.content.decode()


def test_previews_ask_the_same_whatever_the_number_of_rows(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    edition = contest.edition
    addresses = every_address(edition)

    def queries() -> list[int]:
        counted = []
        for href in addresses:
            with CaptureQueriesContext(connection) as captured:
                client.get(href)
            counted.append(len(captured))
        return counted

    client.get(addresses[0])
    one = queries()
    assert max(one) <= 15
    stage = edition.stages.get(slug=SECOND)
    for number in range(2):
        edition.sections.create(key=f"b-{number}", title="B", question="Apa?", position=20 + number)
        edition.documents.create(key=f"d-{number}", name="D", position=20 + number)
        edition.groups.create(slug=f"g-{number}", name="G", position=20, minimum_age_months=1)
        stage.criteria.create(
            key=f"k-{number}", name="K", question="Apa?", weight=1, position=20 + number
        )
    assert queries() == one
