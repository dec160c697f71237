"""Of the matrix' world: the panel's hearing and its visits, what is announced, what is designed."""

from dataclasses import replace
from datetime import time, timedelta

from competitions.actions.articles import (
    ArticleText,
    Place,
    create_article,
    publish_article,
)
from competitions.actions.contest_files import Incoming
from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.decrees import attach_decree
from competitions.actions.design import clone_edition
from competitions.actions.edition_changes import propose_change
from competitions.actions.field_visits import (
    VisitReport,
    add_photo,
    assign_visit,
    file_visit,
    save_visit,
)
from competitions.actions.objections import file_objection, open_objections
from competitions.actions.presentations import Timetable, draw_schedule, publish_schedule
from competitions.actions.rehearsals import make_rehearsal, request_rehearsal
from competitions.blueprints import Part
from competitions.enums import ObjectionReason, VisitVerdict
from competitions.models import (
    AdministrativeCheck,
    Announcement,
    Assignment,
    Certificate,
    FieldVisit,
    Receipt,
    Stage,
)
from competitions.models.article import ArticleKind
from competitions.queries.design import Place as DesignPlace
from competitions.queries.design import blueprint_of, present_content
from sinovik.audit import clock
from sinovik.web.zones import contest_day
from tests import factories
from tests.access.cast import Season, make_season
from tests.access.world import World
from tests.editions import ANNOUNCED, FIRST, REVIEW, SECOND
from tests.uploading import jpeg, pdf


def add_hearing(world: World) -> None:
    """A schedule with a turn of each relation, and reports of visits."""
    season = world.seasons["hearing"] = make_season(world.cast, SECOND, seats=4)
    contest, stage = season.contest, season.contest.stage(SECOND)
    plan = Timetable(
        days=[contest_day(clock.now()) + timedelta(days=1)],
        starts=time(9),
        ends=time(12),
        rooms=[("Ruang A", "https://rapat.example/a")],
    )
    schedule = draw_schedule(by=contest.head, stage=stage, timetable=plan, seed=1)
    publish_schedule(by=contest.head, schedule=schedule)
    world.add("room", "any", pk=schedule.rooms.get().pk)
    finalists = {one: entry for one, entry in season.entries.items() if _is_in(stage, entry)}
    for one, entry in finalists.items():
        turn = schedule.presentations.get(entry=entry)
        world.add("turn", one, pk=turn.pk)
        world.add("finalist", one, pk=entry.pk)
    for letter, relation in (("F", "officer's"), ("N", "panelist's")):
        person = world.cast.person(letter)
        visit = assign_visit(by=contest.head, stage=stage, entry=finalists["own"], verifier=person)
        photo = _report(visit)
        world.add("visit", relation, pk=visit.pk)
        world.add("photo", relation, pk=photo)
    filed = assign_visit(
        by=contest.head, stage=stage, entry=finalists["agency" if "agency" in finalists else "own"],
        verifier=world.cast.sitter,
    )  # fmt: skip
    world.add("photo", "filed", pk=_report(filed))
    file_visit(by=world.cast.sitter, visit=filed)
    world.add("visit", "filed", pk=filed.pk)
    sheet = Assignment.objects.filter(stage=stage, evaluator=world.cast.person("N"))[0]
    world.add("panel sheet", "own", pk=sheet.pk)
    world.add("stage", "hearing", pk=stage.pk)
    world.add("result", "announced first", year=contest.edition.year, band=FIRST)


def _is_in(stage: Stage, entry: object) -> bool:
    return stage.stage_entries.filter(entry=entry, left_at=None).exists()


def _report(visit: FieldVisit) -> int:
    report = VisitReport(
        visited_on=contest_day(clock.now()),
        place="Puskesmas Uji",
        met="Kepala puskesmas dan dua pengguna",
        finding="Berjalan seperti ditulis dalam proposal.",
        answers=dict.fromkeys(range(1, 5), (VisitVerdict.YES, "Dilihat di loket.")),
    )
    save_visit(by=visit.verifier, visit=visit, edit_number=1, report=report)
    octets = jpeg(width=64)
    photo = Incoming("IMG_1.jpg", len(octets), [octets])
    return add_photo(by=visit.verifier, visit=visit, incoming=photo, caption="Loket").pk


