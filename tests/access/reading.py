"""The two tables of this directory: who reaches which address, and who knows of which object."""

from dataclasses import dataclass
from pathlib import Path

from sinovik.home.addresses import Address, all_addresses
from tests.access.cast import ROLES

HERE = Path(__file__).parent
EVERYBODY = "".join(ROLES)
SIGNED_IN = EVERYBODY.replace("S", "")
APPS = {"a": "agencies", "i": "innovations", "c": "competitions"}


SCRIPTED = {"competitions:check_save": "put", "innovations:upload_piece": "patch"}
"""Addresses that only scripts write to."""


UNASKED = frozenset(
    "mfa_index mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes"
    " mfa_generate_recovery_codes mfa_authenticate mfa_reauthenticate mfa_add_webauthn"
    " mfa_remove_webauthn"
    " mfa_login_webauthn openid_connect_login openid_connect_callback mfa_reauthenticate_webauthn"
    " agencies:device_list"
    " agencies:device_end agencies:devices_end home:own_data home:own_data_file".split()
)
"""A person's own account: rows stand in the table, tests/web asks them with devices and factors."""


def asked_addresses() -> list[Address]:
    """The addresses that the matrix asks."""
    return [one for one in all_addresses() if one.name not in UNASKED]


@dataclass(frozen=True)
class Row:
    """Who may call an address for which kind of object, and what it reads of a query."""

    name: str
    kind: str
    written: str
    readers: str | None
    writers: str | None
    parameters: tuple[str, ...]

    def may(self, method: str) -> str:
        """Who passes the address by a method, whatever the object."""
        return (self.readers if method == "get" else self.writers) or ""

    @property
    def method(self) -> str:
        """How it is written to."""
        return SCRIPTED.get(self.name, "post")


@dataclass(frozen=True)
class Kind:
    """Who passes for the objects of a kind, by relation; `base` says whose rows they are."""

    base: str
    passes: dict[str, str]


def _lines(name: str) -> list[str]:
    text = (HERE / name).read_text().splitlines()
    return [line for line in text if line.strip() and not line.startswith("#")]


def _roles(text: str) -> str:
    found = {"*": EVERYBODY, "+": SIGNED_IN}.get(text.strip(), text.strip())
    assert set(found) <= set(EVERYBODY), text
    return found


def read_rows() -> dict[str, Row]:
    """The table of addresses by name."""
    rows = {}
    for line in _lines("table.txt"):
        name, kind, readers, writers, parameters = (part.strip() for part in line.split("|"))
        app, _colon, rest = name.partition(":")
        name = f"{APPS.get(app, app)}:{rest}" if rest else name
        assert name not in rows, name
        kind, _slash, written = (part.strip() for part in kind.partition("/"))
        rows[name] = Row(
            name,
            kind,
            written or kind,
            None if readers == "-" else _roles(readers),
            None if writers == "-" else _roles(writers),
            tuple(parameters.split()),
        )
    return rows


def read_kinds() -> dict[str, Kind]:
    """The table of objects by kind."""
    kinds = {}
    for line in _lines("objects.txt"):
        named, _colon, passes = line.partition(":")
        name, _less, base = (part.strip() for part in named.partition("<"))
        pairs = (pair.partition("=") for pair in passes.split(";"))
        kinds[name] = Kind(base or name, {one.strip(): _roles(who) for one, _is, who in pairs})
    return kinds


def read_forms() -> dict[str, str]:
    """Addresses that write, each with the reason why no form of the world does, if none does."""
    found = {}
    for line in _lines("forms.txt"):
        name, _bar, reason = (part.strip() for part in line.partition("|"))
        app, _colon, rest = name.partition(":")
        name = f"{APPS.get(app, app)}:{rest}" if rest else name
        assert name not in found, name
        found[name] = reason
    return found
