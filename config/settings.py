"""All settings; the tables about customers stand beside it. What differs between machines comes from the environment and fails
loudly when it is wrong."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from config.customers import AREA_TIME_ZONES, CALLING_HOURS, CARING_PHRASES, REGION_TIME_ZONES  # noqa: F401 settings as well

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("KAWAL_DATA", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, else one made once and kept in the data folder with the owner's rights alone."""
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(get_random_secret_key())
    return kept.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_TLS = env.bool("BEHIND_TLS", default=False)
CLOCK_OFFSET_FILE = env.str("CLOCK_OFFSET_FILE", default="")

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "common.apps.CommonConfig",
    "accounts.apps.AccountsConfig",
    "tickets.apps.TicketsConfig",
    "escalation.apps.EscalationConfig",
    "outbound.apps.OutboundConfig",
    "quality.apps.QualityConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "template_partials",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "accounts.middleware.GatesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "accounts.context.person",
                "escalation.context.bell",
            ],
            "builtins": ["common.templatetags.kawal", "django.templatetags.i18n", "template_partials.templatetags.partials"],
        },
    }
]

# Embedded: SQLite. WAL lets readers go on beside the one writer; IMMEDIATE takes the write lock at the start, because a
# transaction that reads first and writes later fails at once with "database is locked" whatever the timeout.
EMBEDDED_DATABASE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "kawal.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-16000;",
    },
}
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
DATABASES = {"default": env.db_url("DATABASE_URL") if DATABASE_URL else EMBEDDED_DATABASE}
if DATABASE_URL:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},  # nobody waits for what may be left out
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# Celery. The broker only wakes workers (see docs/time.md), so results are not kept and a lost message costs one tick.
BROKER_DIR = DATA_DIR / "broker"
for folder in ("queue", "done", "control"):
    (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"  # the folders say where; kombu asks for a host all the same
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "done"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }
)
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="celery")  # installations that share a broker need one each
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"  # wakes the timers when a rung falls due; the schedule is the safety net
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
# What has rows to work on is woken by the beat as soon as it has (config/beat.py); these intervals are the safety net, and each
# costs an idle house something. Parts that leave a mark (escalation/actions/heartbeats.py) come three times in the minute after
# which they count as dead; others that are woken come every 150 seconds, those that nobody wakes every minute.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "fire due rungs": {"task": "escalation.tasks.fire_due_rungs", "schedule": 20.0, "options": {"expires": 20}},
    "send messages": {"task": "escalation.tasks.send_messages", "schedule": 20.0, "options": {"expires": 30}},
    "warn of promises": {"task": "escalation.tasks.warn_of_promises", "schedule": 20.0, "options": {"expires": 20}},
    "watch channels": {"task": "escalation.tasks.watch_channels", "schedule": 20.0, "options": {"expires": 30}},
    "match inbox": {"task": "escalation.tasks.match_inbox", "schedule": 20.0, "options": {"expires": 30}},
    "run imports": {"task": "tickets.tasks.run_imports", "schedule": 150.0, "options": {"expires": 150}},
    "poll mailboxes": {"task": "escalation.tasks.poll_mailboxes", "schedule": 150.0, "options": {"expires": 150}},
    "read mail": {"task": "escalation.tasks.read_mail", "schedule": 150.0, "options": {"expires": 150}},
    "send mail": {"task": "escalation.tasks.send_mail", "schedule": 150.0, "options": {"expires": 150}},
    "free callbacks": {"task": "outbound.tasks.free_abandoned_callbacks", "schedule": 60.0, "options": {"expires": 60}},
    "free prospects": {"task": "outbound.tasks.free_abandoned_prospects", "schedule": 60.0, "options": {"expires": 60}},
    "free validations": {"task": "quality.tasks.free_abandoned_validations", "schedule": 60.0, "options": {"expires": 60}},
    "fire watches": {"task": "quality.tasks.fire_due_watches", "schedule": 150.0, "options": {"expires": 150}},
    "make reports": {"task": "quality.tasks.make_reports", "schedule": 150.0, "options": {"expires": 150}},
    "purge": {"task": "quality.tasks.purge_what_is_too_old", "schedule": 60.0, "options": {"expires": 60}},
    "draw samples": {"task": "quality.tasks.draw_samples", "schedule": 60.0, "options": {"expires": 60}},
    "keep the wallboard's past": {"task": "quality.tasks.keep_wall_sample", "schedule": 60.0, "options": {"expires": 60}},
    "overdue improvements": {"task": "quality.tasks.tell_overdue_improvements", "schedule": 60.0, "options": {"expires": 60}},
    "remind of promises to pay": {"task": "outbound.tasks.fire_reminders", "schedule": 60.0, "options": {"expires": 60}},
    "move arrears with time": {"task": "outbound.tasks.age_arrears", "schedule": 3600.0, "options": {"expires": 600}},
    "audit timers": {"task": "escalation.tasks.audit_timers", "schedule": 150.0, "options": {"expires": 150}},
    "run trials": {"task": "escalation.tasks.run_trials", "schedule": 150.0, "options": {"expires": 150}},
    "carry the words of outages": {"task": "escalation.tasks.work_outages", "schedule": 150.0, "options": {"expires": 150}},
    "work application problems": {"task": "escalation.tasks.work_problems", "schedule": 150.0, "options": {"expires": 150}},
    "extend holidays": {"task": "escalation.tasks.extend_holidays", "schedule": 86400.0, "options": {"expires": 3600}},
    "fall handovers": {"task": "accounts.tasks.fall_handovers", "schedule": 60.0, "options": {"expires": 60}},
    "forget old answers": {"task": "accounts.tasks.forget_old_answers", "schedule": 3600.0, "options": {"expires": 600}},
    "seal history": {"task": "accounts.tasks.seal_history", "schedule": 3600.0, "options": {"expires": 600}},
}