def add_announced(world: World) -> None:
    """An edition that is over: results, certificates, badges, feedback."""
    season = world.seasons["announced"] = make_season(world.cast, ANNOUNCED)
    contest = season.contest
    year = contest.edition.year
    world.add("year", "announced", year=year)
    _add_closed_stages(world, season)
    for one, entry in season.entries.items():
        world.add("over", one, pk=entry.pk)
        world.add("certificate", one, pk=entry.pk, band=FIRST)
    world.add("result", "announced", year=year, band=FIRST)
    slug = season.entries["own"].innovation.slug
    world.add("badge", "announced", year=year, band=FIRST, slug=slug)
    for name, year_of in (
        ("announced", year),
        ("embargoed", world.things["year"]["embargoed"]["year"]),
    ):
        certificate = Certificate.objects.filter(result__entry__edition__year=year_of)[0]
        world.add("code", f"{name} certificate", code=certificate.code_text)
    world.add("code", "receipt", code=Receipt.objects.all()[0].code_text)
    world.add("stage", "over", pk=contest.stage(FIRST).pk)


def _add_closed_stages(world: World, season: Season) -> None:
    contest = season.contest
    review = contest.stage(REVIEW)
    world.add("over review stage", "announced", pk=review.pk)
    for one, relation in (("own", "over"), ("shut", "over shut")):
        entry = season.entries[one]
        check = AdministrativeCheck.objects.get(stage_entry__entry=entry)
        world.add("check", relation, pk=check.pk)
        sheet = Assignment.objects.filter(stage=review, entry=entry)[0]
        world.add("stage sheet", relation, pk=review.pk, sheet=sheet.pk)
    octets = pdf("Keputusan")
    attach_decree(
        by=contest.head,
        announcement=Announcement.objects.get(cut_off__stage=contest.stage(FIRST)),
        incoming=Incoming("keputusan.pdf", len(octets), [octets]),
    )
    # Once more what was entered last year, so that its text can be carried over.
    place = replace(world.seasons["registration"].contest, team=world.cast.own, entries=[])
    (again,) = factories.enter(place, [season.entries["own"].innovation])
    world.add("again", "own", pk=again.pk)


def add_objections(world: World) -> None:
    """Objections of two agencies to a provisional list."""
    season = world.seasons["objections"] = make_season(world.cast, FIRST)
    contest, stage = season.contest, season.contest.stage(FIRST)
    stage.objection_days = 5
    stage.save(update_fields=["objection_days"])
    cut_off = apply_cut_off(by=contest.head, stage=stage)
    open_objections(by=contest.head, cut_off=cut_off)
    octets = pdf("Bukti")
    for one in ("own", "agency"):
        row = file_objection(
            by=world.cast.team(one).admin,
            entry=season.entries[one],
            stage=stage,
            reason=ObjectionReason.OTHER,
            text=f"Kami keberatan {one}.",
            evidence=Incoming("bukti.pdf", len(octets), [octets]),
        )
        world.add("objection", one, pk=row.pk)
        world.add("objecting", one, pk=season.entries[one].pk)
    world.add("stage", "objections", pk=stage.pk)


def add_design(world: World) -> None:
    """A draft edition with a rehearsal, a change that waits, and written pages."""
    head, contest = world.cast.person("H"), world.seasons["registration"].contest
    draft = clone_edition(
        by=head, source=contest.edition, year=2198, name="KIPP 2198", theme="Dekat"
    )
    world.add("year", "draft", year=draft.year)
    rehearsal = request_rehearsal(by=head, edition=draft)
    make_rehearsal(rehearsal_id=rehearsal.pk)
    world.add("rehearsal", "any", pk=rehearsal.pk)
    groups = DesignPlace(Part.GROUPS)
    world.add("part", "draft", year=draft.year, address=groups.address)
    row = present_content(blueprint_of(contest.edition), groups)[0]
    change = propose_change(
        by=head,
        edition=contest.edition,
        place=groups,
        content=[row | {"quota": 9}],
        reason="Surat edaran B/7 menetapkan kuota.",
    )
    world.add("change", "any", pk=change.pk)
    officer = world.cast.person("F")
    for kind in (ArticleKind.NEWS, ArticleKind.HELP, ArticleKind.DOCUMENT):
        edition = contest.edition if kind == ArticleKind.DOCUMENT else None
        for state in ("draft", "public"):
            text = ArticleText(f"Tulisan {state} {kind}", "Isi tulisan.")
            octets = pdf("Pedoman")
            file = Incoming("pedoman.pdf", len(octets), [octets])
            article = create_article(
                by=officer, place=Place(kind, edition=edition), text=text, incoming=file
            )
            if state == "public":
                publish_article(by=officer, article=article)
            world.add("article", f"{kind} {state}", pk=article.pk)
            if edition:
                world.add("document", state, year=edition.year, slug=article.slug)
            else:
                world.add(f"{kind} page", f"{kind} {state}", slug=article.slug)
