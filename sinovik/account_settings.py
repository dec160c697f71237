"""Settings of signing in that read no environment: allauth and its second factors."""

from typing import Any


def sso_providers(name: str, *, ISSUER: str, CLIENT_ID: str, SECRET: str) -> dict[str, Any]:  # noqa: N803
    """What allauth wants to know of an issuer; nothing where `name` is empty."""
    app = {
        "provider_id": "nasional",
        "name": name,
        "client_id": CLIENT_ID,
        "secret": SECRET,
        "settings": {"server_url": ISSUER, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app] if name else []}}


def password_rules(kind: str) -> tuple[list[dict[str, Any]], int]:
    """Django's validators, and after how many days a password must change (0: never)."""
    names = {
        "django.contrib.auth.password_validation.MinimumLengthValidator": {"min_length": 12},
        "sinovik.web.passwords.MaximumLengthValidator": {"max_length": 128},
        "django.contrib.auth.password_validation.CommonPasswordValidator": {},
        "sinovik.web.passwords.GuessableValidator": {},
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator": {
            "user_attributes": ("email", "name")
        },
    }
    if kind == "bssn":
        names["sinovik.web.passwords.CompositionValidator"] = {}
    return [{"NAME": name, "OPTIONS": given} for name, given in names.items()], (
        90 if kind == "bssn" else 0
    )


LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "competitions:work_home"
LOGOUT_REDIRECT_URL = "home:front"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "sinovik.web.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "sinovik.web.account_forms.LoginForm",
    "reset_password": "sinovik.web.account_forms.ResetPasswordForm",
    "reset_password_from_key": "sinovik.web.account_forms.ResetPasswordKeyForm",
    "change_password": "sinovik.web.account_forms.ChangePasswordForm",
    "set_password": "sinovik.web.account_forms.SetPasswordForm",
    "reauthenticate": "sinovik.web.account_forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who did not change a password or factor learns of it
# Django's, since allauth's writes a row while a link is only looked at, and GET never writes.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # how long a password or code is fresh proof

# The second factor; which roles must have one: agencies/enums.py.
MFA_ADAPTER = "sinovik.web.accounts.FactorAdapter"
MFA_FORMS = {
    "authenticate": "sinovik.web.factor_forms.AuthenticateForm",
    "reauthenticate": "sinovik.web.factor_forms.ReauthenticateForm",
    "activate_totp": "sinovik.web.factor_forms.ActivateForm",
    "add_webauthn": "sinovik.web.passkey_forms.AddForm",
    "authenticate_webauthn": "sinovik.web.passkey_forms.AuthenticateForm",
    "login_webauthn": "sinovik.web.passkey_forms.LoginForm",
    "reauthenticate_webauthn": "sinovik.web.passkey_forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a key alone is both factors
MFA_TOTP_ISSUER = "SINOVIK"
MFA_TOTP_TOLERANCE = 1  # thirty seconds to either side, for telephones whose clock is off

# The national account; who issues it: sinovik/settings.py.
SOCIALACCOUNT_ADAPTER = "sinovik.web.sso.NationalAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # the adapter links, by stricter rules
SOCIALACCOUNT_LOGIN_ON_GET = True  # reaches the issuer; only the button afterwards signs in
SOCIALACCOUNT_STORE_TOKENS = False
