"""A start of the product as a deployment tries it: a fresh process, its own environment, a folder of its own."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "https://portal.example.vn"
FERNET_KEY = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef").decode()
DEPLOYMENT = {
    "SECRET_KEY": "a-deployments-own-secret",
    "FIELD_ENCRYPTION_KEY": FERNET_KEY,
    "ALLOWED_HOSTS": "portal.example.vn",
    "PORTAL_ORIGIN": ADDRESS,
}
DEMO = {
    **DEPLOYMENT,
    "DEMO_MODE": "1",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "PORTAL_ORIGIN": "http://127.0.0.1:8000",
}
# What the settings come to needs none of the applications, which take most of a start.
READ = "from django.conf import settings; settings.DEBUG; print('read')"
START = "import django; django.setup(); from django.conf import settings; print('started')"


def own_tree(root: Path) -> Path:
    """The product in a folder of its own, so that no developer's .env is read and none is left behind."""
    root.mkdir()
    shutil.copytree(ROOT / "vssportal", root / "vssportal", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("accounts", "registration", "cards", "templates", "static"):
        (root / name).symlink_to(ROOT / name)
    return root


def start(tree: Path, code: str = START, **variables: str) -> subprocess.CompletedProcess[str]:
    """Only what is named here is in the environment."""
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "vssportal.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=tree, env={**env, **variables}, capture_output=True, text=True, timeout=60, check=False
    )


def assert_refused(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode != 0
    assert "started" not in done.stdout
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last, done.stderr
    assert re.search(words, last), last


def without(*names: str, env: dict[str, str] = DEPLOYMENT) -> dict[str, str]:
    return {name: value for name, value in env.items() if name not in names}
