"""Demo mode and real data never meet: the guard, a real worker and a real web server, each its own process."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.servers import free_port, valkey

pytestmark = pytest.mark.portal

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "a-secret-of-this-test",
    "FIELD_ENCRYPTION_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "ALLOWED_HOSTS": "127.0.0.1",
    "PORTAL_ORIGIN": "http://127.0.0.1:8000",
}
NOBODY = "redis://127.0.0.1:1/0"
WORKER = ["-m", "celery", "-A", "vssportal", "worker", "--pool", "threads", "-c", "1", "--loglevel", "INFO"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
SETUP = "import django; django.setup()\n"
SOMEBODY = """
from accounts.models import Person
Person.objects.create(bhxh_code="0123456789", full_name="Trần Thị Thật", name_key="tran thi that",
                      birth_date="1985", sex="female")
"""
# As a page does it: the row in the database, its id in the queue.
MESSAGES = """
from accounts.models import Message
from accounts.sms import outbox
for kind in (Message.Kind.CODE, Message.Kind.NOTICE):
    outbox.put(kind=kind, purpose="test", to="+84999000001", text="BHXH: thu", dedupe_key=f"test:{kind}")
"""
OLD_COUNT_AND_HOUSEKEEPING = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import RateCount
from accounts.tasks import tidy_up
RateCount.objects.create(key="cu", ends_at=timezone.now() - timedelta(hours=1))
tidy_up.delay()
"""
CLAIM = "from accounts.services.demo import claim_database; claim_database()\n"
# Stops after every step of a first migrate, where a power cut could have stopped it.
STEP_BY_STEP = """
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
for migration, _backwards in plan:
    call_command("migrate", migration.app_label, migration.name, verbosity=0)
    call_command("guard_demo_database")
print("steps:", len(plan))
"""


def variables(database: Path, *, demo: bool, broker: str = NOBODY) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "vssportal.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "PORTAL_DATA_DIR": str(database.parent),
        "DEMO_MODE": str(int(demo)),
        "REDIS_URL": broker,
        **SECRETS,
    }


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def succeed(*arguments: str, env: dict[str, str]) -> str:
    done = run(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def guard(database: Path) -> subprocess.CompletedProcess[str]:
    return run("manage.py", "guard_demo_database", env=variables(database, demo=True))


def ask(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def content(database: Path) -> list[str]:
    """Every table with every row, as SQL."""
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two migrated databases: a deployment's with a person in it, and one that demo mode made."""
    folder = tmp_path_factory.mktemp("databases")
    for name, demo, code in (("production", False, SOMEBODY), ("demo", True, CLAIM)):
        env = variables(folder / name, demo=demo)
        succeed("manage.py", "migrate", "--verbosity", "0", env=env)
        succeed("-c", SETUP + code, env=env)
    return folder


@pytest.fixture
def production(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "production", tmp_path / "portal.sqlite3"))


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "demo", tmp_path / "portal.sqlite3"))


@pytest.fixture
def broker() -> Iterator[str]:
    with valkey() as url:
        yield url


