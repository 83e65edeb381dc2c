"""Every setting of the portal, read once from the environment (README, "Configuration").

Safe by default: without variables this is a production configuration that
refuses to start until its secrets are given.
"""

from __future__ import annotations

from base64 import b64decode
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import environ
import maxminddb
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_noop
from kombu import Queue

from accounts.sms.provider_file import ProviderFileError, read_providers

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]"}

env = environ.Env()
if not env.bool("DEMO_MODE", default=False):  # a deployment's file must not lead the demo to its database
    environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
DEMO_MODE = env.bool("DEMO_MODE", default=False)
SECRET_KEY = env.str("SECRET_KEY")
FIELD_ENCRYPTION_KEY = env.str("FIELD_ENCRYPTION_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be given; see .env.example.")
try:
    for _key in FIELD_ENCRYPTION_KEY.split(","):
        Fernet(_key.strip())
        b64decode(_key.strip(), altchars=b"-_", validate=True)
except ValueError as error:
    raise ImproperlyConfigured("FIELD_ENCRYPTION_KEY must be one or more Fernet keys; see .env.example.") from error
AUDIT_KEYS = [key.strip() for key in env.list("AUDIT_KEY", default=[]) if key.strip()] or [SECRET_KEY]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
DATA_DIR = Path(env.str("PORTAL_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

if DEMO_MODE and not set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
    raise ImproperlyConfigured("DEMO_MODE answers on loopback only; ALLOWED_HOSTS names another host.")

# How the portal is reached; the last line of a code's SMS is bound to its host.
PORTAL_ORIGIN = env.str("PORTAL_ORIGIN", default="http://127.0.0.1:8000") if DEMO_MODE else env.str("PORTAL_ORIGIN")
if urlsplit(PORTAL_ORIGIN).scheme not in {"http", "https"} or not urlsplit(PORTAL_ORIGIN).hostname:
    raise ImproperlyConfigured("PORTAL_ORIGIN must be an address like https://portal.example.vn.")
OVER_HTTPS = urlsplit(PORTAL_ORIGIN).scheme == "https"
# These two have an English form; what an operator calls theirs stays as it is.
PORTAL_NAME = env.str("PORTAL_NAME", default="") or gettext_noop("Cổng đăng ký BHXH số")
PORTAL_TAGLINE = env.str("PORTAL_TAGLINE", default=gettext_noop("Giao dịch điện tử cho cá nhân"))
PORTAL_IS_REPLICA = "PORTAL_NAME" not in env.ENVIRON
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# A MaxMind-format database of cities: says where a browser was first used.
PLACES_DATABASE = env.str("PLACES_DATABASE", default="")
try:
    if PLACES_DATABASE:
        maxminddb.open_database(PLACES_DATABASE).close()
except (OSError, maxminddb.InvalidDatabaseError) as error:
    raise ImproperlyConfigured("PLACES_DATABASE must be the path of a MaxMind-format file, or left out.") from error

INSTALLED_APPS = [
    "accounts",
    "registration",
    "cards",
    "vssportal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "phonenumber_field",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.page_language",
    "accounts.middleware.bounded_and_guarded",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.demo_loopback_only",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "vssportal.receipts.straight_to_receipts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "vssportal.refusals.RefusalsAsPages",
    "accounts.middleware.one_device",
    "accounts.middleware.first_password_change",
    "accounts.middleware.second_factor_first",
]

ROOT_URLCONF = "vssportal.urls"
WSGI_APPLICATION = "vssportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vssportal.context.portal",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # On SQLite the immediate transaction is the row lock: it waits instead of failing half way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["ENGINE"] = "vssportal.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker, cache, worker ------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
STORE_TIMEOUT = 0.5  # seconds: a dead store must not hold a page
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": STORE_TIMEOUT, "socket_connect_timeout": STORE_TIMEOUT},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": STORE_TIMEOUT,
    "socket_connect_timeout": STORE_TIMEOUT,
    "visibility_timeout": 600,
    # A page that enqueues with the broker away goes on at once; the sweeper comes back to the message.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "queue_order_strategy": "priority",  # as the queues stand below
    "priority_steps": [0],  # no task has a priority of its own
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Codes never wait behind notices, nor the sweeper behind them, nor any of them behind looks at photos; a worker
# without -Q serves all four in this order.
CELERY_TASK_QUEUES = [Queue("otp"), Queue("housekeeping"), Queue("notices"), Queue("readings")]
CELERY_TASK_DEFAULT_QUEUE = "housekeeping"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Celery would close the database's connection after every task; vssportal.celery closes what is too old or broken.
CELERY_DB_REUSE_MAX = 10**9
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
_EVERY = {  # seconds; what nobody has taken by the next time is not done twice
    "accounts.sms.tasks.sweep_messages": 10.0,
    "accounts.tasks.watch_messages": 60.0,
    "accounts.tasks.measure_messages": 60.0,
    "accounts.tasks.tidy_up": 60.0,
    "accounts.tasks.seal_events": 60.0,
    "registration.tasks.purge_drafts": 60 * 60.0,
    "registration.tasks.remind_of_drafts": 60 * 60.0,
    "registration.tasks.delete_papers": 60 * 60.0,
    "registration.tasks.purge_leftovers": 60 * 60.0,
    "registration.tasks.follow_supplements": 60 * 60.0,
    "registration.tasks.tell_owners": 60.0,
}
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": every, "options": {"expires": every}} for task, every in _EVERY.items()
}
SMS_GATEWAY = env.str("SMS_GATEWAY", default="inbox" if DEMO_MODE else "")
if SMS_GATEWAY not in {"", "inbox"}:
    raise ImproperlyConfigured("SMS_GATEWAY is the demo's inbox or nothing; SMS_PROVIDERS names real providers.")
if SMS_GATEWAY == "inbox" and not DEMO_MODE:
    raise ImproperlyConfigured("SMS_GATEWAY=inbox keeps passwords and codes readable; it is for demo mode only.")
# Real providers, in a file of their own; never in demo mode, where people type real numbers into invented forms.
try:
    SMS_PROVIDERS = read_providers(
        "" if DEMO_MODE else env.str("SMS_PROVIDERS", default=""), origin=PORTAL_ORIGIN, environment=env.ENVIRON
    )
except ProviderFileError as error:
    raise ImproperlyConfigured(f"SMS_PROVIDERS: {error}") from error

# Security notices by e-mail too: in demo mode into files, else through EMAIL_URL or not at all.
_email_url = "" if DEMO_MODE else env.str("EMAIL_URL", default="")
SENDS_LETTERS = DEMO_MODE or bool(_email_url)
EMAIL_TIMEOUT = 5  # seconds for each step, so that all of a hand-over ends before its claim does
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="")
ALARM_EMAILS = env.list("ALARM_EMAILS", default=[])  # administrators who are told when messages do not get out
if ALARM_EMAILS and not SENDS_LETTERS:
    raise ImproperlyConfigured("ALARM_EMAILS needs EMAIL_URL, the mail server that carries letters.")
