"""The API tells what it lists and nothing else, of what is public and of nothing else."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agencies.models import User
from innovations.actions.life import Proof, attest_life
from innovations.actions.observations import Finding, file_mystery_check, file_satisfaction
from innovations.actions.outcomes import Figure, add_indicator
from innovations.enums import ReplicationState
from innovations.models import Innovation
from sinovik.audit import clock
from tests.factories import (
    ANNOUNCED,
    Contest,
    make_contest,
    make_published_innovation,
    make_replication,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

FIELDS = {
    "innovations": "code slug title agency agency_slug category summary published_at life awards "
    "simulated source",
    "agencies": "slug name agency_type region province simulated source",
    "editions": "year name theme simulated source note stages",
    "attestations": "innovation state stopped_on reason lessons note link "
    "attested_at simulated source",
    "indicators": "innovation indicator unit direction kind value dated_on is_year_only "
    "measured_by simulated source",
    "mystery-checks": "innovation dated_on is_year_only observed_by note place result "
    "waiting_minutes simulated source",
    "satisfaction": "innovation dated_on is_year_only observed_by note survey value "
    "weakest_part simulated source",
    "replications": "origin agency verified agreed_at verified_at replica simulated",
    "statistics/editions": "year agencies recorded submitted passed bands simulated",
    "statistics/published": "year metric group value source note",
}
REGISTER = "innovations agencies provinces simulated winners by_category by_province"
FUNNEL = "agencies recorded submitted passed bands simulated sources"
DOSSIER = (
    FIELDS["innovations"]
    + " unit location novelty_kind novelty_form benefit started_on goals sections"
)


def walked(client: WatchfulClient) -> Iterator[tuple[str, Any]]:
    """Every address of the OpenAPI document that takes no value, with its answer."""
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        if "{" not in path:
            answer = client.get(path)
            assert answer.status_code == 200, path
            yield path.removeprefix("/api/v1/"), answer.json()


def private_words(contest: Contest) -> list[str]:
    """What stands in columns that no address lists: people, addresses, drafts."""
    people = User.objects.all()
    words = [person.email for person in people] + [person.name for person in people]
    return [*words, "rahasia-dapur"]


def observe(contest: Contest, innovation: Innovation) -> None:
    """A mystery check that was put right, and a satisfaction figure."""
    finding = Finding(date(2025, 5, 1), "Ombudsman", source="Laporan 2025", is_simulated=True)
    first = file_mystery_check(
        by=contest.observer,
        innovation=innovation,
        finding=finding,
        place="Loket 1",
        result="Belum selesai.",
        waiting_minutes=Decimal(40),
    )
    file_mystery_check(
        by=contest.observer,
        innovation=innovation,
        finding=finding,
        place="Loket 1",
        result="Selesai.",
        waiting_minutes=Decimal(15),
        corrects=first,
        correction_reason="Salah catat.",
    )
    file_satisfaction(
        by=contest.observer,
        innovation=innovation,
        finding=finding,
        survey="Survei kepuasan",
        value=Decimal(81),
    )


def test_lists_tell_their_fields_and_nobodys_secrets(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    public = make_published_innovation(contest.team)
    attest_life(
        by=contest.team.innovator, innovation=public, state="berjalan", proof=Proof(note="Foto.")
    )
    add_indicator(
        by=contest.team.admin,
        innovation=public,
        name="Lama layanan",
        unit="menit",
        direction="down",
        baseline=Figure(Decimal(60), date(2020, 1, 1), "Unit", Proof(note="Laporan.")),
    )
    observe(contest, public)
    make_replication(ReplicationState.AGREED, origin=public, origin_team=contest.team)
    draft = contest.entries[0].innovation
    Innovation.objects.filter(pk=draft.pk).update(title="rahasia-dapur", summary="rahasia-dapur")
    told = dict(walked(client))
    slug, number = public.slug, contest.edition.year
    for place in (f"innovations/{slug}", f"editions/{number}", f"editions/{number}/funnel"):
        told[place] = client.get(f"/api/v1/{place}").json()
    for place, wanted in FIELDS.items():
        rows = told[place] if isinstance(told[place], list) else told[place]["items"]
        assert rows or place == "statistics/published", place
        assert all(set(row) == set(wanted.split()) for row in rows), place
    assert set(told[f"innovations/{slug}"]) == set(DOSSIER.split())
    assert told["attestations"]["items"][0]["innovation"] == slug
    assert told["statistics/register"]["innovations"] == 1
    assert set(told["statistics/register"]) == set(REGISTER.split())
    bands = contest.edition.stages.exclude(seats=None).values_list("slug", flat=True)
    funnel = told[f"editions/{number}/funnel"]
    assert (set(funnel), set(funnel["bands"])) == (set(FUNNEL.split()), set(bands))
    assert client.get(f"/api/v1/attestations?inovasi={draft.slug}").json()["items"] == []
    criteria = [s["criteria"] for s in told[f"editions/{number}"]["stages"] if s["criteria"]]
    assert set(criteria[0][0]) == {"key", "name", "question", "weight", "scale_maximum"}
    # A finding that was put right is told as it is now, and of a draft nothing.
    assert [row["result"] for row in told["mystery-checks"]["items"]] == ["Selesai."]
    assert client.get(f"/api/v1/satisfaction?inovasi={draft.slug}").json()["items"] == []
    everything = str(told)
    assert [word for word in private_words(contest) if word in everything] == []


def test_winner_is_told_from_the_instant_on(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    band = contest.edition.stages.exclude(seats=None).order_by("position").last()
    assert band is not None
    announce_at = band.cut_off.announcement.announce_at
    address = f"/api/v1/editions/{contest.edition.year}/results?band={band.slug}"
    with clock.at(announce_at - timedelta(microseconds=1)):
        before = client.get(address)
        chain = client.get("/api/v1/statistics/editions").json()[0]
        assert (before.json()["announced"], before.json()["results"]) == (False, [])
        assert chain["bands"][band.slug] is None
        assert before["Cache-Control"] == "public, no-cache"
    with clock.at(announce_at):
        after = client.get(address).json()
    assert after["announced"]
    assert set(after["results"][0]) == set(
        "title slug agency agency_type category simulated source".split()
    )


def test_search_narrows_as_the_page_does_and_turns_pages(client: WatchfulClient) -> None:
    contest = make_contest()
    slugs = [make_published_innovation(contest.team).slug for _ in range(3)]
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        query: dict[str, Any] = {"limit": 2, "jenis": ["kementerian", "kota"], "cursor": cursor}
        answer = client.get("/api/v1/innovations", query).json()
        seen += [row["slug"] for row in answer["items"]]
        cursor = answer["next"]
    assert seen == slugs
    assert client.get("/api/v1/innovations?jenis=kota").json()["items"] == []
    title = Innovation.objects.get(slug=slugs[0]).title
    found = client.get("/api/v1/innovations", {"q": f'"{title}"'}).json()["items"]
    assert slugs[0] in [row["slug"] for row in found]
