"""Sign in, sign out and passwords: allauth's views at Indonesian addresses.

Only these of allauth's views are reachable; signing up is by invitation alone.
"""

from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_http_methods

from sinovik.web import factor_views as security
from sinovik.web import passkey_views as keys
from sinovik.web import sso_views as sso
from sinovik.web.access import PUBLIC, SIGNED_IN, declare
from sinovik.web.factors import opens_before_factor
from sinovik.web.sessions import session_state

NATIONAL = {"provider_id": "nasional"}


class Base36Converter(StringConverter):
    """Letters and digits: ends at the first hyphen, for the key after it has hyphens too."""

    regex = "[0-9A-Za-z]+"


register_converter(Base36Converter, "base36")


def _page(route: str, view: Any, name: str) -> URLPattern:
    """A view of allauth, asked for nothing else than a page is: some answer any method."""
    asked = require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])(view)
    found: URLPattern = path(route, asked, name=name)
    return found


urlpatterns = [
    *declare(
        [
            _page("nonaktif/", views.account_inactive, name="account_inactive"),
            _page("masuk/kode/", keys.AuthenticateView.as_view(), name="mfa_authenticate"),
            _page("sandi/lupa/", views.password_reset, name="account_reset_password"),
            _page(
                "sandi/lupa/terkirim/",
                views.password_reset_done,
                name="account_reset_password_done",
            ),
            _page(
                "sandi/baru/selesai/",
                views.password_reset_from_key_done,
                name="account_reset_password_from_key_done",
            ),
            _page(
                "sandi/baru/<base36:uidb36>-<str:key>/",
                views.password_reset_from_key,
                name="account_reset_password_from_key",
            ),
            # allauth links here from the sign-in page; the adapter answers "closed".
            _page("daftar/", views.signup, name="account_signup"),
        ],
        PUBLIC,
    ),
    *declare(
        [
            _page("sandi/ubah/", views.password_change, name="account_change_password"),
            _page("sandi/buat/", views.password_set, name="account_set_password"),
            _page(
                "keamanan/aplikasi/lepas/",
                security.DeactivateView.as_view(),
                name="mfa_deactivate_totp",
            ),
            _page(
                "keamanan/kode/baru/",
                security.GenerateCodesView.as_view(),
                name="mfa_generate_recovery_codes",
            ),
            _page(
                "keamanan/kunci/<int:pk>/lepas/",
                keys.RemoveView.as_view(),
                name="mfa_remove_webauthn",
            ),
        ],
        SIGNED_IN,
    ),
    path("keamanan/", security.security, name="mfa_index"),
    path("keamanan/kode/", security.recovery_codes, name="mfa_view_recovery_codes"),
    path("masuk/nasional/", sso.sso_start, NATIONAL, name="openid_connect_login"),
    path("masuk/nasional/kembali/", sso.sso_return, NATIONAL, name="openid_connect_callback"),
    *opens_before_factor(
        [
            *declare(
                [
                    _page("masuk/", views.login, name="account_login"),
                    _page("masuk/kunci/", keys.LoginView.as_view(), name="mfa_login_webauthn"),
                    # Public, for it also gives up a sign-in that waits for its code.
                    _page("keluar/", views.logout, name="account_logout"),
                ],
                PUBLIC,
            ),
            *declare(
                [
                    _page("pastikan/", views.reauthenticate, name="account_reauthenticate"),
                    _page("pastikan/kode/", factor.reauthenticate, name="mfa_reauthenticate"),
                    _page(
                        "keamanan/aplikasi/",
                        security.ActivateView.as_view(),
                        name="mfa_activate_totp",
                    ),
                    _page("keamanan/kunci/", keys.AddView.as_view(), name="mfa_add_webauthn"),
                    _page(
                        "pastikan/kunci/",
                        keys.ReauthenticateView.as_view(),
                        name="mfa_reauthenticate_webauthn",
                    ),
                ],
                SIGNED_IN,
            ),
            path("sesi/", session_state, name="account_session"),
        ]
    ),
]