if _email_url:
    _mail = env.email_url("EMAIL_URL")
    if not _mail["EMAIL_BACKEND"].endswith(".smtp.EmailBackend") or not _mail["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL must be like smtp+tls://USER:PASSWORD@mail.example.vn:587.")
    if "@" not in DEFAULT_FROM_EMAIL:
        raise ImproperlyConfigured("EMAIL_URL needs DEFAULT_FROM_EMAIL, the address letters come from.")
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
elif DEMO_MODE:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
    DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or "thong-bao@portal.example.vn"

# --- Who is asking --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["accounts.hashers.PortalArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.password_rules.LengthRule"},
    {"NAME": "accounts.password_rules.CommonPasswordRule"},
    {"NAME": "accounts.password_rules.OwnWordsRule"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "admin:index"  # the desk's own login, asked to lead elsewhere
HOME_PAGES = {"citizen": "cards:card", "clinic": "cards:clinic", "staff": "admin:index"}
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
OTP_TOTP_ISSUER = PORTAL_NAME  # what an authenticator app calls the account
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=True)

# Browsers one account may be open in at once; a citizen's in one, always.
STAFF_SESSIONS = max(1, env.int("STAFF_SESSIONS", default=2))
CLINIC_SESSIONS = max(1, env.int("CLINIC_SESSIONS", default=10))

# What citizens are told: days to mend a file after an officer asked, working days until a decision is to be expected.
SUPPLEMENT_DAYS = max(1, env.int("SUPPLEMENT_DAYS", default=14))
DECISION_DAYS = max(1, env.int("DECISION_DAYS", default=5))

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "vssportal.views.csrf_failure"
DEVICE_COOKIE_NAME = "__Host-device" if OVER_HTTPS else "device"
if OVER_HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = OVER_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = OVER_HTTPS
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_FROM = {
    NONE: ("default-src", "base-uri", "frame-ancestors"),
    SELF: ("script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src", "form-action"),
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {what: [source] for source, kinds in _FROM.items() for what in kinds}}

# --- Words, time, numbers -------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = OVER_HTTPS
FORMAT_MODULE_PATH = "vssportal.formats"  # days before months, typed and shown
LOCALE_PATHS = [BASE_DIR / "locale"]  # English; and what Django's own Vietnamese leaves in English
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "VN"
PHONENUMBER_DB_FORMAT = "E164"

# --- Files ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Photos of papers: never below a public path; served by views that check who asks.
PRIVATE_BUCKET = env.str("PRIVATE_BUCKET", default="")
PRIVATE_STORAGE: dict[str, object] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": PRIVATE_BUCKET,
            "endpoint_url": env.str("PRIVATE_BUCKET_ENDPOINT", default="") or None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
    if PRIVATE_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
)
# Days after the decision after which a declaration's photos are deleted; the consent says so to the citizen.
PAPER_PHOTOS_KEPT_DAYS = max(1, env.int("PAPER_PHOTOS_KEPT_DAYS", default=90))
# OpenCV is an extra (requirements/faces.txt): without it portraits are cut in the middle and no face is missed.
FIND_FACES = env.bool("FIND_FACES", default=True) and find_spec("cv2") is not None
STORAGES = {
    "default": PRIVATE_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Logs -----------------------------------------------------------------------------------------------
# Addresses whose last part opens something: no line and no report shows it.
MASKED_ADDRESSES = r"(/dang-ky/anh/)[^/?#\s]+"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "accounts.reports.PlacesFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {
        "one_line": {"()": "vssportal.refusals.RefusalsInOneLine"},
        "no_values": {"()": "accounts.reports.TasksWithoutValues"},
        "no_secret_addresses": {"()": "accounts.reports.AddressesWithoutSecrets"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one_line", "no_values", "no_secret_addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Two lines a task, of which each message has one; what became of it is a line of our own.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # Of each drawn sheet: dozens of lines with the letters its answers are written in.
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "WARNING"},
    },
}
# An exception report names places, never values.
DEFAULT_EXCEPTION_REPORTER = "accounts.reports.PlacesReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "accounts.reports.NoValuesFilter"
