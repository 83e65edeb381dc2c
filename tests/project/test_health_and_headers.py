"""What a load balancer asks, and what every page tells the browser it may not do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import Storage
from django.test import Client

from tests import factories
from tests.project.guarding import assert_guarded
from tests.registration import walking
from tests.registration.walking import Page
from tests.servers import free_port, valkey
from vssportal import settings as production

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
ALL_UP = {"database": "ok", "broker": "ok", "storage": "ok"}
PUBLIC = ["/", "/dang-nhap/", "/admin/login/", "/khong-co-trang-nay/", "/dang-ky/ca-nhan/", "/ho-so/"]
ASK_WITHOUT_A_DATABASE = """
import django; django.setup()
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
for path in ("/healthz", "/readyz"):
    response = client.get(path)
    print(response.status_code, response.content.decode())
"""


class BrokenStorage(Storage):
    """A store that answers nothing but errors, whatever it is asked."""

    def exists(self, name: str) -> bool:
        raise ConnectionError("store-secret-host:9000")

    def _save(self, name: str, content: Any) -> str:
        raise ConnectionError("store-secret-host:9000")


def at_redis(settings: Any, url: str) -> None:
    settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": url}}


@pytest.fixture
def store(settings: Any) -> Iterator[str]:
    with valkey() as url:
        at_redis(settings, url)
        yield url


@pytest.mark.usefixtures("store")
def test_with_everything_up_both_answer_200(client: Client) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")
    assert (alive.status_code, alive.content) == (200, b"ok")
    assert (ready.status_code, ready.json()) == (200, ALL_UP)


def test_a_broker_that_is_down_is_named_and_the_process_still_alive(client: Client, settings: Any) -> None:
    at_redis(settings, f"redis://:geheim@127.0.0.1:{free_port()}/0")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, ALL_UP | {"broker": "down"})
    assert "geheim" not in str(ready.content)
    assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("store")
def test_a_storage_that_is_down_is_named_without_its_address(client: Client, settings: Any) -> None:
    broken = {"BACKEND": f"{__name__}.BrokenStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": broken}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, ALL_UP | {"storage": "down"})
    assert "store-secret-host" not in str(ready.content)


@pytest.mark.usefixtures("store")
def test_a_folder_nothing_can_be_written_to_is_no_storage(client: Client, settings: Any, tmp_path: Path) -> None:
    """As when the disk of the photos is not mounted."""
    (tmp_path / "file").write_text("")
    storage = settings.STORAGES["default"]
    options = {**storage["OPTIONS"], "location": tmp_path / "file" / "private"}
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": options}}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["storage"]) == (503, "down")


@pytest.mark.usefixtures("store")
def test_asking_again_and_again_leaves_no_file_behind(client: Client, private_files: Path) -> None:
    for _ in range(3):
        assert client.get("/readyz").status_code == 200
    assert [path for path in private_files.rglob("*") if path.is_file()] == []


def test_a_database_that_is_down_is_named_and_the_process_still_alive(tmp_path: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "vssportal.settings",
        "SECRET_KEY": "x",
        "FIELD_ENCRYPTION_KEY": os.environ["FIELD_ENCRYPTION_KEY"],
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEMO_MODE": "0",
        "PORTAL_ORIGIN": "http://127.0.0.1:8000",
        "PORTAL_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/no-such-folder/portal.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    command = [sys.executable, "-c", ASK_WITHOUT_A_DATABASE]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    alive, ready = done.stdout.splitlines()
    assert alive == "200 ok"
    assert ready.startswith("503 ")
    assert '"database": "down"' in ready
    assert "no-such-folder" not in ready


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_carries_the_guards(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == (404 if "khong-co" in path else 200)
    assert_guarded(response)


def test_a_refusal_carries_the_guards_too(client: Client) -> None:
    no_token = Client(enforce_csrf_checks=True).post("/dang-nhap/", {"username": "x", "password": "y"})
    too_large = client.post("/dang-nhap/", CONTENT_LENGTH=str(2**40))
    assert (no_token.status_code, too_large.status_code) == (403, 413)
    for response in (no_token, too_large):
        assert_guarded(response)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_needs_what_the_policy_forbids(client: Client, path: str) -> None:
    page = Page(client.get(path))
    assert page.elements
    assert not page.all("style")
    assert [script for script in page.all("script") if not (script.get("src") or "").startswith("/")] == []
    inline = [(e.tag, name) for e in page.elements for name in e.attributes if name == "style" or name.startswith("on")]
    assert inline == []


def assert_not_kept(response: Any) -> None:
    assert "no-store" in response.headers["Cache-Control"]
    assert "public" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/the-bhyt/", "/qua-trinh-tham-gia/", "/doi-mat-khau/", "/ho-so/"])
def test_a_citizens_own_pages_are_kept_by_no_browser_and_no_proxy(client: Client, path: str) -> None:
    factories.signed_in(factories.citizen(factories.person()), client)
    response = client.get(path)
    assert response.status_code == 200
    assert_not_kept(response)
    assert_guarded(response)


def test_no_page_of_the_declaration_is_kept(client: Client) -> None:
    walking.fill(client)
    photo = f"{walking.PHOTOS}portrait/"
    for path in (walking.PHONE, walking.IDENTITY, walking.PHOTOS, walking.ADDRESS, walking.CHECK, photo):
        response = client.get(path)
        assert response.status_code == 200, path
        assert_not_kept(response)
    assert_not_kept(client.post(walking.IDENTITY, {"full_name": "Nguyễn Văn Mẫu"}))
    client.post(walking.CHECK, walking.AGREED)
    done = client.get(walking.DONE)
    assert done.status_code == 200
    assert_not_kept(done)


def test_the_desk_is_not_kept(client: Client) -> None:
    factories.person()
    filed = factories.filed()
    factories.signed_in(factories.officer(), client)
    for path in ("/admin/", "/admin/registration/declaration/", filed.get_absolute_url()):
        response = client.get(path)
        assert response.status_code == 200, path
        assert_not_kept(response)
        assert_guarded(response)
