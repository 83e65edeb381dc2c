"""`portal`, the operator's command: what it refuses, what it keeps, what the lock files may say."""

from __future__ import annotations

import base64
import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def portal() -> ModuleType:
    spec = importlib.util.spec_from_loader("portal", SourceFileLoader("portal", str(ROOT / "portal")))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # would leave a file beside portal
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes_bytecode
    return module


def run_portal(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "portal"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def assert_one_sentence(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 1
    assert re.fullmatch(rf"portal: .*{words}.*\n", done.stderr), done.stderr
    assert "Portal ready" not in done.stdout


@pytest.mark.parametrize("lock", ["base.txt", "faces.txt", "test.txt"])
def test_lock_names_no_registry_and_hashes_everything(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert "http" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)


def test_each_lock_contains_those_it_stands_for(portal: ModuleType) -> None:
    pins = {
        lock: set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / f"{lock}.txt").read_text(), re.MULTILINE))
        for lock in portal.LOCKS
    }
    for lock, contained in portal.LOCKS.items():
        assert all(pins[name] <= pins[lock] for name in contained)
    assert not any("opencv" in pin for pin in pins["base"])


def test_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        done = run_portal("up", "--port", port, "--data", str(tmp_path))
    assert_one_sentence(done, f"Port {port} cannot be used")
    assert list(tmp_path.iterdir()) == []


def test_data_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_portal("up", "--port", str(free_port()), "--data", str(tmp_path / "file" / "data"))
    assert_one_sentence(done, "Not a directory")


def test_second_portal_on_the_same_data_is_one_sentence(tmp_path: Path, portal: ModuleType) -> None:
    with portal.sole_owner(tmp_path):
        done = run_portal("up", "--port", str(free_port()), "--data", str(tmp_path))
    assert_one_sentence(done, "Another portal is running on")


def test_unknown_verb_shows_the_usage() -> None:
    done = run_portal("upp")
    assert done.returncode == 1
    assert done.stderr.startswith("usage: portal up")


def test_python_that_is_too_old_is_refused(portal: ModuleType) -> None:
    with pytest.raises(portal.Failure, match=r"Python 3\.11 or newer is needed; this is Python 3\.9 "):
        portal.refuse_old_python((3, 9))
    portal.refuse_old_python((3, 11))


def test_full_disk_is_refused(tmp_path: Path, portal: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "FREE_SPACE_NEEDED", 1 << 40)
    with pytest.raises(portal.Failure, match="is full"):
        portal.open_data_directory(tmp_path)


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path, portal: ModuleType) -> None:
    keys = portal.keys_of(tmp_path)
    assert len(base64.urlsafe_b64decode(keys["FIELD_ENCRYPTION_KEY"])) == 32
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert portal.keys_of(tmp_path) == keys


def test_keys_are_never_replaced_under_a_database(tmp_path: Path, portal: ModuleType) -> None:
    (tmp_path / "portal.sqlite3").write_text("")
    with pytest.raises(portal.Failure, match="restore"):
        portal.keys_of(tmp_path)


def test_demo_environment_lets_the_caller_change_choices_but_not_keys(
    tmp_path: Path, portal: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY", "kannel")
    monkeypatch.setenv("SECRET_KEY", "caller")
    monkeypatch.setenv("ALLOWED_HOSTS", "example.vn")
    env = portal.demo_environment(tmp_path, port=8123, redis_url="redis://127.0.0.1:1/0")
    assert env["SMS_GATEWAY"] == "kannel"
    assert env["SECRET_KEY"] != "caller"
    assert env["ALLOWED_HOSTS"] == "127.0.0.1,localhost"
    assert env["PORTAL_ORIGIN"] == "http://127.0.0.1:8123"


@pytest.fixture
def log_folder(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    return tmp_path


def test_dead_worker_is_started_again(log_folder: Path, portal: ModuleType) -> None:
    worker = portal.Child("worker", ["sleep", "60"], data=log_folder, env=dict(os.environ))
    first = worker.process.pid
    worker.process.kill()
    worker.process.wait()
    worker.look_after()
    worker.restart_at = time.monotonic()
    worker.look_after()
    try:
        assert worker.process.pid != first
        assert worker.process.poll() is None
    finally:
        worker.process.kill()
        worker.process.wait()


@pytest.mark.parametrize(("name", "deaths_before"), [("web", 0), ("broker", 0), ("worker", 5), ("beat", 5)])
def test_portal_gives_up_on(name: str, deaths_before: int, log_folder: Path, portal: ModuleType) -> None:
    child = portal.Child(name, ["false"], data=log_folder, env=dict(os.environ))
    child.process.wait()
    child.deaths = [time.monotonic()] * deaths_before
    with pytest.raises(portal.Failure, match=rf"The {name} process has stopped \(exit code 1\); its log is"):
        child.look_after()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
