"""What became of innovations: Samsat Kota Kupang, yearly attestations and measured results."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from agencies.enums import AgencyType
from agencies.models import Agency, User
from innovations.actions.dossiers import (
    DossierDraft,
    create_innovation,
    publish_innovations,
    save_sections,
)
from innovations.actions.life import Proof, attest_life
from innovations.actions.observations import Finding, file_mystery_check, file_satisfaction
from innovations.actions.outcomes import Figure, add_indicator, answer_alarm, record_value
from innovations.enums import Direction, LifeState, ValueKind
from innovations.models import Alarm, Award, Innovation
from sinovik import notifications
from sinovik.audit import clock
from sinovik.management.world.blueprints import wib
from sinovik.management.world.people import Team, open_units
from sinovik.management.world.stagehands import World

SOURCE = "Dokumen rujukan awal proyek; sumber terbit belum ditemukan"
PROVINCE = "53"
UNIT = "Samsat Kota Kupang"
TOLD_AT = wib(date(2019, 11, 4))
# Only the years are known; July stands for them and is never shown.
PROVEN_ON, WORST_ON = date(2011, 7, 1), date(2016, 7, 1)
DRAFT = DossierDraft(
    title="Pajak kendaraan 15 menit di Samsat Kota Kupang (contoh kerja)",
    novelty_kind="original",
    novelty_form="quality",
    benefit="direct",
    started_on=date(2011, 1, 1),
    summary=(
        "Contoh kerja tentang hasil yang tidak bertahan. Yang bersumber: pada 2011 mengurus pajak"
        " kendaraan di Samsat Kota Kupang selesai dalam 15 menit, terbukti lewat pemeriksaan"
        " tersamar Ombudsman; pada 2016 waktu tunggu menjadi unsur dengan penilaian terburuk pada"
        " layanan yang sama, padahal gedung dan teknologi informasinya lebih baik. Yang simulasi:"
        " dosir ini, instansi yang mencatatnya, angka menit tahun 2016, pernyataan, dan jawaban."
    ),
    is_simulated=True,
    source=SOURCE,
)
NUMBER_OF_2016 = (
    "Sumber menyebut waktu tunggu sebagai unsur dengan penilaian terburuk pada 2016, tanpa angka"
    " menit. Angka 40 adalah simulasi, supaya peringatan dapat dilihat."
)
# Of the awarded dossiers that are invented: how many runs of ten attest what.
LIVES = (LifeState.RUNNING,) * 5 + (LifeState.GROWING,) * 2 + (LifeState.STOPPED,)
OF_TEN = 10
ADDED = "Sejak tahun ini layanan juga dibuka pada hari Sabtu."
# The series that the pen writes into what an invented dossier says of its results.
COURSE = re.compile(r"Perkembangan ([^()]+) \(([^()]+)\): ((?:\d{4}: [\d.]+(?:; )?)+)")
POINT = re.compile(r"(\d{4}): ([\d.]*\d)")
MEASURED_BY = "Petugas yang tidak ikut memberikan layanan"
FROM_TEXT = "Angka dari uraian dampak dosir contoh ini."


def tell_kupang(*, by: User, observer: User, innovation: Innovation) -> Alarm:
    """From the proof of 2011 to the alarm and its answer, each row by the real actions."""
    _file_findings(observer, innovation)
    alarm = _fall_back(by, innovation)
    answer_alarm(
        by=by,
        alarm=alarm,
        text="Contoh jawaban: loket ditambah dan antrean diukur lagi tiap bulan.",
        is_simulated=True,
    )
    return alarm


def _file_findings(observer: User, innovation: Innovation) -> None:
    """What the source says of 2011 and of 2016, and nothing more."""
    proven = Finding(PROVEN_ON, "Ombudsman", source=SOURCE, is_year_only=True, is_simulated=False)
    file_mystery_check(
        by=observer,
        innovation=innovation,
        finding=proven,
        place=UNIT,
        result="Mengurus pajak kendaraan selesai dalam 15 menit.",
        waiting_minutes=Decimal(15),
    )
    worst = replace(
        proven,
        dated_on=WORST_ON,
        observed_by="Tidak disebut sumber",
        note="Gedung dan teknologi informasinya lebih baik daripada 2011.",
    )
    file_satisfaction(
        by=observer,
        innovation=innovation,
        finding=worst,
        survey="Penilaian layanan",
        weakest_part="Waktu tunggu",
    )


def _fall_back(by: User, innovation: Innovation) -> Alarm:
    """15 minutes as the baseline; the minutes of 2016, which no source tells, are simulated."""
    sourced = Proof(source=SOURCE, is_simulated=False)
    simulated = Proof(note=NUMBER_OF_2016, is_simulated=True)
    before = Figure(
        Decimal(15), PROVEN_ON, "Ombudsman, pemeriksaan tersamar", sourced, is_year_only=True
    )
    after = Figure(Decimal(40), WORST_ON, "Angka simulasi", simulated, is_year_only=True)
    indicator = add_indicator(
        by=by,
        innovation=innovation,
        name="Waktu mengurus pajak kendaraan",
        unit="menit",
        direction=Direction.DOWN,
        baseline=before,
    )
    fallen = record_value(by=by, indicator=indicator, kind=ValueKind.MEASURED, figure=after)
    return Alarm.objects.select_related("value__indicator__innovation").get(value=fallen)


def build_kupang(world: World) -> None:
    """The worked example, after the contest of 2019."""
    world.begin("kupang")
    agency = Agency.objects.get(agency_type=AgencyType.PROVINCE, region=PROVINCE)
    label = "Mencatat contoh kerja Samsat Kota Kupang"
    with world.progress.step(label), clock.at(TOLD_AT):
        (team,) = world.teams_for([agency])
        open_units(team, [UNIT])
        innovation = _register(team)
        tell_kupang(by=team.admin, observer=world.accounts["pengamat"], innovation=innovation)


def _register(team: Team) -> Innovation:
    draft = replace(DRAFT, unit=team.units[UNIT])
    innovation = create_innovation(by=team.admin, agency=team.agency, draft=draft)
    return publish_innovations(by=team.admin, innovations=[innovation])[0]


def attest_awarded(world: World, now: datetime) -> None:
    """What agencies say today of awarded dossiers that are invented; of some, nothing."""
    world.begin("attestations")
    awarded = Award.objects.announced().filter(is_simulated=True).values("innovation")
    rows = Innovation.objects.published().filter(pk__in=awarded, is_simulated=True).order_by("pk")
    label = "Menyatakan keadaan pemenang"
    with world.progress.step(label), notifications.muted(), clock.at(now):
        for row in rows:
            place = world.random.randrange(OF_TEN)
            team = world.teams.get(row.agency_id)
            if place < len(LIVES) and team:
                _attest(team, row, LIVES[place], now.date())
                measure(by=team.admin, innovation=row)
        _rewrite_one(world, rows)


def measure(*, by: User, innovation: Innovation) -> None:
    """Record the series that an invented dossier tells of its results, so that it is drawn."""
    told = COURSE.search(innovation.sections.get("significance", ""))
    if not told:
        return
    first, *later = (_figure(*point) for point in POINT.findall(told[3]))
    indicator = add_indicator(
        by=by,
        innovation=innovation,
        name=told[1][:1].upper() + told[1][1:],
        unit=told[2],
        direction=Direction.UP if later[-1].value > first.value else Direction.DOWN,
        baseline=first,
    )
    for figure in later:
        # A small change rounds to none in its first year, which would raise an alarm.
        if figure.value != first.value:
            record_value(by=by, indicator=indicator, kind=ValueKind.MEASURED, figure=figure)


def _figure(year: str, value: str) -> Figure:
    """A year's value as the text writes it: 1.234 is a thousand and more."""
    amount = Decimal(value.replace(".", ""))
    proof = Proof(note=FROM_TEXT, is_simulated=True)
    return Figure(amount, date(int(year), 7, 1), MEASURED_BY, proof, is_year_only=True)


