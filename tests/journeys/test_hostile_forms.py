"""T8 (ASVS 2.2.1, 15.3.7): no form, script address or search breaks on what is sent to it.

The pages that `tests/browser/visits.py` opens are opened, and every form on them is sent
hostile values: the answer is a page, a redirect or a refusal, never a failure, and never a
word of another agency's draft. `SINOVIK_HOSTILE=long` sends every value to every field.
"""

import inspect
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, resolve
from django.views.decorators.csrf import csrf_exempt

from agencies.enums import Role
from competitions.enums import EntryState
from competitions.models import Entry
from sinovik.home.addresses import all_addresses
from sinovik.urls import urlpatterns as site_patterns
from sinovik.web.access import public
from tests.browser import visits
from tests.browser.visits import Visit
from tests.factories import (
    REGISTRATION,
    Team,
    enter,
    make_contest,
    make_innovations,
    make_person,
    make_team,
    walk_entry,
)
from tests.hostile import (
    BROKEN_JSON,
    CANARY,
    CORPUS,
    FLOOD,
    IS_LONG,
    JSON_VALUES,
    SENT_BY_BROWSERS,
    Form,
    attacks,
    broken_promises,
    encoded,
    forms_of,
)
from tests.project.test_url_policy import sample

pytestmark = pytest.mark.usefixtures("quiet")
GROUPS: dict[str, Callable[[], Iterator[Visit]]] = {
    name.removesuffix("_visits"): function
    for name, function in inspect.getmembers(visits, inspect.isfunction)
    if name.endswith("_visits") and not inspect.signature(function).parameters
}
MINISTRY = (Role.SECRETARIAT_HEAD, Role.SECRETARIAT_OFFICER, Role.OBSERVER)
REGISTRY: dict[str, str] = {
    "policy_report": "alone",
    "competitions:article_create": "alone",
    "competitions:article_edit": "alone",
    "competitions:article_publish": "alone",
    "competitions:article_restore": "alone",
    "competitions:article_withdraw": "alone",
    "account_logout": "alone",
    "account_session": "alone",
    "account_set_password": "alone",
    "agencies:device_end": "alone",
    "agencies:devices_end": "alone",
    "home:own_data": "alone",
    "mfa_activate_totp": "alone",
    "mfa_generate_recovery_codes": "alone",
    "mfa_add_webauthn": "alone",
    "openid_connect_callback": "alone",
    "mfa_remove_webauthn": "alone",
    "agencies:membership_extend": "alone",
    "agencies:support": "alone",
    "agencies:support_end": "alone",
    "competitions:agency_export_cancel": "alone",
    "competitions:agency_export_fetch": "alone",
    "competitions:agency_export_request": "alone",
    "competitions:reading_pack_cancel": "alone",
    "competitions:reading_pack_fetch": "alone",
    "competitions:reading_pack_request": "alone",
    "competitions:redaction_add": "judging",
    "competitions:redaction_add_all": "alone",
    "competitions:redaction_finish": "judging",
    "competitions:redaction_lift": "judging",
    "competitions:redaction_release": "judging",
    "competitions:announcement_schedule": "alone",
    "competitions:allocation_apply": "alone",
    "competitions:expertise_edit": "alone",
    "competitions:allocation_cancel": "alone",
    "competitions:allocation_start": "alone",
    "competitions:allocation_undo": "alone",
    "competitions:check_conflict": "alone",
    "competitions:comment_decide": "alone",
    "competitions:change_decide": "alone",
    "competitions:design_clone": "alone",
    "competitions:design_part": "alone",
    "competitions:design_publish": "alone",
    "competitions:entry_carry": "alone",
    "competitions:entry_resubmit": "alone",
    "competitions:radar_nudge": "alone",
    "competitions:preparation_cancel": "alone",
    "competitions:preparation_start": "alone",
    "competitions:rehearsal_start": "alone",
    "competitions:radar_nudge_one": "alone",
    "competitions:scoresheet_finalise": "alone",
    "competitions:highlight_add": "alone",
    "competitions:highlight_remove": "judging",
    "competitions:stage_open": "alone",
    "competitions:entry_objections": "alone",
    "competitions:objection_answer": "alone",
    "competitions:objection_confirm": "alone",
    "competitions:owner_writes_confirm": "alone",
    "competitions:owner_writes_name": "alone",
    "competitions:objection_open": "alone",
    "competitions:decree_attach": "alone",
    "competitions:entry_presentation": "alone",
    "competitions:presentation_draw": "alone",
    "competitions:presentation_move": "alone",
    "competitions:presentation_publish": "alone",
    "competitions:presentation_room": "alone",
    "competitions:presentation_step": "alone",
    "competitions:visit_assign": "alone",
    "competitions:visit_correct": "alone",
    "competitions:visit_edit": "alone",
    "competitions:visit_file": "alone",
    "competitions:visit_photo_add": "alone",
    "competitions:visit_photo_remove": "alone",
    "competitions:verification": "alone",
    "innovations:alarm_answer": "entrant",
    "innovations:attestation_create": "entrant",
    "innovations:need_create": "alone",
    "innovations:need_end": "alone",
    "innovations:offer_create": "alone",
    "innovations:offer_end": "alone",
    "innovations:replication_agree": "alone",
    "innovations:replication_answer": "alone",
    "innovations:replication_confirm": "alone",
    "innovations:replication_report": "alone",
    "innovations:replication_request": "alone",
    "innovations:replication_return": "alone",
    "innovations:replication_verify": "alone",
    "innovations:replication_withdraw": "alone",
    "innovations:indicator_create": "entrant",
    "innovations:mystery_check_correct": "entrant",
    "innovations:mystery_check_file": "entrant",
    "innovations:satisfaction_correct": "entrant",
    "innovations:satisfaction_file": "entrant",
    "innovations:target_create": "entrant",
    "innovations:value_correct": "entrant",
    "innovations:value_create": "entrant",
    "innovations:import_cancel": "alone",
    "innovations:import_confirm": "alone",
    "innovations:import_start": "alone",
    "innovations:register_import_start": "alone",
    "account_reset_password": "standing",
    "notifications:preferences": "standing",
    "notifications:unsubscribe": "standing",
    "agencies:agency_admit": "entrant",
    "agencies:invitation_accept": "entrant",
    "agencies:invitation_resend": "entrant",
    "agencies:invitation_revoke": "entrant",
    "agencies:member_invite": "entrant",
    "agencies:membership_end": "entrant",
    "agencies:unit_create": "entrant",
    "competitions:entry_check": "entrant",
    "competitions:entry_create": "entrant",
    "competitions:entry_reopen": "entrant",
    "competitions:entry_return": "entrant",
    "competitions:entry_revive": "entrant",
    "competitions:entry_section": "entrant",
    "competitions:entry_send": "entrant",
    "competitions:entry_submit": "entrant",
    "competitions:entry_withdraw": "entrant",
    "competitions:identity_findings": "entrant",
    "competitions:notification_read": "entrant",
    "competitions:section_findings": "entrant",
    "competitions:title_findings": "entrant",
    "innovations:innovation_archive": "entrant",
    "innovations:innovation_create": "entrant",
    "innovations:innovation_edit": "entrant",
    "innovations:innovation_presence": "entrant",
    "innovations:innovation_publish": "entrant",
    "competitions:assignment_appoint": "checking",
    "competitions:check_batch": "checking",
    "competitions:check_claim": "checking",
    "competitions:check_claim_next": "checking",
    "competitions:check_claim_several": "checking",
    "competitions:check_confirm": "checking",
    "competitions:check_decide": "checking",
    "competitions:check_nudge": "checking",
    "competitions:check_release": "checking",
    "competitions:filter_delete": "checking",
    "competitions:filter_save": "checking",
    "competitions:stage_close": "checking",
    "competitions:conflict_declare": "judging",
    "competitions:judging_nudge": "judging",
    "competitions:scoresheet_save": "judging",
    "competitions:sheet_detail": "judging",
    "competitions:sheet_release": "judging",
    "competitions:cut_off_apply": "ranking",
    "competitions:cut_off_confirm": "ranking",
    "competitions:cut_off_lock": "ranking",
    "competitions:decree_enter": "ranking",
    "competitions:ranking_run_order": "ranking",
    "competitions:entry_call": "alone",
    "competitions:entry_recuse": "alone",
    "competitions:motion_propose": "alone",
    "competitions:motion_step": "alone",
    "competitions:plenary_close": "alone",
    "competitions:plenary_join": "alone",
    "competitions:plenary_open": "alone",
    "competitions:vote_cast": "alone",
    "competitions:check_correction": "alone",
    "competitions:check_save": "alone",
    "competitions:entry_choice": "alone",
    "competitions:entry_documents": "alone",
    "innovations:attachment_list": "alone",
    "innovations:attachment_remove": "alone",
    "innovations:attachment_show": "alone",
    "innovations:upload_cancel": "alone",
    "innovations:upload_create": "alone",
    "innovations:upload_finish": "alone",
    "competitions:entry_automatic": "alone",
    "competitions:late_detail": "alone",
    "competitions:extension_decide": "alone",
    "competitions:extension_propose": "alone",
}
"""Where each address that takes POST or PUT is attacked: the group of visits whose pages hold
its form, or `alone` for those below that no visited page sends to."""


