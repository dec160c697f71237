"""Invented people with Indonesian names, and the agencies' teams."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from agencies.actions.people import NewPerson, create_units, enrol_people
from agencies.enums import Role
from agencies.models import Agency, Unit, User

DOMAIN = "sinovik.example"
FIRST = (
    "Adi Agus Ahmad Aisyah Andi Anisa Arif Astuti Ayu Bambang Bayu Benny Budi Citra Damar Dedi "
    "Desi Dewi Dian Dimas Dina Dwi Eka Eko Endang Erna Fajar Farida Fitri Galih Gita Hadi Hana "
    "Hasan Hendra Herman Ida Ika Indah Indra Intan Irfan Joko Kartika Komang Kurnia Laila Lestari "
    "Lina Luh Made Maria Maya Mega Nadia Nanda Nia Nur Nyoman Oktavia Putri Putu Rahma Rama Ratna "
    "Reza Rina Rini Rizki Rudi Sari Satria Septi Sinta Siti Slamet Sri Surya Syifa Taufik Tri "
    "Umar Vina Wahyu Wati Wayan Wulan Yanti Yohanes Yuni Yusuf Zahra"
).split()
LAST = (
    "Adiputra Anggraini Ardiansyah Arifin Astawa Aziz Batubara Cahyono Damanik Darmawan Effendi "
    "Fauzi Firmansyah Gunawan Hakim Halim Handayani Hapsari Harahap Hartono Hasibuan Hidayat "
    "Hutagalung Indrawati Irawan Iskandar Kurniawan Kusuma Lestari Lubis Mahendra Manurung "
    "Maulana Mulyani Nababan Nasution Ningsih Nugroho Nurhayati Oktaviani Pamungkas Panggabean "
    "Permata Pertiwi Pohan Prabowo Pradana Pranoto Prasetyo Pratama Purnama Puspita Rahardjo "
    "Rahmawati Ramadhan Rangkuti Saputra Sembiring Setiawan Siregar Suharto Sukmawati Sulistyo "
    "Suryani Susanto Tampubolon Tarigan Utami Wardana Wibowo Widodo Wijaya Wulandari Yuliani"
).split()


@dataclass
class Team:
    """Who works for an agency: admin, writers, and its units by name."""

    agency: Agency
    admin: User
    innovator: User
    units: dict[str, Unit] = field(default_factory=dict)


class Names:
    """Draws names without repeating one."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.taken: set[str] = set()

    def any(self) -> str:
        """A name, perhaps of two people."""
        parts = [self.random.choice(FIRST), self.random.choice(LAST)]
        if self.random.random() < 0.4:
            parts.insert(1, self.random.choice(LAST))
        return " ".join(dict.fromkeys(parts))

    def draw(self) -> str:
        """A name nobody with an account has yet."""
        name = self.any()
        while name in self.taken:
            name = self.any()
        self.taken.add(name)
        return name

    def scholar(self) -> str:
        """A name with the titles of an academic."""
        title = self.random.choice(("Dr. ", "Dr. ", "Prof. Dr. "))
        return title + self.draw()


def person(
    names: Names,
    local_part: str,
    role: str | None,
    agency: Agency | None,
    *,
    unit: Unit | None = None,
    employer: Agency | None = None,
    is_scholar: bool = False,
) -> NewPerson:
    """Somebody invented, ready to enrol."""
    return NewPerson(
        email=f"{local_part}@{DOMAIN}",
        name=names.scholar() if is_scholar else names.draw(),
        agency=agency,
        role=role,
        unit=unit,
        employer=employer,
        is_simulated=True,
    )


def enrol_teams(agencies: Sequence[Agency], names: Names) -> list[Team]:
    """An admin and an innovator for each agency."""
    people = []
    for agency in agencies:
        people += [
            person(names, f"admin.{agency.slug[:48]}", Role.AGENCY_ADMIN, agency, employer=agency),
            person(names, f"inovator.{agency.slug[:48]}", Role.INNOVATOR, agency, employer=agency),
        ]
    users = enrol_people(by=None, people=people)
    return [
        Team(agency, admin, innovator)
        for agency, admin, innovator in zip(agencies, users[::2], users[1::2], strict=True)
    ]


def open_units(team: Team, names: Iterable[str]) -> None:
    """Create the units that a team does not have yet."""
    missing = [name for name in dict.fromkeys(names) if name not in team.units]
    if missing:
        units = create_units(by=None, agency=team.agency, names=missing)
        team.units.update({unit.name: unit for unit in units})


def short_place(agency: Agency, shared: frozenset[str]) -> str:
    """What a title calls the agency's place, empty where nothing short is known.

    `shared` names belong to a regency and a city.
    """
    if agency.region is None:
        return agency.short_name
    place = re.sub(r"^(Kabupaten|Kota) ", "", agency.region.name)
    return agency.region.name if place in shared and agency.agency_type == "kota" else place
