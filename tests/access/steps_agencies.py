"""Steps of members, dossiers, replications and what the ministry writes beside the contest."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.actions.people import invite_member
from agencies.enums import Role
from competitions.actions.articles import ArticleText, save_article
from competitions.actions.owner_writes import name_owner_writes
from competitions.models import Article, OwnerWriteWord
from innovations.actions.uploads import receive_chunk
from innovations.enums import ReplicationState
from innovations.models import Innovation, Upload
from sinovik.audit import clock
from sinovik.audit.models import OwnerWrite
from sinovik.web.zones import contest_day
from tests import factories
from tests.access.sending import FILLER
from tests.access.steps import Barred, Scene, Step, everybody, step
from tests.access.world import Kwargs
from tests.browser.visits_tables import HEADINGS
from tests.owner import as_owner
from tests.uploading import begin, pdf


def on_day(name: str, *, days: int = 0) -> dict[str, str]:
    """Three boxes of a date."""
    day = contest_day(clock.now() + timedelta(days=days))
    return {
        f"{name}_day": str(day.day),
        f"{name}_month": str(day.month),
        f"{name}_year": str(day.year),
    }


@step("agencies:invitation_resend")
def invitation_resend(scene: Scene) -> Step:
    """An invitation whose first mail is not of this minute."""
    made: dict[str, Kwargs] = {}
    for one in ("own", "agency"):
        team = scene.cast.team(one)
        with clock.at(clock.now() - timedelta(hours=1)):
            row = invite_member(
                by=team.admin,
                agency=team.agency,
                email=f"lama-{one}@contoh.example",
                role=Role.AGENCY_ADMIN,
            )
        made[one] = {"pk": row.pk}
    return Step("A", "A", made["own"], "agencies_invitation", barred=((made["agency"], {}),))


@step("agencies:invitation_accept")
def invitation_accept(scene: Scene) -> Step:
    """A link opened by a stranger, who gets an account; a link of nobody opens nothing."""
    token = scene.things["invitation token"]["own"]
    sent = {"name": "Undangan Baru", "password": "gotong-royong-2019"}
    return Step(
        "S",
        everybody(scene),
        token,
        "agencies_membership",
        sent,
        barred=(({"token": "tidak-ada"}, {}),),
    )


@step("agencies:membership_extend")
def membership_extend(scene: Scene) -> Step:
    """A role that ends with its edition; those of agencies do not."""
    day = contest_day(clock.now()) + timedelta(days=200)
    barred: Barred = ((scene.things["membership"]["own"], {}),)
    return Step(
        "H",
        "Hhk",
        scene.things["season role"]["evaluator"],
        "agencies_membership",
        {"ends_on": day.isoformat()},
        barred=barred,
    )


@step("agencies:agency_admit")
def agency_admit(scene: Scene) -> Step:
    """A letter of today."""
    agency = factories.make_agency()
    sent = {"number": "065/13/ORG", "email": "admin.baru@contoh.example"}
    sent["dated_on"] = contest_day(clock.now()).isoformat()
    return Step("F", "FHhk", {"slug": agency.slug}, "agencies_invitation", sent)


@step("agencies:support")
def support(scene: Scene) -> Step:
    """A person is named by the address; nobody of the secretariat is helped that way."""
    sent = {"email": scene.cast.own.innovator.email, "reason": FILLER}
    barred: Barred = (({}, {"email": scene.cast.second.email}),)
    return Step("F", "FHhk", {}, "audit_auditevent", sent, barred=barred)


@step("agencies:support_end")
def support_end(scene: Scene) -> Step:
    """While it lasts."""
    sent = {"email": scene.cast.own.innovator.email, "reason": FILLER}
    scene.clients["F"].post("/kerja/bantuan-akun/", sent)
    return Step("F", "FHhk", {}, "audit_auditevent")


def _replicating(scene: Scene, state: str, *, asked_by_own: bool) -> Kwargs:
    cast = scene.cast
    third = factories.make_team()
    owner, asking = (third, cast.own) if asked_by_own else (cast.own, third)
    made = factories.make_replication(state, origin_team=owner, asking=asking)
    return {"pk": made.replication.pk}


def _others(scene: Scene, state: str) -> tuple[tuple[Kwargs, dict[str, Any]], ...]:
    made = factories.make_replication(state, origin_team=scene.cast.agency)
    return (({"pk": made.replication.pk}, {}),)


@step("innovations:replication_request")
def replication_request(scene: Scene) -> Step:
    """Of an innovation that the agency has not asked for; for another agency nobody asks."""
    origin = factories.make_published_innovation(scene.cast.shut)
    sent = {"agency": str(scene.cast.own.agency.pk), "need": FILLER, "contact": "Kepala bidang"}
    barred: Barred = (({"slug": origin.slug}, {"agency": str(scene.cast.agency.agency.pk)}),)
    return Step(
        "I",
        "IAu",
        {"slug": origin.slug},
        "innovations_replication",
        sent | on_day("wanted_on", days=30),
        barred=barred,
    )


@step("innovations:replication_answer")
def replication_answer(scene: Scene) -> Step:
    """Asked a moment ago."""
    at = _replicating(scene, ReplicationState.REQUESTED, asked_by_own=False)
    sent = {"decision": "accept", "answer": FILLER, "internal_note": ""}
    return Step(
        "A",
        "A",
        at,
        "innovations_replication",
        sent,
        barred=_others(scene, ReplicationState.REQUESTED),
    )


@step("innovations:replication_agree")
def replication_agree(scene: Scene) -> Step:
    """Accepted, so that the asking agency may enter the letter."""
    at = _replicating(scene, ReplicationState.ACCEPTED, asked_by_own=True)
    sent = {"number": "065/12/ORG"} | on_day("dated_on")
    return Step(
        "A",
        "A",
        at,
        "innovations_replication",
        sent,
        barred=_others(scene, ReplicationState.ACCEPTED),
    )


@step("innovations:replication_report")
def replication_report(scene: Scene) -> Step:
    """Agreed on; the replica is a dossier of the asking agency and of no other."""
    at = _replicating(scene, ReplicationState.AGREED, asked_by_own=True)
    own, other = (str(scene.things["dossier"][one]["pk"]) for one in ("own", "agency"))
    sent = {"replica": own, "adaptation": FILLER, "evidence": FILLER}
    return Step(
        "I",
        "IAu",
        at,
        "innovations_replication",
        sent,
        barred=((at, {"replica": other}), *_others(scene, ReplicationState.AGREED)),
    )


@step("innovations:replication_verify")
def replication_verify(scene: Scene) -> Step:
    """Confirmed by its origin."""
    at = _replicating(scene, ReplicationState.CONFIRMED, asked_by_own=False)
    return Step("F", "FHhk", at, "innovations_replication")


@step("innovations:innovation_presence")
def innovation_presence(scene: Scene) -> Step:
    """Said by the page's script."""
    barred: Barred = tuple((scene.things["dossier"][one], {}) for one in ("unit", "agency"))
    return Step(
        "I",
        "IA",
        scene.things["dossier"]["own"],
        "innovations_editpresence",
        {"place": "novelty"},
        barred=barred,
    )


