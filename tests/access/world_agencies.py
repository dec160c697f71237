"""Of the matrix' world: people, dossiers and what becomes of them, without a contest."""

from datetime import date, timedelta
from decimal import Decimal

from agencies.actions.letters import Letter, admit_agency
from agencies.actions.people import invite_member
from agencies.enums import Role
from agencies.models import Membership
from competitions.actions.agency_exports import request_export
from innovations.actions.attachments import show_attachment
from innovations.actions.dossiers import publish_innovations, save_sections
from innovations.actions.importing import GivenTable, check_import
from innovations.actions.life import Proof
from innovations.actions.observations import Finding, file_mystery_check, file_satisfaction
from innovations.actions.outcomes import Figure, add_indicator, record_value
from innovations.actions.replication_hub import NeedText, offer_innovation, post_need
from innovations.enums import ReplicationState
from innovations.models import Alarm, Innovation
from sinovik.audit import clock
from sinovik.exports import Table
from sinovik.notifications.kinds import NUDGE
from sinovik.notifications.unsubscribing import unsubscribe_path
from tests import factories
from tests.access.cast import write
from tests.access.world import World
from tests.browser.visits_tables import HEADINGS, checked
from tests.uploading import attach, begin, pdf


def add_people(world: World) -> None:
    """Members and invitations of each agency, and agencies that opened by letter."""
    for relation in ("own", "agency"):
        team = world.cast.team(relation)
        member = Membership.objects.get(user=team.innovator)
        world.add("membership", relation, pk=member.pk)
        invitation = invite_member(
            by=team.admin,
            agency=team.agency,
            email=f"undangan-{relation}@contoh.example",
            role=Role.AGENCY_ADMIN,
        )
        world.add("invitation", relation, pk=invitation.pk)
        world.add("invitation token", relation, token=invitation.token)
        world.add("agency", relation, slug=team.agency.slug)
        export = request_export(by=team.admin, agency=team.agency)
        world.add("export", relation, pk=export.pk)
    evaluator = Membership.objects.get(user=world.cast.person("E"), role=Role.EVALUATOR)
    world.add("season role", "evaluator", pk=evaluator.pk)
    officer = world.cast.person("F")
    letter = Letter("065/12/ORG", clock.today())
    admit_agency(
        by=officer, agency=factories.make_agency(), letter=letter, email="admin@contoh.example"
    )
    path = unsubscribe_path(world.cast.own.admin.pk, NUDGE.key)
    world.add("mail token", "own", token=path.rstrip("/").rsplit("/", 1)[1])


def add_dossiers(world: World) -> None:
    """Drafts and published dossiers of each relation, with files, figures and findings."""
    for relation in ("own", "unit", "agency"):
        team = world.cast.team(relation)
        draft, public = write(team, f"Rancangan {relation}", f"Terbitan {relation}")
        with clock.at(clock.now() - timedelta(days=400)):
            publish_innovations(by=team.admin, innovations=[public])
        world.add("dossier", relation, pk=draft.pk)
        world.add("public dossier", relation, pk=public.pk)
        world.add("page", f"draft {relation}", slug=draft.slug)
        world.add("page", f"public {relation}", slug=public.slug)
        world.add("number", f"draft {relation}", number=draft.pk)
        world.add("number", f"public {relation}", number=public.pk)
        kept = attach(team.innovator, draft, pdf(f"Surat {relation}"), f"Surat {relation}.pdf")
        shown = attach(team.innovator, public, pdf(f"Bukti {relation}"), f"Bukti {relation}.pdf")
        show_attachment(by=team.admin, attachment=shown, is_public=True)
        public.refresh_from_db()
        save_sections(
            by=team.admin,
            innovation=public,
            edit_number=public.edit_number,
            sections={"summary": f"Ringkasan yang baru {relation}."},
        )
        world.add("attachment", relation, pk=draft.pk, public_id=kept.public_id)
        world.add("file", f"draft {relation}", slug=draft.slug, public_id=kept.public_id)
        world.add("file", f"public {relation}", slug=public.slug, public_id=shown.public_id)
        upload = begin(team.innovator, draft, pdf("Belum"), f"Unggahan {relation}.pdf")
        world.add("upload", relation, pk=draft.pk, token=upload.token)
        _add_outcomes(world, relation, public)
    own, agency = (world.things["public dossier"][one]["pk"] for one in ("own", "agency"))
    for kind in ("attachment", "upload"):
        mixed = world.things[kind]["agency"] | {"pk": world.things[kind]["own"]["pk"]}
        world.things[kind]["crossed"] = mixed
    for kind in ("indicator", "value", "alarm"):
        world.things[kind]["crossed"] = world.things[kind]["agency"] | {"pk": own}
    world.things["check finding"]["crossed"] = {
        "pk": own,
        "corrects": world.things["check finding"]["agency"]["corrects"],
    }
    assert own != agency