def assert_refused(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode != 0
    assert "không dùng chung một cơ sở dữ liệu" in done.stdout + done.stderr


def test_the_guard_refuses_a_deployments_database_and_leaves_it_as_it_was(production: Path) -> None:
    before = content(production)
    assert any("Trần Thị Thật" in line for line in before)
    assert_refused(guard(production))
    assert content(production) == before


def test_the_guard_refuses_another_applications_database_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.sqlite3"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.executescript("CREATE TABLE invoices (number); INSERT INTO invoices VALUES (7);")
    before = content(theirs)
    assert_refused(guard(theirs))
    assert content(theirs) == before


def test_the_guard_refuses_another_django_application_too(tmp_path: Path) -> None:
    """It has the tables every Django has; one that is not ours is enough."""
    theirs = tmp_path / "theirs.sqlite3"
    succeed("manage.py", "migrate", "auth", "--verbosity", "0", env=variables(theirs, demo=True))
    with closing(sqlite3.connect(theirs)) as connection:
        connection.executescript("CREATE TABLE shop_order (id); INSERT INTO shop_order VALUES (7);")
    before = content(theirs)
    assert_refused(guard(theirs))
    assert content(theirs) == before


def test_the_guard_lets_an_empty_database_be_filled_wherever_its_first_migrate_was_cut_off(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.sqlite3"
    assert guard(fresh).returncode == 0
    said = succeed("-c", SETUP + STEP_BY_STEP, env=variables(fresh, demo=True))
    assert int(said.split("steps: ")[1]) > 15
    assert guard(fresh).returncode == 0


def test_the_guard_lets_demo_mode_have_its_own_database_again(demo: Path) -> None:
    before = content(demo)
    assert guard(demo).returncode == 0
    assert content(demo) == before


@contextmanager
def running(*arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what: Callable[[], bool], *, within: float, log: Path) -> None:
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.1)


def waiting(broker: str) -> dict[str, int]:
    client = redis.Redis.from_url(broker)
    return {name: int(client.llen(name)) for name in ("otp", "notices", "housekeeping")}


@pytest.mark.parametrize("is_demo_process", [True, False], ids=["demo worker on real data", "worker on demo data"])
def test_a_worker_on_the_wrong_database_ends_by_itself_and_delivers_nothing(
    is_demo_process: bool, made: Path, tmp_path: Path, broker: str
) -> None:
    database = Path(shutil.copy(made / ("production" if is_demo_process else "demo"), tmp_path / "portal.sqlite3"))
    succeed("-c", SETUP + MESSAGES, env=variables(database, demo=not is_demo_process, broker=broker))
    assert waiting(broker) == {"otp": 1, "notices": 1, "housekeeping": 0}
    before, log = content(database), tmp_path / "worker.log"
    with running(*WORKER, env=variables(database, demo=is_demo_process, broker=broker), log=log) as worker:
        wait_for(lambda: worker.poll() is not None, within=30, log=log)
        assert worker.returncode > 0
    assert "không dùng chung một cơ sở dữ liệu" in log.read_text()
    assert content(database) == before
    assert waiting(broker) == {"otp": 1, "notices": 1, "housekeeping": 0}


def test_a_worker_told_no_queue_serves_all_three(demo: Path, tmp_path: Path, broker: str) -> None:
    env = variables(demo, demo=True, broker=broker)
    succeed("-c", SETUP + MESSAGES + OLD_COUNT_AND_HOUSEKEEPING, env=env)
    assert waiting(broker) == {"otp": 1, "notices": 1, "housekeeping": 1}
    log = tmp_path / "worker.log"
    with running(*WORKER, env=env, log=log):
        states = "SELECT kind, state FROM accounts_message ORDER BY kind"
        handled = [("code", "delivered"), ("notice", "delivered")]
        wait_for(lambda: ask(demo, states) == handled, within=30, log=log)
        wait_for(lambda: not ask(demo, "SELECT * FROM accounts_ratecount"), within=10, log=log)
    assert waiting(broker) == {"otp": 0, "notices": 0, "housekeeping": 0}
    assert ask(demo, "SELECT count(*) FROM accounts_inboxmessage") == [(2,)]


@pytest.mark.parametrize("server", ["gunicorn", "gunicorn --preload", "asgi", "wsgi"])
def test_no_web_server_in_demo_mode_comes_up_on_a_deployments_database(server: str, production: Path) -> None:
    before, port = content(production), free_port()
    gunicorn = ["-m", "gunicorn", "vssportal.wsgi:application", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    arguments = {
        "gunicorn": gunicorn,
        "gunicorn --preload": [*gunicorn, "--preload"],
        "asgi": ["-c", "import vssportal.asgi"],
        "wsgi": ["-c", "import vssportal.wsgi"],
    }[server]
    assert_refused(run(*arguments, env=variables(production, demo=True)))
    assert content(production) == before


def test_a_deployment_does_not_serve_a_demo_database_whose_logins_are_public(demo: Path) -> None:
    assert_refused(run("-c", "import vssportal.wsgi", env=variables(demo, demo=False)))
    assert run("-c", "import vssportal.wsgi", env=variables(demo, demo=True)).returncode == 0


def test_seeding_a_deployments_database_in_demo_mode_adds_nobody(production: Path) -> None:
    before = content(production)
    assert run("manage.py", "seed_demo", env=variables(production, demo=True)).returncode != 0
    assert content(production) == before