def _uploads(scene: Scene) -> dict[str, Kwargs]:
    """An upload of each agency that was begun."""
    made = {}
    for one in ("own", "agency"):
        team, at = scene.cast.team(one), scene.things["dossier"][one]
        upload = begin(team.innovator, Innovation.objects.get(pk=at["pk"]), pdf("Belum"))
        made[one] = at | {"token": upload.token}
    return made | {"crossed": made["agency"] | scene.things["dossier"]["own"]}


@step("innovations:upload_piece")
def upload_piece(scene: Scene) -> Step:
    """The first octets; they are laid beside the rows."""
    made = _uploads(scene)
    barred: Barred = ((made["agency"], {}), (made["crossed"], {}))
    return Step(
        "I",
        "IA",
        made["own"],
        "",
        content=pdf("Belum"),
        kind="application/octet-stream",
        headers={"Upload-Offset": "0"},
        barred=barred,
    )


@step("innovations:upload_finish")
def upload_finish(scene: Scene) -> Step:
    """All octets are there."""
    made = _uploads(scene)
    for one in ("own", "agency"):
        upload = Upload.objects.get(token=made[one]["token"])
        innovator = scene.cast.team(one).innovator
        receive_chunk(by=innovator, upload=upload, offset=0, chunk=pdf("Belum"))
    barred: Barred = ((made["agency"], {}), (made["crossed"], {}))
    return Step("I", "IA", made["own"], "innovations_attachment", barred=barred)


def _table(*headings: str, row: list[str]) -> Any:
    text = "\n".join(",".join(line) for line in (headings, row))
    return SimpleUploadedFile("tabel.csv", text.encode(), "text/csv")


@step("innovations:import_start")
def import_start(scene: Scene) -> Step:
    """A table that was filled in."""
    table = _table(*HEADINGS, row=["Layanan Baru", "Pendidikan", "1 Mei 2020"])
    return Step("A", "Aa", {}, "innovations_dossierimport", {"file": table})


@step("innovations:register_import_start")
def register_import_start(scene: Scene) -> Step:
    """The register's table, with where it is from."""
    row = [scene.cast.own.agency.name, "Layanan Tua", "Pendidikan", "1 Mei 2020", "Ringkasan."]
    table = _table("Instansi", *HEADINGS, "Ringkasan", row=row)
    return Step("F", "FHhk", {}, "innovations_dossierimport", {"file": table, "source": "Arsip"})


@step("innovations:mystery_check_file")
def mystery_check_file(scene: Scene) -> Step:
    """By the observers alone."""
    at = scene.things["public dossier"]["own"]
    sent = {"observed_by": "Ombudsman", "place": "Loket", "result": "Selesai.", "note": FILLER}
    sent |= {"source": "", "waiting_minutes": "5"}
    return Step("O", "O", at, "innovations_mysterycheck", sent | on_day("dated_on", days=-30))


@step("competitions:article_restore")
def article_restore(scene: Scene) -> Step:
    """A page that was written anew."""
    at = scene.things["article version"]["news draft"]
    article = Article.objects.get(pk=at["pk"])
    officer = scene.person("F")
    save_article(
        by=officer, article=article, text=ArticleText("Judul lain", "Isi lain."), version=1
    )
    return Step("F", "FHhk", at, "competitions_articleversion", {"version": "2"})


def _written_past() -> OwnerWrite:
    with as_owner() as cursor:
        cursor.execute("UPDATE agencies_user SET is_staff = is_staff")
    return OwnerWrite.objects.latest("pk")


@step("competitions:owner_writes_name")
def owner_writes_name(scene: Scene) -> Step:
    """Somebody wrote past the site."""
    sent = {"writes": str(_written_past().pk), "note": FILLER}
    return Step("H", "Hhk", {}, "competitions_ownerwriteword", sent)


@step("competitions:owner_writes_confirm")
def owner_writes_confirm(scene: Scene) -> Step:
    """Named by one head; neither who said it nor who is named in it confirms it."""
    write = _written_past()
    name_owner_writes(
        by=scene.cast.second, writes=[write.pk], written_by=scene.cast.third, note=FILLER
    )
    word = OwnerWriteWord.objects.get(write=write)
    return Step("H", "H", {}, "competitions_ownerwriteconfirmed", {"words": str(word.pk)})