def _add_outcomes(world: World, relation: str, innovation: Innovation) -> None:
    team, observer = world.cast.team(relation), world.cast.person("O")
    proof = Proof(note=f"Dihitung {relation}.")
    indicator = add_indicator(
        by=team.admin,
        innovation=innovation,
        name=f"Waktu tunggu {relation}",
        unit="menit",
        direction="down",
        baseline=Figure(Decimal(60), date(2019, 1, 1), "Unit", proof),
    )
    for year, minutes in ((2020, 15), (2022, 75)):
        measured = Figure(Decimal(minutes), date(year, 1, 1), "Unit", proof)
        value = record_value(by=team.admin, indicator=indicator, kind="measured", figure=measured)
    alarm = Alarm.objects.get(value=value)
    world.add("indicator", relation, pk=innovation.pk, indicator=indicator.pk)
    world.add("value", relation, pk=innovation.pk, value=value.pk)
    world.add("alarm", relation, pk=innovation.pk, alarm=alarm.pk)
    finding = Finding(date(2021, 5, 6), "Ombudsman", note="Hari kerja.", source="Laporan 2021")
    check = file_mystery_check(
        by=observer,
        innovation=innovation,
        finding=finding,
        place="Loket kecamatan",
        result="Selesai sekali datang.",
        waiting_minutes=Decimal(15),
    )
    figure = file_satisfaction(
        by=observer, innovation=innovation, finding=finding, survey="IKM", value=Decimal(82)
    )
    world.add("check finding", relation, pk=innovation.pk, corrects=check.pk)
    world.add("figure finding", relation, pk=innovation.pk, corrects=figure.pk)


def add_replications(world: World) -> None:
    """Replications between agencies, and what stands on the hub."""
    cast = world.cast
    published = world.things["public dossier"]
    origin = Innovation.objects.get(pk=published["own"]["pk"])
    other = Innovation.objects.get(pk=published["agency"]["pk"])
    third = factories.make_team()
    pairs = {
        "asked of own": (origin, cast.own, third),
        "asked by own": (other, cast.agency, cast.own),
        "of others": (other, cast.agency, third),
    }
    for relation, (innovation, owner, asking) in pairs.items():
        state = ReplicationState.AGREED if relation == "of others" else ReplicationState.REPORTED
        made = factories.make_replication(
            state, origin=innovation, origin_team=owner, asking=asking
        )
        world.add("replication", relation, pk=made.replication.pk)
    need = NeedText("Antrean rujukan lama", "Tiga jam menunggu.", factories.make_category(), 2)
    for relation, innovation in (("own", origin), ("agency", other)):
        team = cast.team(relation)
        offer = offer_innovation(by=team.admin, innovation=innovation, text="Naskah SOP.", size=2)
        world.add("offer", relation, pk=offer.pk)
        posted = post_need(by=team.innovator, agency=team.agency, need=need)
        world.add("need", relation, pk=posted.pk)


def add_imports(world: World) -> None:
    """A table of each agency, looked at and waiting for its owner."""
    for relation in ("own", "agency"):
        row = ["Layanan Satu Pintu", "Pendidikan", "1 Mei 2020"]
        kept = checked(world.cast.team(relation), f"siap-{relation}.csv", row)
        world.add("import", relation, pk=kept.pk)
    headings = ["Instansi", *HEADINGS, "Ringkasan"]
    place = world.cast.own.agency.name
    row = [place, "Layanan Lama", "Pendidikan", "1 Mei 2020", "Ringkasan."]
    given = GivenTable(Table(headings, [row], [2], frozenset(), ()), "register.csv", "0" * 64)
    kept = check_import(by=world.cast.person("F"), agency=None, given=given, source="Arsip")
    world.add("import", "register", pk=kept.pk)