def _rewrite_one(world: World, rows: Iterable[Innovation]) -> None:
    """One awarded dossier says more than it did, so that its page has a history."""
    for row in rows:
        if team := world.teams.get(row.agency_id):
            summary = f"{row.summary} {ADDED}"
            save_sections(
                by=team.admin,
                innovation=row,
                edit_number=row.edit_number,
                sections={"summary": summary},
            )
            return


LESSONS = {
    LifeState.GROWING: "Mulai dari satu tempat pelayanan, dengarkan petugasnya, baru perluas. "
    "Pelatihan singkat yang diulang lebih berguna daripada satu pelatihan panjang.",
    LifeState.STOPPED: "Cara kerjanya hanya diketahui satu orang. Tuliskan sejak awal dan siapkan "
    "penggantinya, juga bila layanan nasional kelak datang.",
}


def _attest(team: Team, innovation: Innovation, state: str, today: date) -> None:
    has_stopped = state == LifeState.STOPPED
    attest_life(
        by=team.admin,
        innovation=innovation,
        state=state,
        proof=Proof(note="" if has_stopped else "Dipakai warga tiap hari kerja."),
        stopped_on=today - timedelta(days=200) if has_stopped else None,
        reason="Diganti layanan nasional." if has_stopped else "",
        lessons=LESSONS.get(LifeState(state), ""),
    )