class Attacker:
    """A client that undoes what it did and holds every answer to the same promise."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.tried: set[str] = set()
        self.broken: list[str] = []
        self.may_read_canary = False
        self.is_flooded = False

    def become(self, visit: Visit) -> None:
        """Be the person of a visit."""
        self.client.logout()
        self.may_read_canary = False
        if visit.user is not None:
            self.client.force_login(visit.user)
            self.may_read_canary = any(visit.user.has_role(role) for role in MINISTRY)

    def send(self, method: str, address: str, what: str, **sent: Any) -> Any:
        """One request inside a savepoint that is rolled back; the answer keeps the promise."""
        with transaction.atomic():
            answer = getattr(self.client, method)(address, **sent)
            # To the end, so that a file is closed again.
            streamed = answer.streaming_content if answer.streaming else [answer.content]
            body = b"".join(streamed)
            transaction.set_rollback(True)
        told = f"{method} {address}: {what} -> {answer.status_code}"
        wrong = broken_promises(answer, body, may_read_canary=self.may_read_canary)
        self.broken += [f"{told}: {one}" for one in wrong]
        return answer

    def attack(self, form: Form, random: Random) -> None:
        """Send a form everything; a GET form is a search."""
        name = _name_of(form.path)
        if form.method == "get":
            for what, sent in attacks(form, random):
                self.send("get", form.path, what, data={k: _text(v) for k, v in sent.items()})
            return
        self.tried.add(name)
        for what, sent in attacks(form, random):
            self.send("post", form.action, what, data={k: _text(v) for k, v in sent.items()})
        first = next(iter(form.fields), "x")
        file = SimpleUploadedFile("../../x\u202e.pdf", b"%PDF-1.7\x00")
        self.send("post", form.action, "a file for a text", data={**form.fields, first: file})
        kind = "application/x-www-form-urlencoded"
        if IS_LONG or not self.is_flooded:
            self.is_flooded = True
            raw = f"{first}={FLOOD}"
            self.send("post", form.action, "a flood", data=raw, content_type=kind)
        raw = f"{first}=%ED%A0%80%FF&{first}=%00&%00=1&=&&;"
        self.send("post", form.action, "broken encoding", data=raw, content_type=kind)

    def attack_script(self, method: str, address: str) -> None:
        """Send an address of the scripts JSON and form fields of every shape."""
        self.tried.add(_name_of(urlsplit(address).path))
        name = method.lower()
        json = "application/json"
        stale, broken = {"If-Match": '"1"'}, {"If-Match": "x\u00ff"}
        for place, body in enumerate(BROKEN_JSON):
            headers = (stale, broken, {})[place % 3 if not IS_LONG else 0]
            told = repr(body[:30])
            self.send(name, address, told, data=body, content_type=json, headers=headers)
        for place, value in enumerate(JSON_VALUES):
            if IS_LONG or place % 3 == len(address) % 3:
                fields = dict.fromkeys(("text", "title"), value)
                for sent in (fields, {"text": value}):
                    told = str(value)[:30]
                    body = encoded(sent)
                    self.send(name, address, told, data=body, content_type=json, headers=stale)


def _text(values: list[str]) -> list[str]:
    """What the test client can encode; lone surrogates are sent as raw bytes elsewhere."""
    return [value.encode("utf-8", "replace").decode() for value in values]


def _name_of(path: str) -> str:
    return resolve(path).view_name


def plant_canary() -> Entry:
    """Another agency's proposal that nobody but its own people and the ministry may read."""
    contest = make_contest(REGISTRATION, entries=0, year=2999)
    contest.team = make_team()
    innovations = make_innovations(contest.team, titles=[CANARY])
    return walk_entry(contest, enter(contest, innovations)[0], EntryState.SUBMITTED)


