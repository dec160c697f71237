"""Settings, read from the environment. Production refuses to start without its secrets."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from sinovik import postgres
from sinovik.account_settings import *  # noqa: F403 (settings are names in one module)
from sinovik.account_settings import password_rules, sso_providers
from sinovik.audit.logs import logging_of

# Who asks for numbers computes them: threads of BLAS would take the cores that others wait for.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("SINOVIK_VAR", str(BASE_DIR / "var"))).resolve()

ENVIRONMENT = env.str("SINOVIK_ENV", "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("SINOVIK_DEBUG", False) and not PRODUCTION

# In production each of these must be given: environs raises with the name of what is missing.
if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY", validate=validate.Length(min=50))
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", validate=validate.ContainsNoneOf(["*"]))
    DATABASE_URL = env.str("DATABASE_URL")
    SITE_ADDRESS = env.str("SITE_ADDRESS")
    EMAIL_URL = env.str("EMAIL_URL")
    RECEIPT_KEY = env.str("SINOVIK_RECEIPT_KEY")
else:
    SECRET_KEY = env.str("SECRET_KEY", "development-only-" + "0123456789abcdef" * 4)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
    DATABASE_URL = env.str("DATABASE_URL", "")
    SITE_ADDRESS = env.str("SITE_ADDRESS", f"http://localhost:{env.int('PORT', 8000)}")
    EMAIL_URL = env.str("EMAIL_URL", "")
    # Empty: made once and kept under var/.
    RECEIPT_KEY = env.str("SINOVIK_RECEIPT_KEY", "")
# Earlier ones: sessions and second factors written with them stay valid.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Public halves of earlier keys, each the middle line of its PEM: old receipts stay valid.
RECEIPT_RETIRED_KEYS: list[str] = env.list("SINOVIK_RECEIPT_RETIRED_KEYS", [])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "procrastinate.contrib.django",
    "sinovik",
    "sinovik.web",
    "sinovik.audit",
    "sinovik.notifications",
    "agencies",
    "innovations",
    "competitions",
]

MIDDLEWARE = [
    "sinovik.audit.middleware.RequestIdMiddleware",
    # A held page has the headers of the others; it is given before they are asked.
    "sinovik.web.shared.SharedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "sinovik.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are small but phones are slow; Django pads each answer against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    # Before anything asks the database: an autosave that gives its place to others costs nothing.
    "sinovik.home.queue.QueueMiddleware",
    "sinovik.web.readonly.ReadOnlyMiddleware",
    "sinovik.home.outage.OutageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sinovik.web.middleware.AddressLanguageMiddleware",
    "sinovik.home.form_only.FormOnlyMiddleware",
    "sinovik.web.middleware.RefusedFormMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sinovik.web.middleware.ReaderZoneMiddleware",
    "sinovik.web.kept.KeepingLoginMiddleware",
    "sinovik.web.factors.SecondFactorMiddleware",
    "agencies.views.passwords.OldPasswordMiddleware",
    "sinovik.web.door.OpenedMiddleware",
    "sinovik.web.sessions.SessionInUseMiddleware",
    "agencies.views.support.SupportMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "sinovik.urls"
WSGI_APPLICATION = "sinovik.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": ["sinovik.web.folding.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sinovik.web.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database. Without DATABASE_URL the embedded cluster under var/ serves; manage.py starts it.
# The site connects as the web role; `manage.py migrate` connects as the owner of the tables and
# grants the web role what it needs. Without an owner's address one role is both.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", "")
EMBEDDED_CLUSTER = None if DATABASE_URL else postgres.Cluster(VAR_DIR / "postgres")
DATABASE_OWNER: dict[str, Any] | None = None
if EMBEDDED_CLUSTER:
    DATABASES = {"default": EMBEDDED_CLUSTER.django_settings(postgres.WEB_ROLE)}
    DATABASE_OWNER = EMBEDDED_CLUSTER.django_settings()
else:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    if DATABASE_OWNER_URL:
        DATABASE_OWNER = env.dj_db_url("DATABASE_OWNER_URL")
DATABASE_WEB_ROLE = DATABASES["default"]["USER"]
DATABASES["default"] |= {
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": 0,
    # A pooled connection may be dead after a failover; checked before each request.
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {
        # Only those of `Prepared` are sent so that the server keeps them (ADR 63).
        "prepare_threshold": 3,
        "pool": {
            "min_size": 1,
            "max_size": env.int("SINOVIK_POOL", 8),
            "timeout": 5,
            # After a failover the next request asks anew; by itself the pool would ask twice
            # as rarely each time, and people would wait for it, not for the database.
            "reconnect_timeout": 2,
        },
    },
}
# Where public pages are read; empty: on the primary, like everything else.
if env.str("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = postgres.as_replica(env.dj_db_url("DATABASE_REPLICA_URL"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# "asvs" asks for length and refuses what is guessed first; "bssn" adds what BSSN 4/2021 asks for.
PASSWORD_RULES = env.str(
    "SINOVIK_PASSWORD_RULES", "asvs", validate=validate.OneOf(["asvs", "bssn"])
)
AUTH_PASSWORD_VALIDATORS, PASSWORD_DAYS = password_rules(PASSWORD_RULES)
# The national account: off unless all of issuer, client id and secret are named.
SSO = {
    "ISSUER": env.str("SINOVIK_SSO_ISSUER", ""),
    "CLIENT_ID": env.str("SINOVIK_SSO_CLIENT_ID", ""),
    "SECRET": env.str("SINOVIK_SSO_SECRET", ""),
}
SSO_NAME = env.str("SINOVIK_SSO_NAME", "SSO Nasional") if all(SSO.values()) else ""
if any(SSO.values()) and not SSO_NAME:
    raise ImproperlyConfigured("SINOVIK_SSO_ISSUER, _CLIENT_ID and _SECRET go together")
if PRODUCTION and SSO_NAME and not SSO["ISSUER"].startswith("https://"):
    raise ImproperlyConfigured("SINOVIK_SSO_ISSUER must be https")
SOCIALACCOUNT_PROVIDERS = sso_providers(SSO_NAME, **SSO)

# Set by `manage.py demo` alone: the sign-in page tells the codes of made-up accounts.
DEMO = env.bool("SINOVIK_DEMO", False) and not PRODUCTION

SESSION_ENGINE = "sinovik.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # in use or not
SESSION_IDLE_AGE = 2 * 3600  # without a request
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sinovik.web.kept.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers. The policy is the one of the design document: nothing inline, nothing foreign.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "report-to": "policy",
    },
}
# How many proxies of our own stand before the site. Nothing that a stranger's request says about
# its address or scheme is believed beyond them.
TRUSTED_PROXIES = env.int("SINOVIK_TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SINOVIK_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Language and time: Indonesian first, English by gettext; stored in UTC, shown in WIB.
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# Static files: hashed names, compressed once by collectstatic, served by whitenoise.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
HASHED_STATIC = PRODUCTION or env.bool("SINOVIK_HASHED_STATIC", False)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if HASHED_STATIC
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        ),
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = not HASHED_STATIC
if not HASHED_STATIC:
    # whitenoise warns about a missing directory even where it serves from the sources.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "media"

# Files that people give. They have no address: only views send them, after asking a policy.
UPLOAD_LIMIT = env.int("SINOVIK_UPLOAD_LIMIT", 5 * 1024 * 1024)
STAGE_DIR = VAR_DIR / "stage"
CLEANING_SECONDS = env.int("SINOVIK_CLEANING_SECONDS", 20)
CLAMD = env.str("SINOVIK_CLAMD", "")
CLAMD_SECONDS = env.int("SINOVIK_CLAMD_SECONDS", 15)
S3_BUCKET = env.str("SINOVIK_S3_BUCKET", "")
STORAGES["uploads"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": VAR_DIR / "uploads",
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
if S3_BUCKET:
    from botocore.config import Config

    STORAGES["uploads"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("SINOVIK_S3_ENDPOINT", None),
            "region_name": env.str("SINOVIK_S3_REGION", None),
            "default_acl": None,
            "file_overwrite": False,
            # A request asks a silent store twice and has an answer before nginx gives it up.
            "client_config": Config(
                connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2}
            ),
        },
    }

# How much a dossier and all dossiers of an agency hold; an unfinished upload keeps its place.
ATTACHMENT_FILES = env.int("SINOVIK_ATTACHMENT_FILES", 10)
ATTACHMENT_BYTES = env.int("SINOVIK_ATTACHMENT_BYTES", 30_000_000)
ATTACHMENT_AGENCY_BYTES = env.int("SINOVIK_ATTACHMENT_AGENCY_BYTES", 2_000_000_000)
UPLOAD_HOURS = env.int("SINOVIK_UPLOAD_HOURS", 48)

# Who outside keeps the log's roots (the inspectorate, for one): e-mail addresses, by commas.
ROOT_ADDRESSES: list[str] = env.list("SINOVIK_ROOT_ADDRESSES", [])

# E-mail is queued, and carried by the worker; without EMAIL_URL it becomes files in var/mail.
EMAIL_BACKEND = "sinovik.notifications.backends.QueueBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "SINOVIK <tidak-dibalas@sinovik.invalid>")
# Where people write to the secretariat; empty: pages name no address.
CONTACT_EMAIL = env.str("SINOVIK_CONTACT_EMAIL", "" if PRODUCTION else "tanya@sinovik.example")
if EMAIL_URL:
    _email = env.dj_email_url("EMAIL_URL")
    MAIL_CARRIER = _email["EMAIL_BACKEND"]
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"]
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
else:
    MAIL_CARRIER = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# Tries are counted in a table, for files let two processes add one key; brakes stay in files.
# The default of 300 entries would let a flood of addresses forget the counts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sinovik_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "brakes": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

PROCRASTINATE_ON_APP_READY = None
# What sees all apps is no app itself, so its jobs are named here.
PROCRASTINATE_IMPORT_PATHS = ["sinovik.home.tasks"]

# Backups: where they stand, the key they are sealed with (32 bytes in base64), how many sets are
# kept, the role that may replicate (where the site's own may not), a stanza of pgBackRest.
BACKUP_DIR = env.str("SINOVIK_BACKUP_DIR", "")
BACKUP_KEY = env.str("SINOVIK_BACKUP_KEY", "")
BACKUP_SETS = env.int("SINOVIK_BACKUP_SETS", 7, validate=validate.Range(min=1))
BACKUP_DATABASE_URL = env.str("SINOVIK_BACKUP_DATABASE_URL", "")
PGBACKREST_STANZA = env.str("SINOVIK_PGBACKREST_STANZA", "")

# Of everything public; the pages, the API, the nightly files and their catalogue say it.
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# Open data as files: where they stand, and for how many days beside the newest.
DUMPS_DIR = VAR_DIR / "dumps"
DUMP_DAYS = env.int("SINOVIK_DUMP_DAYS", 7)

# "json" is for programs that collect lines, "line" for people.
_FORMATS = ["json", "line"] if PRODUCTION else ["line", "json"]
LOG_FORMAT = env.str("SINOVIK_LOG_FORMAT", _FORMATS[0], validate=validate.OneOf(_FORMATS))
LOGGING = logging_of(LOG_FORMAT, env.str("SINOVIK_LOG_LEVEL", "WARNING"))

# Figures for Prometheus, on a port of this machine that no proxy leads to: each process of the
# site takes one of the range ("9101-9110"). Empty: none.
METRICS_PORTS = env.str(
    "SINOVIK_METRICS_PORTS", "", validate=validate.Regexp(r"^(\d{4,5}-\d{4,5})?$")
)
if METRICS_PORTS:
    _first, _last = METRICS_PORTS.split("-")
    PROMETHEUS_METRICS_EXPORT_PORT_RANGE = range(int(_first), int(_last) + 1)
    PROMETHEUS_METRICS_EXPORT_ADDRESS = "127.0.0.1"
    PROMETHEUS_EXPORT_MIGRATIONS = False
    INSTALLED_APPS.append("django_prometheus")
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]
