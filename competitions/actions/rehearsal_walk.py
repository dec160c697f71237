"""Generated entries on their way through every stage of an edition, by the real actions.

Runs inside the caller's transaction, which undoes it; nothing here is true.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actions.people import NewPerson, create_units, enrol_people
from agencies.enums import AgencyType, Role
from agencies.models import Agency, User
from competitions.actions.announced import tell_announced_results
from competitions.actions.announcements import schedule_announcement
from competitions.actions.assignments import appoint, assign_stage
from competitions.actions.checks import claim_checks, pass_checks
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.entries import create_entry, send_entries, submit_entries
from competitions.actions.objections import open_objections
from competitions.actions.rehearsal_documents import attach_documents, document_made
from competitions.actions.rehearsal_plenary import fill_seats
from competitions.actions.rehearsal_replicas import agreed_origin, asks_for_replica
from competitions.actions.rehearsal_screens import Screen, screen_of
from competitions.actions.scoresheets import SheetMarks, score_assignments
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import PanelRole, StageKind
from competitions.models import (
    AdministrativeCheck,
    Assignment,
    CutOff,
    Edition,
    Entry,
    Group,
    Letter,
    Stage,
)
from competitions.queries.deadlines import last_close
from competitions.queries.objections import over_at
from competitions.queries.policy import step_text, terms_of
from competitions.queries.stages import still_in
from innovations.actions.dossiers import DossierDraft, create_innovations
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.files import Cleaned
from sinovik.notifications.models import Notification
from sinovik.web.access import Refusal

ENTRIES = 5
TITLES = (
    "Antrean puskesmas lewat pesan singkat",
    "Perahu pustaka anak pesisir",
    "Izin usaha satu hari bagi warung",
    "Bank sampah sekolah dasar",
    "Jemput bola akta kelahiran",
)
SENTENCES = (
    "Warga menunggu empat jam sebelum perubahan ini dan kini dilayani dalam tiga puluh menit.",
    "Petugas desa mencatat keluhan setiap pekan, lalu membahasnya bersama camat.",
    "Biaya tahunan turun dari sembilan puluh juta menjadi empat puluh juta rupiah.",
    "Sebanyak dua belas ribu keluarga memakai layanan tersebut sepanjang tahun lalu.",
    "Kabupaten tetangga mempelajari cara kerjanya dan menerapkannya di lima kecamatan.",
    "Peraturan bupati menjamin anggaran dan pelatihan bagi petugas baru.",
    "Ketua rukun warga membaca ulang catatan tiap bulan bersama kader dan guru setempat.",
)
"""As many as a prime, so that each turn and stride puts them in an order of its own."""


@dataclass
class Report:
    """What one stage gave."""

    name: str
    steps: list[str] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    letters: list[dict[str, str]] = field(default_factory=list)
    refusal: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the rehearsal keeps it."""
        return {
            "name": self.name,
            "steps": self.steps,
            "screens": [screen.as_json() for screen in self.screens],
            "letters": self.letters,
            "refusal": self.refusal,
        }