@pytest.mark.django_db
@pytest.mark.parametrize("group", GROUPS)
def test_no_form_of_a_page_breaks_or_leaks(group: str, settings: Any) -> None:
    plant_canary()
    attacker, random = Attacker(), Random(f"hostile {group}")
    seen: set[tuple[str, str, str]] = set()
    for visit in GROUPS[group]():
        attacker.become(visit)
        page = attacker.client.get(visit.address)
        if not page.get("Content-Type", "").startswith("text/html"):
            continue
        reader = forms_of(visit.address, page.content.decode())
        for form in reader.forms:
            key = (_name_of(form.path), form.method, str(sorted(form.fields)))
            if key not in seen and not ends_the_visit(form):
                seen.add(key)
                attacker.attack(form, random)
        for method, address in sorted(reader.scripts):
            key = (_name_of(urlsplit(address).path), method, "")
            if key not in seen:
                seen.add(key)
                attacker.attack_script(method, address)
    assert not attacker.broken, "\n".join(attacker.broken[:20])
    expected = {name for name, where in REGISTRY.items() if where == group}
    assert expected <= attacker.tried, f"no page leads to {sorted(expected - attacker.tried)}"


def ends_the_visit(form: Form) -> bool:
    """Whether sending it signs the visitor out."""
    return form.method == "post" and _name_of(form.path) == "account_logout"


