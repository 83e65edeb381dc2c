"""The portal's own settings with test secrets, a cheap hasher, and a data folder that goes away."""

import os
import tempfile

if "PORTAL_DATA_DIR" not in os.environ:
    os.environ["PORTAL_DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
os.environ.update(
    SECRET_KEY="test-secret-key-of-no-value",
    FIELD_ENCRYPTION_KEY="MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    DEMO_MODE=os.environ.get("TEST_DEMO_MODE", "0"),
    ALLOWED_HOSTS="127.0.0.1,localhost",
    PORTAL_ORIGIN="http://127.0.0.1:8000",
    STAFF_SECOND_FACTOR="0",
    SMS_GATEWAY="",
    EMAIL_URL="",
    PLACES_DATABASE="",
    FIND_FACES="0",  # a process a portrait: only the tests of faces look for them
    REDIS_URL="redis://127.0.0.1:1/0",  # nobody's: the suite starts a store of its own (tests/conftest.py)
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['PORTAL_DATA_DIR']}/test.sqlite3")

from vssportal.settings import *  # noqa: F403 - the environment must be there first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
SMS_GATEWAY = "inbox"
