"""``manage.py incident_report``: whose data was seen or changed between two instants."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agencies.models import User
from sinovik.management.incident import Findings, Trace, Window, find

MANY = 5
"""Traces of one kind that are told one by one where everybody is looked at."""


class Command(BaseCommand):
    help = "Data pribadi siapa yang dilihat atau diubah di antara dua saat (UU 27/2022, pasal 46)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="begins", required=True, help="2026-11-29 10:00 WIB")
        parser.add_argument("--until", dest="ends", required=True)
        parser.add_argument("--account", help="surel: hanya yang dilakukan akun ini")
        parser.add_argument(
            "--log", nargs="*", type=Path, default=[], help="baris JSON situs dan nginx"
        )

    def handle(
        self, *, begins: str, ends: str, account: str | None, log: list[Path], **_: Any
    ) -> None:
        window = Window(_instant(begins), _instant(ends), _account(account))
        if window.begins >= window.ends:
            raise CommandError("--from harus sebelum --until.")
        found = find(window, chain.from_iterable(_lines(path) for path in log))
        for line in _report(window, found):
            self.stdout.write(line)


def _instant(text: str) -> datetime:
    """A moment of Jakarta, unless it names its own zone."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise CommandError(f"Bukan saat: {text}. Contoh: 2026-11-29 10:00")
    return at if at.tzinfo else timezone.make_aware(at, timezone.get_default_timezone())


def _account(address: str | None) -> User | None:
    if not address:
        return None
    try:
        return User.objects.get_by_natural_key(address)
    except User.DoesNotExist:
        raise CommandError(f"Tidak ada akun dengan surel {address}.") from None


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _report(window: Window, found: Findings) -> Iterator[str]:
    numbers = {*found.people, *(person for _at, person, _what in found.opened)}
    numbers |= {trace.by for traces in found.people.values() for trace in traces if trace.by}
    names = {user.pk: user for user in User.objects.filter(pk__in=numbers)}
    doer = f"akun {window.account.pk}" if window.account else "siapa pun"
    yield "Memuat data pribadi: simpan hanya selama perkaranya."
    yield f"{_moment(window.begins)} sampai {_moment(window.ends)}, perbuatan {doer}"
    yield f"Orang yang datanya dilihat atau diubah: {len(found.people)}"
    for person, traces in sorted(found.people.items()):
        user = names.get(person)
        yield ""
        yield f"{person} {user.name} <{user.email}>" if user else f"{person} (akun tidak ada lagi)"
        yield from _shortened(traces) if not window.account else map(_told, traces)
    yield from _others(found)
    yield from _pages(window, found)


def _others(found: Findings) -> Iterator[str]:
    if found.without_account:
        yield "\nDisebut dalam salinan, tanpa akun (diberi tahu lewat instansinya):"
        yield from (f"  {name}: {count} orang" for name, count in found.without_account.items())
    if found.nobodys:
        yield "\nBukan baris milik seseorang; periksa apakah isinya menyebut orang:"
        yield from (f"  {what}: {count}" for what, count in sorted(found.nobodys.items()))


def _pages(window: Window, found: Findings) -> Iterator[str]:
    if not found.opened:
        yield "\nHalaman yang dibuka: tidak diketahui tanpa --log."
    elif window.account:
        yield "\nHalaman yang dibuka akun ini:"
        yield from (f"  {_moment(at)} {what}" for at, _person, what in found.opened)
    else:
        yield "\nBanyaknya halaman yang dibuka, menurut akun (rinciannya dengan --account):"
        times = Counter(person for _at, person, _what in found.opened)
        yield from (f"  {person}: {count}" for person, count in times.most_common())


def _told(trace: Trace) -> str:
    by = f" oleh akun {trace.by}" if trace.by else ""
    return f"  {_moment(trace.at)} {trace.how} {trace.what}{by}"


def _shortened(traces: list[Trace]) -> Iterator[str]:
    """Each trace, but of many of one kind by one hand the first and how many more."""
    kinds: dict[tuple[str, str, int | None], list[Trace]] = {}
    for trace in traces:
        kinds.setdefault((trace.how, trace.what.split(" ")[0], trace.by), []).append(trace)
    for same in kinds.values():
        yield from map(_told, same[:MANY])
        if len(same) > MANY:
            yield f"  … dan {len(same) - MANY} lagi, terakhir {_moment(same[-1].at)}"


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M:%S} WIB"