@pytest.mark.django_db
def test_every_address_that_takes_data_is_in_the_registry() -> None:
    """A new form needs a visit whose page holds it, and a line in REGISTRY."""
    client = Client()
    client.force_login(make_person(Role.OBSERVER))
    taking = set()
    for address in all_addresses():
        path = sample(address)
        if path.startswith("/api/"):
            continue
        allowed = client.options(path).get("Allow", "")
        if "POST" in allowed or "PUT" in allowed:
            taking.add(resolve(path).view_name)
    assert taking == set(REGISTRY)


@pytest.mark.django_db
@pytest.mark.slow
def test_addresses_without_a_visited_form_stand_hostile_values() -> None:
    team, entry = make_team(), plant_canary()
    attacker = Attacker()
    fields = {field: ["x"] for field in ("title", "text", "reason", "note", "users", "file")}
    alone = sorted(name for name, where in REGISTRY.items() if where == "alone")
    users = (team.admin, make_person(Role.SECRETARIAT_HEAD), make_person(Role.EVALUATOR))
    for turn, user in enumerate(users):
        attacker.become(Visit("", user))
        # The agency's admin everywhere; in the short run the others share the addresses.
        for name in alone if IS_LONG or not turn else alone[turn - 1 :: 2]:
            if name != "account_logout":
                attacker.attack(Form(_address(name, entry), "post", fields), Random(name))
    assert not attacker.broken, "\n".join(attacker.broken[:20])