# People
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.People"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 10 / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # ten minutes are ten minutes, as the page says
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_VERBOSE = False
# Roles that sign in with a code from the phone as well, and do nothing before it is set up; anybody else may have one.
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=[])
SECOND_FACTOR_MINUTES = 5  # between the password and the code
OTP_TOTP_ISSUER = "Kawal"
OTP_TOTP_SYNC = False  # a phone whose clock goes wrong is put right, and not followed
SESSION_COOKIE_AGE = 8 * 60 * 60  # one shift
SESSION_COOKIE_NAME = "__Host-session" if BEHIND_TLS else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Browser
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # who watches over a process asks it directly
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str]] = {"camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": []}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "config.files.WholeFiles"},
    "staticfiles": {"BACKEND": "config.static.StaticFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # a 10 MB paste is refused by the field's own limit, in words
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
MOST_UPLOAD_BYTES = 64 * 1024 * 1024  # a file over 60 MB is refused in words by who reads it; a whole body over this, unread
FILE_UPLOAD_HANDLERS = [
    "common.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Words and time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("Inggris"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.PersonToken",
        "accounts.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.SignedStatement"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.StrictJSON"],
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "common.paging.Cursor",
    "DEFAULT_FILTER_BACKENDS": ["accounts.api.filtering.WhereAsked"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.KawalSchema",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttles.PerPerson"],
    "EXCEPTION_HANDLER": "accounts.api.problems.answer",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kawal",
    "DESCRIPTION": "Escorting a customer's trouble from the first call until the customer says that it is fixed.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["accounts.api.permissions.SignedIn"],
    "POSTPROCESSING_HOOKS": ["accounts.api.schema.describe_refusals"],
}

# The floor's own numbers, each our choice where the documents are silent. Later ones become data that an administrator edits.
REPEAT_REPORT_WINDOW_DAYS = env.int("REPEAT_REPORT_WINDOW_DAYS", default=30)  # HC-1
REPEAT_REPORTS_FOR_HARD_COMPLAINT = env.int("REPEAT_REPORTS_FOR_HARD_COMPLAINT", default=3)  # HC-1
UNDO_SECONDS = env.int("UNDO_SECONDS", default=60)  # how long one's own proof, match or dismissal may be taken back
SHIFT_NOTE_HOURS = env.int("SHIFT_NOTE_HOURS", default=24)  # OB-7: so long a note stands before whoever comes next
HANDOVER_MINUTES = env.int("HANDOVER_MINUTES", default=30)  # OB-7: unanswered so long, it goes to who leads the giver
STAND_IN_MOST_DAYS = env.int("STAND_IN_MOST_DAYS", default=31)  # OB-7
OUTAGE_SUGGESTED_FROM = env.int("OUTAGE_SUGGESTED_FROM", default=3)  # HC-8: so many alike look like one fault
OUTAGE_WITHIN_MINUTES = env.int("OUTAGE_WITHIN_MINUTES", default=60)  # HC-8: reported within this time
PROMISE_SLOTS = env.int("PROMISE_SLOTS", default=3)  # PM-1: tickets with an open promise that one TL may hold
PROMISE_WARN_AT = [int(each) for each in env.list("PROMISE_WARN_AT", default=["50", "80", "100"])]  # PM-3: percent of its time
PROMISE_FURTHEST_DAYS = env.int("PROMISE_FURTHEST_DAYS", default=90)
PROMISE_TARGET_PERCENT = env.int("PROMISE_TARGET_PERCENT", default=95)  # the line in the chart of kept promises
WITHDRAW_SUPER_EMERGENCY_MINUTES = env.int("WITHDRAW_SUPER_EMERGENCY_MINUTES", default=5)  # SE-1
OWN_APPLICATIONS = ["Kawal", "WhatsApp", "Eyebeam", "E-mail", "CWC", "TAMARA"]  # P-01 6.9, beside the tools of P-06
TOOL_LINK_SCHEMES = env.list("TOOL_LINK_SCHEMES", default=["https", "http", "sip"])  # OB-5: what a tool's address may begin with
SEARCHABLE_CLOSED_DAYS = env.int("SEARCHABLE_CLOSED_DAYS", default=90)  # what each role sees
CALLBACK_LEASE_MINUTES = env.int("CALLBACK_LEASE_MINUTES", default=15)  # PM-5
CALLBACK_MOST_MISSES = env.int("CALLBACK_MOST_MISSES", default=8)  # PM-5: then Support HC hears that nobody answers
CALLBACK_RETRY_MINUTES = {"no_answer": 30, "busy": 10}  # PM-5, where the agent names no time
CALLBACK_FURTHEST_DAYS = env.int("CALLBACK_FURTHEST_DAYS", default=30)
CALLBACK_MOST_MISSES_A_DAY = env.int("CALLBACK_MOST_MISSES_A_DAY", default=4)  # PM-5: then the next try is another day's
PROSPECT_LEASE_MINUTES = env.int("PROSPECT_LEASE_MINUTES", default=15)  # CT-2: then it returns to the pool
PROSPECT_MOST_ATTEMPTS = env.int("PROSPECT_MOST_ATTEMPTS", default=8)  # CT-2: then nobody answers there
PAYMENT_PROMISE_FURTHEST_DAYS = env.int("PAYMENT_PROMISE_FURTHEST_DAYS", default=31)  # CT-4
PROMISE_GRACE_DAYS = env.int("PROMISE_GRACE_DAYS", default=1)  # CT-8: payments come to us a day late
OWN_CALLBACK_MINUTES = env.int("OWN_CALLBACK_MINUTES", default=120)  # CT-2: an own callback that is later falls to the pool
RESULT_UNDO_SECONDS = env.int("RESULT_UNDO_SECONDS", default=15)  # a result may be taken back for so long
RETURN_REDO_HOURS = env.int("RETURN_REDO_HOURS", default=24)  # QC-4, where QC names no moment
ARREARS_PRODUCTS = {1: "pranpc", 2: "pranpc", 3: "ct0"}  # CT-1: unpaid bills -> product; others are refused
VALIDATION_LEASE_MINUTES = env.int("VALIDATION_LEASE_MINUTES", default=15)  # QC-8
VALIDATION_TARGET_MINUTES = env.int("VALIDATION_TARGET_MINUTES", default=240)  # QC-4: age of an agreed result
VALIDATION_RUNGS_MINUTES = {"age": [0, 240], "redo": [0, 1_440]}  # QC-4: after due, who is told; see quality/actions/watching.py
RETENTION_CAP_PERCENT = env.int("RETENTION_CAP_PERCENT", default=5)  # QM-5: more of a class at once needs an administrator's word
RETENTION_CAP_LEAST = env.int("RETENTION_CAP_LEAST", default=20)  # QM-5: so few rows never need it
DISPUTE_HOURS = env.int("DISPUTE_HOURS", default=72)  # QC-7: how long the person judged may dispute a score
CALL_LINK = env.str("CALL_LINK", default="tel:{e164}")  # or sip:{e164}@host, callto:{e164}: what the softphone takes
PAYMENT_LINK = env.str("PAYMENT_LINK", default="")  # I-payment's page of a customer, with {service_number}; empty: no link
GATEWAY_HOSTS = env.list("GATEWAY_HOSTS", default=["127.0.0.1", "localhost"])  # the only hosts that messages are handed to
PUBLISHED_UNASKED = ["super_emergency", "buzzer", "buzzer_visit"]  # kinds whose unit's words reach the TL by themselves (SE-4)
MAIL_MOST_BYTES = env.int("MAIL_MOST_BYTES", default=25 * 1024 * 1024)  # EM-1: of a larger mail only the head is fetched and kept
MAIL_FLOOD_ONE = env.int("MAIL_FLOOD_ONE", default=20)  # mails an hour from one address; what is above waits in quarantine
MAIL_FLOOD_STRANGERS = env.int("MAIL_FLOOD_STRANGERS", default=300)  # the same for all addresses together that nobody knows
MAIL_KIND_WORDS = {  # EM-2 to EM-6: what a mail seems to be about, as a suggestion to the agent
    "progress_question": [
        "progres",
        "progress",
        "update tiket",
        "kapan selesai",
        "sudah sampai mana",
        "tindak lanjut",
        "status tiket",
    ],
    "request": ["pasang baru", "upgrade", "permintaan", "mohon dipindah", "pindah alamat", "tambah", "downgrade", "berhenti"],
    "complaint": ["gangguan", "mati", "lambat", "lemot", "putus", "los", "tidak bisa", "error", "rusak", "keluhan", "komplain"],
    "information": ["informasi", "bertanya", "tanya", "berapa", "bagaimana cara", "cara", "tagihan", "syarat"],
}
UNIT_DONE_WORDS = [  # how units say that it is repaired (HC-6)
    *("selesai", "done", "clear", "close", "closed", "solved", "sudah normal", "sdh normal", "udah normal", "normal"),
    *("sudah up", "sdh up", "up", "sudah selesai", "sdh selesai", "sudah ok", "sdh ok"),
]
UNIT_ASKS_WORDS = ["mohon", "minta", "butuh", "tolong kirim", "info", "need", "please send"]  # how they begin to ask for data
REQUESTS_A_MINUTE = 600  # a person's, on the API; up to 300 are promised
PRESENCE_SECONDS = 45
METRICS_ALLOWED_FROM = env.list("METRICS_ALLOWED_FROM", default=["127.0.0.1", "::1"])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