class Walk:
    """One walk; `report` grows by a stage each step. `kept` names the files it put in the store."""

    def __init__(self, edition: Edition, head: User) -> None:
        self.edition, self.head = edition, head
        self.report: list[dict[str, Any]] = []
        self.stopped_at = ""
        self.entries: list[Entry] = []
        self.kept: list[str] = []

    def stages(self) -> Iterator[Stage]:
        """Walk stage after stage until the end or the first refusal."""
        rows = list(self.edition.stages.select_related("edition").order_by("position"))
        self._enrol(rows)
        for stage in rows:
            self._walk(stage)
            yield stage
            if self.stopped_at:
                return

    def _walk(self, stage: Stage) -> None:
        self.now = Report(_(stage.name))
        letters, notes = _last(Letter), _last(Notification)
        try:
            with transaction.atomic():
                with clock.at(_middle(stage)):
                    open_stage(by=self.head, stage=stage)
                    self._say(_("Tahap dibuka oleh kepala sekretariat."))
                    STEPS[stage.kind](self, stage)
                with clock.at(last_close(stage)):
                    close_stage(by=self.head, stage=stage)
                    self._say(_("Tahap ditutup oleh kepala sekretariat."))
                self.now.letters = _letters_after(letters, notes)
        except Refusal as refusal:
            self.now.refusal, self.stopped_at = str(refusal), self.now.name
        self.report.append(self.now.as_json())

    def _say(self, step: str) -> None:
        self.now.steps.append(step)

    def _show(self, title: str, user: User, name: str, *args: Any) -> None:
        path = reverse(f"competitions:{name}", args=args)
        self.now.screens.append(screen_of(title, user, path))

    def _enrol(self, stages: list[Stage]) -> None:
        """Agencies, people and judges of the rehearsal."""
        judges = max(stage.reviews_per_entry for stage in stages) + 1
        office = _agency(self.edition, 0)
        roles = [
            *[Role.SECRETARIAT_OFFICER] * 2,
            *[Role.EVALUATOR] * judges,
            *[Role.PANELIST] * judges,
        ]
        people = [
            NewPerson(
                email=f"gladi-{self.edition.pk}-{number}@gladi.example",
                name=f"{Role(role).label} {number} (simulasi)",
                agency=office,
                role=role,
            )
            for number, role in enumerate(roles, start=1)
        ]
        self.officer, self.second, *rest = enrol_people(by=None, people=people)
        self.evaluators, self.panelists = rest[:judges], rest[judges:]

    def register(self, stage: Stage) -> None:
        """Agencies write, send and submit one proposal each."""
        groups = list(self.edition.groups.all())
        with document_made() as page:
            for number in range(1, ENTRIES + 1):
                group = groups[(number - 1) % len(groups)]
                self.entries.append(self._enter(number, group, stage, page))
        text = _("%(count)s proposal simulasi diajukan oleh %(count)s instansi simulasi.")
        self._say(text % {"count": ENTRIES})

    def _enter(self, number: int, group: Group, stage: Stage, page: Cleaned) -> Entry:
        agency = _agency(self.edition, number)
        (unit,) = create_units(by=None, agency=agency, names=[f"Unit gladi {number}"])
        writer, admin = enrol_people(
            by=None,
            people=[
                NewPerson(
                    email=f"gladi-{self.edition.pk}-{role}-{number}@gladi.example",
                    name=f"{Role(role).label} {number} (simulasi)",
                    agency=agency,
                    role=role,
                    unit=unit if role == Role.INNOVATOR else None,
                )
                for role in (Role.INNOVATOR, Role.AGENCY_ADMIN)
            ],
        )
        origin = None
        if asks_for_replica(self.edition, group):
            owner = _agency(self.edition, ENTRIES + number)
            origin = agreed_origin(by=admin, agency=agency, owner=owner)
        innovation = self._write(number, group, stage, writer, agency, origin)
        entry = create_entry(by=writer, edition=self.edition, group=group, innovation=innovation)
        if number == 1:
            section = self.edition.sections.first()
            self._show(_("Daftar tugas proposal"), writer, "entry_tasks", entry.pk)
            key = section.key if section else ""
            self._show(_("Bagian formulir"), writer, "entry_section", entry.pk, key)
        asked = list(self.edition.documents.all())
        self.kept += attach_documents(by=writer, innovation=innovation, asked=asked, cleaned=page)
        sent = send_entries(by=writer, entries=[entry])
        if number == 1:
            self._show(_("Periksa jawaban"), admin, "entry_check", entry.pk)
        (submitted,) = submit_entries(by=admin, entries=sent)
        return submitted

    def _write(
        self,
        number: int,
        group: Group,
        stage: Stage,
        writer: User,
        agency: Agency,
        origin: Innovation | None,
    ) -> Innovation:
        category = self.edition.edition_categories.select_related("category")[0].category
        old_enough = stage.closes_at - timedelta(days=31 * (group.minimum_age_months + 2))
        draft = DossierDraft(
            title=TITLES[number - 1],
            unit=writer.memberships.get().unit,
            category=category,
            started_on=old_enough.date(),
            summary=SENTENCES[number % len(SENTENCES)],
            sections={
                section.key: _text(section.title, section.maximum_words, number + place)
                for place, section in enumerate(self.edition.sections.all())
            },
            replicates=origin,
            is_simulated=True,
            source="Gladi bersih",
        )
        (innovation,) = create_innovations(by=writer, agency=agency, drafts=[draft])
        return innovation

    def check(self, stage: Stage) -> None:
        """An officer takes and passes every check."""
        checks = list(AdministrativeCheck.objects.filter(stage_entry__stage=stage))
        claim_checks(by=self.officer, checks=checks)
        self._show(_("Antrean seleksi"), self.officer, "check_queue", self.edition.year)
        self._show(_("Pemeriksaan satu proposal"), self.officer, "check_detail", checks[0].pk)
        pass_checks(by=self.officer, checks=checks)
        self._say(_("%(count)s proposal diperiksa dan lolos.") % {"count": len(checks)})

    def review(self, stage: Stage) -> None:
        """Evaluators read and mark what they got."""
        self._judge(stage, self.evaluators, PanelRole.EVALUATOR)

    def select(self, stage: Stage) -> None:
        """A list: sheets of the panel where it scores itself, line, two people, decree."""
        if stage.ranks_from_id is None:
            self._judge(stage, self.panelists, PanelRole.PANELIST)
        present = still_in(stage).count()
        seats = min(stage.seats or 1, max(present // 2, 1))
        cut_off = apply_cut_off(by=self.head, stage=stage, seats=seats)
        text = _("%(seats)s dari %(present)s peserta di atas garis (kursi sebenarnya %(real)s).")
        self._say(text % {"seats": seats, "present": present, "real": stage.seats})
        self._take_steps(cut_off)
        self._show(_("Papan peringkat"), self.head, "ranking_board", stage.pk)
        if not stage.objection_days:
            self._announce(cut_off)
            return
        window = open_objections(by=self.head, cut_off=cut_off)
        self._show(_("Sanggahan"), self.head, "objection_board", stage.pk)
        self._say(_("Masa sanggah dibuka dan ditunggu sampai ditutup."))
        with clock.at(over_at(window)):
            self._announce(cut_off)

    def _take_steps(self, cut_off: CutOff) -> None:
        """Tell what each policy step did; the plenary fills what the steps left empty."""
        for row, step in zip(cut_off.policy, terms_of(cut_off.policy), strict=True):
            told = {"step": step_text(step), "came": len(row["came_in"])}
            text = _("%(step)s: %(came)s masuk, %(went)s keluar.")
            self._say(text % {**told, "went": len(row["went_out"])})
        results = cut_off.results.order_by("rank", "entry")
        free = cut_off.seats - results.filter(is_selected=True).count()
        if free:
            wanted = list(results.filter(is_selected=False).select_related("entry")[:free])
            fill_seats(by=self.head, cut_off=cut_off, entries=[one.entry for one in wanted])
            self._say(_("Pleno mengisi %(free)s kursi yang tersisa.") % {"free": free})

    def _announce(self, cut_off: CutOff) -> None:
        propose_lock(by=self.head, cut_off=cut_off, reason="Gladi bersih.")
        locked = confirm_lock(by=self.second, cut_off=cut_off)
        schedule_announcement(
            by=self.head,
            cut_off=locked,
            decree_number="0/GLADI",
            decree_dated_on=clock.today(),
            announce_at=clock.now(),
        )
        tell_announced_results(edition=self.edition)
        self._say(_("Daftar dikunci dua orang, ditetapkan, dan diumumkan."))

    def _judge(self, stage: Stage, judges: list[User], role: str) -> None:
        appoint(by=self.head, edition=self.edition, users=judges, role=role)
        assign_stage(by=self.head, stage=stage, seed=1)
        rows = list(Assignment.objects.filter(stage=stage).select_related("evaluator"))
        first = rows[0]
        self._show(_("Penugasan dan kemajuan"), self.head, "assignment_board", stage.pk)
        self._show(_("Antrean penilai"), first.evaluator, "assignment_list")
        self._show(_("Lembar nilai"), first.evaluator, "scoresheet_edit", first.pk)
        order = {entry.pk: place for place, entry in enumerate(self.entries)}
        for judge in judges:
            own = [row for row in rows if row.evaluator_id == judge.pk]
            sheets = [_sheet(stage, row, order[row.entry_id]) for row in own]
            score_assignments(by=judge, sheets=sheets)
        self._say(_("%(count)s lembar nilai dikirim.") % {"count": len(rows)})


STEPS: dict[str, Callable[[Walk, Stage], None]] = {
    StageKind.REGISTRATION: Walk.register,
    StageKind.ADMINISTRATIVE: Walk.check,
    StageKind.REVIEW: Walk.review,
    StageKind.SELECTION: Walk.select,
}


def _agency(edition: Edition, number: int) -> Agency:
    return Agency.objects.create(
        name=f"Instansi gladi {number} (simulasi)",
        slug=f"gladi-{edition.pk}-{number}",
        agency_type=AgencyType.MINISTRY,
    )


def _middle(stage: Stage) -> datetime:
    return stage.opens_at + (stage.closes_at - stage.opens_at) / 2


def _text(title: str, limit: int | None, turn: int) -> str:
    stride = 1 + turn // len(SENTENCES) % (len(SENTENCES) - 1)
    turned = [
        SENTENCES[(turn + stride * place) % len(SENTENCES)] for place in range(len(SENTENCES))
    ]
    words = f"{title} pada contoh {turn}: {' '.join(turned)}".split()
    return " ".join(words[: min(limit or len(words), len(words))])


def _sheet(stage: Stage, assignment: Assignment, place: int) -> SheetMarks:
    criteria = list(stage.criteria.all())
    return SheetMarks(
        assignment=assignment,
        marks={
            one.key: max(one.scale_maximum - place * max(one.scale_maximum // ENTRIES, 1), 1)
            for one in criteria
        },
        notes={one.key: "Catatan simulasi." for one in criteria},
        strengths="Simulasi.",
        weaknesses="Simulasi.",
    )


def _last(model: Any) -> int:
    found: int | None = model.objects.aggregate(last=Max("pk"))["last"]
    return found or 0


def _letters_after(letter: int, notification: int) -> list[dict[str, str]]:
    """Letters to agencies and messages to people that the stage produced."""
    letters = Letter.objects.filter(pk__gt=letter).select_related("entry__agency")
    notes = Notification.objects.filter(pk__gt=notification).select_related("recipient")
    return [
        {"to": one.entry.agency.name, "subject": one.subject, "body": one.body}
        for one in letters.order_by("pk")
    ] + [
        {"to": str(one.recipient), "subject": one.subject, "body": one.body}
        for one in notes.order_by("pk")
    ]