def _address(name: str, entry: Entry) -> str:
    found = next(one for one in all_addresses() if one.name == name)
    return sample(found).replace("/1/", f"/{entry.pk}/")


@pytest.mark.django_db
def test_another_agencys_ids_are_as_good_as_missing() -> None:
    """Every address with an entry's or a dossier's number, called by a stranger (T2)."""
    entry = plant_canary()
    stranger: Team = make_team()
    client = Client(raise_request_exception=False)
    tried = 0
    for user in (stranger.innovator, stranger.admin, make_person(Role.EVALUATOR)):
        client.force_login(user)
        for address in all_addresses():
            route = address.route
            number = {
                "kerja/peserta/<int:pk>": entry.pk,
                "kerja/inovasi/<int:pk>": entry.innovation_id,
            }
            start = next((one for one in number if route.startswith(one)), None)
            if start is None:
                continue
            path = sample(address).replace("/1", f"/{number[start]}", 1).replace("/x/", "/novelty/")
            for method in ("get", "post", "put"):
                with transaction.atomic():
                    answer = getattr(client, method)(path)
                    transaction.set_rollback(True)
                tried += 1
                told = f"{method} {path} -> {answer.status_code}"
                assert answer.status_code in (403, 404, 405), told
                assert CANARY not in answer.content.decode(errors="replace"), told
    assert tried > 60


@pytest.mark.django_db
def test_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(make_team().admin)
    for address in all_addresses():
        path = sample(address)
        if path.startswith("/api/") or "POST" not in client.options(path).get("Allow", ""):
            continue
        if address.name in SENT_BY_BROWSERS:
            continue
        answer = client.post(path, {"title": "x"})
        assert answer.status_code in (403, 404), f"{path} -> {answer.status_code}"


@pytest.mark.django_db
def test_question_marks_of_lists_stand_every_value() -> None:
    """Parameters that links, not forms, carry: pages, orders, tabs, ways back."""
    entry = plant_canary()
    contest_year = entry.edition.year
    attacker = Attacker()
    names = (
        "q page urut keadaan tampil tahun kembali next inovasi mereplikasi tulis kategori instansi"
        " provinsi jenis a b"
    ).split()
    visitors = {
        None: ["/", "/inovasi/", "/inovasi/unduh.csv", "/instansi/", "/kompetisi/", "/statistik/",
               "/verifikasi/", "/akun/masuk/"],
        make_person(Role.SECRETARIAT_HEAD): [
            f"/kerja/edisi/{contest_year}/seleksi/", "/kerja/", "/kerja/radar/",
            "/kerja/radar/daftar.csv",
        ],
        make_team().admin: ["/kerja/", "/kerja/inovasi/", "/kerja/peserta/baru/",
                            "/kerja/instansi/anggota/"],
    }  # fmt: skip
    for user, addresses in visitors.items():
        attacker.become(Visit("", user))
        for kind, value in CORPUS.items():
            text = value[:4000].encode("utf-8", "replace").decode()
            for address in addresses:
                attacker.send("get", address, kind, data=dict.fromkeys(names, text))
        for address in addresses:
            attacker.send("get", address, "twice", data={name: ["1", "x"] for name in names})
    assert not attacker.broken, "\n".join(attacker.broken[:20])


@public
@csrf_exempt
def careless(request: HttpRequest) -> HttpResponse:
    """A view that draws its page again without a word, whatever it was sent."""
    return HttpResponse("<h1>Isian</h1>" + "<p>x" * (request.method == "PUT"))


urlpatterns = [path("ceroboh/", careless), *site_patterns]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_control_page_that_neither_does_nor_refuses_is_caught() -> None:
    attacker = Attacker()
    attacker.send("get", "/ceroboh/", "nothing")
    attacker.send("put", "/ceroboh/", "nothing")
    attacker.send("post", "/ceroboh/", "nothing")
    faulty, silent = attacker.broken
    assert "is left open" in faulty
    assert silent == "post /ceroboh/: nothing -> 200: neither done nor refused"
