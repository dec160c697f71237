"""The secretariat, the juries and the demo accounts that visitors sign in with."""

import json
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.hashers import make_password

from agencies.actions.people import enrol_people
from agencies.enums import AgencyType, Role
from agencies.models import Agency, User
from sinovik.management.world.cast_2019 import DEMO_AGENCY, ORGANISER
from sinovik.management.world.people import DOMAIN, Team, open_units, person
from sinovik.management.world.stagehands import World

DEMO_UNIT = "Dinas Kesehatan"
OMBUDSMAN = "Ombudsman Republik Indonesia"
SCHOLARS_EMPLOYER = "Kementerian Riset, Teknologi dan Pendidikan Tinggi"
ACCOUNTS = (
    ("inovator", "Inovator", f"{DEMO_UNIT}, {DEMO_AGENCY}"),
    ("admin", "Admin instansi", DEMO_AGENCY),
    ("provinsi", "Admin provinsi", "Radar kabupaten dan kota di provinsinya"),
    ("petugas", "Petugas sekretariat", "Seleksi administrasi"),
    ("petugas2", "Petugas sekretariat", "Orang kedua untuk konfirmasi"),
    ("kepala", "Kepala sekretariat", "Membuka dan menutup tahap, ambang, pengumuman"),
    ("evaluator", "Tim evaluasi", "Menilai proposal edisi berjalan"),
    ("panelis", "Tim panel independen", "Ikut menilai Top 45 tahun 2019"),
    ("pengamat", "Pengamat", OMBUDSMAN),
    ("warga", "Umum", "Tanpa peran"),
)
"""Local part of the e-mail, role, what to try with it."""


def enrol_staff(world: World) -> None:
    """The ministry's people and the demo accounts that belong to no agency's team."""
    organiser = Agency.objects.get(name=ORGANISER)
    ombudsman = Agency.objects.get(name=OMBUDSMAN)
    roles = {
        "petugas": (Role.SECRETARIAT_OFFICER, organiser),
        "petugas2": (Role.SECRETARIAT_OFFICER, organiser),
        "kepala": (Role.SECRETARIAT_HEAD, organiser),
        "evaluator": (Role.EVALUATOR, organiser),
        "panelis": (Role.PANELIST, organiser),
        "pengamat": (Role.OBSERVER, ombudsman),
        "warga": (None, None),
    }
    people = [
        person(
            world.names,
            name,
            role,
            agency,
            employer=agency if name in {"petugas", "petugas2", "kepala", "pengamat"} else None,
            is_scholar=name in {"evaluator", "panelis"},
        )
        for name, (role, agency) in roles.items()
    ]
    users = enrol_people(by=None, people=people)
    world.accounts.update(zip(roles, users, strict=True))
    more = [
        person(world.names, f"petugas{number}", Role.SECRETARIAT_OFFICER, organiser)
        for number in range(3, 7)
    ]
    officers = enrol_people(by=None, people=more)
    world.officers = [world.accounts["petugas"], world.accounts["petugas2"], *officers]


def enrol_demo_agency(world: World) -> Team:
    """The demo agency's team: its admin is the demo admin, one unit has the demo innovator."""
    agency = Agency.objects.select_related("region__province").get(name=DEMO_AGENCY)
    admin, colleague = enrol_people(
        by=None,
        people=[
            person(world.names, "admin", Role.AGENCY_ADMIN, agency, employer=agency),
            person(world.names, "inovator2", Role.INNOVATOR, agency, employer=agency),
        ],
    )
    team = Team(agency, admin, colleague)
    open_units(team, [DEMO_UNIT])
    unit = team.units[DEMO_UNIT]
    (innovator,) = enrol_people(
        by=None,
        people=[
            person(world.names, "inovator", Role.INNOVATOR, agency, unit=unit, employer=agency)
        ],
    )
    world.accounts.update(admin=admin, inovator=innovator, provinsi=_province_admin(world, agency))
    world.teams[agency.pk] = team
    return team


def _province_admin(world: World, agency: Agency) -> User:
    """The admin of the province that the demo agency lies in."""
    province = Agency.objects.get(
        agency_type=AgencyType.PROVINCE, region=agency.region and agency.region.province
    )
    (admin,) = enrol_people(
        by=None,
        people=[person(world.names, "provinsi", Role.AGENCY_ADMIN, province, employer=province)],
    )
    return admin


def enrol_judges(world: World, prefix: str, role: str, count: int) -> list[User]:
    """Academics without an account yet; every fourth is on the payroll of their ministry."""
    organiser = Agency.objects.get(name=ORGANISER)
    ministry = Agency.objects.get(name=SCHOLARS_EMPLOYER)
    people = [
        person(
            world.names,
            f"{prefix}{number}",
            role,
            organiser,
            employer=ministry if number % 4 == 0 else None,
            is_scholar=True,
        )
        for number in range(1, count + 1)
    ]
    return enrol_people(by=None, people=people)


def accounts_path() -> Path:
    """Where the demo runner looks for the accounts."""
    path: Path = settings.VAR_DIR / "demo-accounts.json"
    return path


def write_accounts() -> None:
    """Tell the demo runner which accounts to show."""
    rows: list[dict[str, Any]] = [
        {"role": role, "email": f"{name}@{DOMAIN}", "note": note} for name, role, note in ACCOUNTS
    ]
    path = accounts_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def give_factor(user: User) -> None:
    """An app for a demo account whose role asks for one; the sign-in page tells its codes."""
    if user.needs_second_factor and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)


def set_demo_passwords(password: str) -> int:
    """Give every demo account the same password; hashed once, for hashing is slow by design."""
    emails = [f"{name}@{DOMAIN}" for name, _role, _note in ACCOUNTS]
    return User.objects.filter(email__in=emails).update(password=make_password(password))
