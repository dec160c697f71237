"""Steps of a person's own account: passwords, factors, devices, mails."""

import re
from typing import Any

from allauth.mfa.totp.internal import auth
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import resolve

from agencies.models import User
from tests.access.steps import Scene, Step, everybody, step

PASSWORD = "gotong-royong-2019"
"""Of everybody who has one of the nine roles."""
NEW = "kopi pagi di Sleman 2031"
LOGIN, ENROL, RESET = "/akun/masuk/", "/akun/keamanan/aplikasi/", "/akun/sandi/lupa/"


def sign_in(scene: Scene, letter: str, client: Client | None = None) -> Client:
    """With the password, a moment ago, as a browser does."""
    used = client or scene.clients[letter]
    used.post(LOGIN, {"login": scene.person(letter).email, "password": PASSWORD})
    return used


@step("account_login")
def account_login(scene: Scene) -> Step:
    """Anybody who knows the password."""
    sent = {"login": scene.cast.own.innovator.email, "password": PASSWORD}
    return Step("S", everybody(scene), {}, "usersessions_usersession", sent)


@step("account_reset_password_from_key")
def account_reset_password_from_key(scene: Scene) -> Step:
    """Who has opened the link of the mail, in the same browser."""
    stranger = scene.clients["S"]
    stranger.post(RESET, {"email": scene.cast.own.innovator.email})
    found = re.search(r"(/akun/\S+)", str(mail.outbox[-1].body))
    assert found
    where = stranger.get(found[1])["Location"]
    at = resolve(where).kwargs
    sent = {"password1": NEW, "password2": NEW}
    return Step("S", "S", at, "agencies_user", sent)


@step("account_set_password")
def account_set_password(scene: Scene) -> Step:
    """Who came by single sign-on and has none."""
    person: User = scene.person("P")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    scene.clients["P"].force_login(person)
    sent = {"password1": NEW, "password2": NEW}
    return Step("P", everybody(scene), {}, "agencies_user", sent)


def _code(secret: str, later: int = 0) -> dict[str, Any]:
    """What the app shows now, or a little later: no code is taken twice."""
    _before, now, _after = auth.yield_hotp_counters_from_time()
    return {"code": str(auth.format_hotp_value(auth.hotp_value(secret, now + later)))}


def _enrolling(scene: Scene) -> str:
    """The secret that the page shows to who has just signed in."""
    page = sign_in(scene, "I").get(ENROL).content.decode()
    found = re.search(r"<code>([\w ]+)<", page)
    assert found
    return found[1].replace(" ", "")


def _enrolled(scene: Scene) -> str:
    """The same, with a factor that was put beside the password."""
    secret = _enrolling(scene)
    assert scene.clients["I"].post(ENROL, _code(secret)).status_code == 302
    return secret


@step("mfa_activate_totp")
def mfa_activate_totp(scene: Scene) -> Step:
    """With the first code."""
    return Step("I", everybody(scene), {}, "mfa_authenticator", _code(_enrolling(scene)))


@step("mfa_deactivate_totp")
def mfa_deactivate_totp(scene: Scene) -> Step:
    """Who has one."""
    _enrolled(scene)
    return Step("I", everybody(scene), {}, "mfa_authenticator")


@step("mfa_generate_recovery_codes")
def mfa_generate_recovery_codes(scene: Scene) -> Step:
    """Who has a factor that they stand in for."""
    _enrolled(scene)
    return Step("I", everybody(scene), {}, "mfa_authenticator")


@step("mfa_authenticate")
def mfa_authenticate(scene: Scene) -> Step:
    """Who gave the password a moment ago, in the same browser."""
    sent = _code(_enrolled(scene), later=1)
    sign_in(scene, "I", scene.clients["S"])
    return Step("S", "S", {}, "usersessions_usersession", sent)


@step("agencies:device_end")
def device_end(scene: Scene) -> Step:
    """One's own other device, and nobody else's."""
    rows = {}
    for letter in "IA":
        sign_in(scene, letter, Client())
        rows[letter] = UserSession.objects.get(user=scene.person(letter)).pk
    barred = (({"pk": rows["A"]}, {}),)
    return Step("I", "I", {"pk": rows["I"]}, "usersessions_usersession", barred=barred)


@step("agencies:devices_end")
def devices_end(scene: Scene) -> Step:
    """All of one's own."""
    sign_in(scene, "I", Client())
    return Step("I", everybody(scene), {}, "usersessions_usersession")


@step("notifications:unsubscribe")
def unsubscribe(scene: Scene) -> Step:
    """Whoever holds the mail; another token ends nothing."""
    at = scene.things["mail token"]["own"]
    barred = (({"token": "tidak:ada"}, {}),)
    return Step("S", everybody(scene), at, "notifications_subscription", barred=barred)
