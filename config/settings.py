"""Every setting of Trunkline; each value comes from the environment and fails loudly."""

from __future__ import annotations

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from config.private_postgres import database_url

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- What this installation is ---------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
STAFF_HOST = env.str("STAFF_HOST", default="staff.localhost").lower()
PUBLIC_PORT = env.str("PUBLIC_PORT", default="")
PUBLIC_SCHEME = env.str(
    "PUBLIC_SCHEME", default="http" if STAFF_HOST.endswith("localhost") else "https"
)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
USAGE_FOLDER = env.str("USAGE_FOLDER", default="")  # usage files arrive in its folder CODE
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))

# Names under .localhost never leave the machine: there, and only there, a made-up key will do.
_LOCAL = STAFF_HOST.endswith("localhost")
SECRET_KEY = env.str("SECRET_KEY", default="only-for-localhost-" + "x" * 40 if _LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: a long random text that is kept secret.")

# Secrets in the database are sealed with the first key; the others still open what they sealed.
FIELD_KEYS = env.list("FIELD_KEYS", default=["onlyForLocalhost" + "x" * 27 + "="] if _LOCAL else [])
if not FIELD_KEYS:
    raise ImproperlyConfigured("Set FIELD_KEYS: see docs/operations.md, Secrets in the database.")

# Which host is which brand is checked by core.middleware against the database.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if _LOCAL else [STAFF_HOST])

# --- Apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "catalog",
    "accounts",
    "billing",
    "payments",
    "dunning",
    "portal",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "core.middleware.HostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SiteAccessMiddleware",
    "core.middleware.HistoryMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.SessionListMiddleware",
    "core.middleware.StaffSecondFactorMiddleware",
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
                "core.context.site",
            ],
        },
    },
]

# --- Database and cache ----------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(database_url(BASE_DIR))}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
# Set where a pooler hands connections on between statements: nothing may stay on one then.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DATABASE_IS_POOLED", default=False)
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default="test_trunkline")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits need a cache that all processes share.
CACHES = {
    "default": env.cache_url("CACHE_URL")
    if "CACHE_URL" in env
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}

# --- Signing in ------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["core.login.SiteBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "core.login.LoginAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from the reseller
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail from us
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # here; every other session of the user ends
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_SCHEME
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# A code has six digits: fifty guesses a day find one of twenty thousand logins.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,20/5m/ip",
    "login_code": "5/5m/key,50/d/key,20/5m/ip",
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
}
ACCOUNT_FORMS = {
    "login": "core.login_forms.LoginForm",
    "reauthenticate": "core.login_forms.ReauthenticateForm",
    "change_password": "core.login_forms.ChangePasswordForm",
    "request_login_code": "core.login_forms.RequestCodeForm",
    "confirm_login_code": "core.login_forms.ConfirmCodeForm",
    "reset_password": "core.login_forms.ResetPasswordForm",
    "reset_password_from_key": "core.login_forms.ResetPasswordKeyForm",
    "user_token": "core.login_forms.UserTokenForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_ADAPTER = "core.login.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}  # nothing is guessed here; offices share one
MFA_TOTP_ISSUER = "Trunkline"
MFA_TOTP_TOLERANCE = 1  # phones' clocks differ by some seconds
MFA_FORMS = {
    "authenticate": "core.login_forms.CodeForm",
    "reauthenticate": "core.login_forms.CodeAgainForm",
    "activate_totp": "core.login_forms.ActivateForm",
    "add_webauthn": "core.login_passkeys.NewPasskeyForm",
    "edit_webauthn": "core.login_passkeys.RenamePasskeyForm",
    "login_webauthn": "core.login_passkeys.PasskeyLoginForm",
    "authenticate_webauthn": "core.login_passkeys.PasskeyCodeForm",
    "reauthenticate_webauthn": "core.login_passkeys.PasskeyAgainForm",
}

# --- Languages and time: stored in UTC, shown in the brand's zone ------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nb", "Norsk"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- API -------------------------------------------------------------------------------------
API_RATE = env.str("API_RATE", default="600/min")  # of each key
API_BRINGING_RATE = env.int("API_BRINGING_RATE", default=12_000)  # a minute, of keys for usage
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.KeyThrottle"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pages.ApiPages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.errors.problem_details",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Trunkline",
    "DESCRIPTION": "Billing and customers of telecom resellers: one brand for each key.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AccountKind": "accounts.models.Account.Kind",
        "ChargeKind": "catalog.models.Charge.Kind",
        "InvoiceKind": "billing.models.Invoice.Kind",
        "LineKind": "billing.models.InvoiceLine.Kind",
        "PlanKind": "catalog.models.Plan.Kind",
    },
}

# --- Long work and schedules: docs/operations.md ------------------------------------------------
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=40)
# Without a broker `manage.py work` does everything; with one, Celery's workers are woken by it.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="trunkline")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True  # what a job brought stands in its row
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Long, since a task is a hint: the lease of the job's row is what brings lost work back.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600, "socket_connect_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"

# --- Mail ------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:2525")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 30
SMS_URL = env.str("SMS_URL", default="")  # file:///a/folder keeps text messages as files

# --- Static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Security --------------------------------------------------------------------------------
_SECURE = PUBLIC_SCHEME == "https"
SECURE_SSL_REDIRECT = _SECURE
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
STAFF_IDLE_SECONDS = 30 * 60
if _SECURE:  # browsers take cookies of these names from this very host over HTTPS only
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
LANGUAGE_COOKIE_SECURE = _SECURE
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 86400
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# Customers' pages: nothing but our own files; core.middleware widens it on the staff host alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

UNFOLD = {
    "SITE_TITLE": "Trunkline",
    "SITE_HEADER": "Trunkline",
    "SITE_SUBHEADER": "Billing for telecom resellers",
    "SITE_SYMBOL": "cell_tower",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": ["core.backoffice.navigation.stylesheet"],
    "DASHBOARD_CALLBACK": "core.backoffice.dashboard.dashboard",
    "SIDEBAR": {"show_search": True, "navigation": "core.backoffice.navigation.navigation"},
    "ACCOUNT": {"navigation": "core.backoffice.navigation.account_links"},
    "COLORS": {
        "primary": {
            "50": "#eff6ff",
            "100": "#dbeafe",
            "200": "#bfdbfe",
            "300": "#93c5fd",
            "400": "#60a5fa",
            "500": "#3b82f6",
            "600": "#1d5fbf",
            "700": "#1a4f9c",
            "800": "#1e3f7a",
            "900": "#1c345f",
            "950": "#13213d",
        }
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        # WeasyPrint and fontTools tell about every glyph.
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
