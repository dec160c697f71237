"""Sign in, sign out and passwords: allauth's views at Indonesian addresses.

Only these of allauth's views are reachable; signing up is by invitation alone.
"""

from allauth.account import views
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sinovik.web.access import PUBLIC, SIGNED_IN, declare
from sinovik.web.sessions import session_state


class Base36Converter(StringConverter):
    """Letters and digits: ends at the first hyphen, for the key after it has hyphens too."""

    regex = "[0-9A-Za-z]+"


register_converter(Base36Converter, "base36")

urlpatterns = [
    *declare(
        [
            path("masuk/", views.login, name="account_login"),
            path("nonaktif/", views.account_inactive, name="account_inactive"),
            path("sandi/lupa/", views.password_reset, name="account_reset_password"),
            path(
                "sandi/lupa/terkirim/",
                views.password_reset_done,
                name="account_reset_password_done",
            ),
            path(
                "sandi/baru/selesai/",
                views.password_reset_from_key_done,
                name="account_reset_password_from_key_done",
            ),
            path(
                "sandi/baru/<base36:uidb36>-<str:key>/",
                views.password_reset_from_key,
                name="account_reset_password_from_key",
            ),
            # allauth links here from the sign-in page; the adapter answers "closed".
            path("daftar/", views.signup, name="account_signup"),
        ],
        PUBLIC,
    ),
    *declare(
        [
            path("keluar/", views.logout, name="account_logout"),
            path("sandi/ubah/", views.password_change, name="account_change_password"),
            path("sandi/buat/", views.password_set, name="account_set_password"),
            path("pastikan/", views.reauthenticate, name="account_reauthenticate"),
        ],
        SIGNED_IN,
    ),
    path("sesi/", session_state, name="account_session"),
]
