"""What the portal refuses to start with, tried as a deployment tries it: a fresh process, its own environment."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.starting import DEMO, DEPLOYMENT, FERNET_KEY, READ, assert_refused, start, without

pytestmark = pytest.mark.portal

NAME_OF_DATABASE = f"{READ}; print(settings.DATABASES['default']['NAME'])"


@pytest.mark.parametrize("env", [DEPLOYMENT, DEMO], ids=["deployment", "demo"])
def test_a_whole_configuration_starts(tree: Path, env: dict[str, str]) -> None:
    done = start(tree, **env)
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


@pytest.mark.parametrize("env", [DEPLOYMENT, DEMO], ids=["deployment", "demo"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_KEY"])
def test_a_missing_key_is_refused_and_the_sentence_names_it(tree: Path, name: str, env: dict[str, str]) -> None:
    assert_refused(start(tree, **without(name, env=env)), name)


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_ENCRYPTION_KEY"])
def test_an_empty_key_is_refused_as_one_left_out(tree: Path, name: str) -> None:
    assert_refused(start(tree, **{**DEPLOYMENT, name: ""}), name)


@pytest.mark.parametrize(
    "key",
    ["too-short", FERNET_KEY[:-1], f"{FERNET_KEY}A", f"{FERNET_KEY},", f"{FERNET_KEY},short", "!" * 44, "A" * 44],
    ids=["a word", "one less", "one more", "a comma too many", "second short", "no base64", "33 bytes"],
)
def test_a_key_that_cannot_close_anything_is_refused_at_the_start_and_not_at_the_first_message(
    tree: Path, key: str
) -> None:
    done = start(tree, **{**DEPLOYMENT, "FIELD_ENCRYPTION_KEY": key})
    assert_refused(done, "FIELD_ENCRYPTION_KEY")
    assert key not in done.stderr.strip().splitlines()[-1]


def test_two_keys_for_a_change_of_keys_are_taken(tree: Path) -> None:
    newer = base64.urlsafe_b64encode(b"f" * 32).decode()
    assert start(tree, **{**DEPLOYMENT, "FIELD_ENCRYPTION_KEY": f"{newer}, {FERNET_KEY}"}).returncode == 0


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ({}, ["a-deployments-own-secret"]),
        ({"AUDIT_KEY": " , "}, ["a-deployments-own-secret"]),
        ({"AUDIT_KEY": "new, old"}, ["new", "old"]),
    ],
    ids=["none", "empty", "two"],
)
def test_events_are_sealed_with_their_own_keys_or_with_the_secret_key_and_never_with_none(
    tree: Path, given: dict[str, str], keys: list[str]
) -> None:
    assert start(tree, f"{READ}; print(settings.AUDIT_KEYS)", **DEPLOYMENT, **given).stdout == f"read\n{keys}\n"


def test_a_deployment_without_its_address_is_refused_and_demo_mode_has_one(tree: Path) -> None:
    assert_refused(start(tree, **without("PORTAL_ORIGIN")), "PORTAL_ORIGIN")
    assert start(tree, **without("PORTAL_ORIGIN", env=DEMO)).returncode == 0


@pytest.mark.parametrize("origin", ["", "portal.example.vn"], ids=["empty", "without a scheme"])
def test_an_address_that_is_none_is_refused_since_cookies_would_lose_their_protection(tree: Path, origin: str) -> None:
    assert_refused(start(tree, **{**DEPLOYMENT, "PORTAL_ORIGIN": origin}), "PORTAL_ORIGIN")


def test_over_https_cookies_are_bound_to_the_host_and_secure(tree: Path) -> None:
    code = f"{READ}; print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)"
    assert start(tree, code, **DEPLOYMENT).stdout.split() == ["read", "__Host-sessionid", "True", "True"]


def test_the_readable_inbox_is_refused_outside_demo_mode(tree: Path) -> None:
    assert_refused(start(tree, **DEPLOYMENT, SMS_GATEWAY="inbox"), "SMS_GATEWAY")
    assert start(tree, **DEMO, SMS_GATEWAY="inbox").returncode == 0
    assert_refused(start(tree, **DEMO, SMS_GATEWAY="kannel"), "SMS_GATEWAY")


def test_administrators_are_not_named_in_vain(tree: Path) -> None:
    assert_refused(start(tree, **DEPLOYMENT, ALARM_EMAILS="mot@example.vn"), "ALARM_EMAILS")


def test_without_demo_mode_no_gateway_is_chosen_and_debug_is_off(tree: Path) -> None:
    code = f"{READ}; print(repr(settings.SMS_GATEWAY), settings.DEBUG, settings.DEMO_MODE)"
    assert start(tree, code, **DEPLOYMENT).stdout.split() == ["read", "''", "False", "False"]


def test_the_providers_file_is_read_with_the_secrets_of_the_environment_and_never_in_demo_mode(
    tree: Path, tmp_path: Path
) -> None:
    file = tmp_path / "sms.toml"
    file.write_text(
        '[a]\ngateway = "http_json"\nurl = "https://a.example.vn"\nbody = {to = "{to}", k = "env:A", t = "{text}"}'
    )
    code = f"{READ}; print(settings.SMS_PROVIDERS and settings.SMS_PROVIDERS['a'].gateway.body['k'])"
    assert start(tree, code, **DEPLOYMENT, SMS_PROVIDERS=str(file), A="planted").stdout.split() == [
        "read",
        "planted",
    ]
    assert start(tree, code, **DEMO, SMS_PROVIDERS=str(file)).stdout.split() == ["read", "{}"]
    refused = start(tree, **DEPLOYMENT, SMS_PROVIDERS=str(file))
    assert_refused(refused, "SMS_PROVIDERS")
    assert "the environment has no A" in refused.stderr
    assert_refused(start(tree, **DEPLOYMENT, SMS_PROVIDERS=str(tmp_path / "none.toml")), "SMS_PROVIDERS")


def test_a_deployment_reads_its_file_and_the_environment_wins_over_it(tree: Path) -> None:
    lines = [f"{name}={value}" for name, value in DEPLOYMENT.items()]
    (tree / ".env").write_text("\n".join([*lines, "DATABASE_URL=sqlite:////nowhere/theirs.sqlite3"]))
    assert start(tree, NAME_OF_DATABASE).stdout.split() == ["read", "/nowhere/theirs.sqlite3"]
    other = start(tree, NAME_OF_DATABASE, DATABASE_URL="sqlite:////nowhere/named.sqlite3")
    assert other.stdout.split() == ["read", "/nowhere/named.sqlite3"]


def test_demo_mode_never_reads_the_deployments_file(tree: Path, tmp_path: Path) -> None:
    (tree / ".env").write_text("DATABASE_URL=sqlite:////nowhere/theirs.sqlite3\nSECRET_KEY=theirs\nALLOWED_HOSTS=*\n")
    done = start(tree, NAME_OF_DATABASE, **DEMO, PORTAL_DATA_DIR=str(tmp_path / "data"))
    assert done.stdout.split() == ["read", str(tmp_path / "data" / "portal.sqlite3")]
    assert_refused(start(tree, **without("SECRET_KEY", env=DEMO)), "SECRET_KEY")


def test_a_file_cannot_turn_demo_mode_on_for_an_address_others_can_reach(tree: Path) -> None:
    lines = [f"{name}={value}" for name, value in DEPLOYMENT.items()]
    (tree / ".env").write_text("\n".join([*lines, "DEMO_MODE=1"]))
    assert_refused(start(tree), "DEMO_MODE")


@pytest.mark.parametrize(
    ("given", "said"), [({}, "True"), ({"FIND_FACES": "0"}, "False"), ({"FIND_FACES": "1"}, "True")]
)
def test_faces_are_looked_for_where_opencv_is_installed(tree: Path, given: dict[str, str], said: str) -> None:
    assert start(tree, f"{READ}; print(settings.FIND_FACES)", **DEMO, **given).stdout.split() == ["read", said]


def test_without_opencv_no_face_is_looked_for(tree: Path) -> None:
    missing = "import importlib.util as u; find = u.find_spec"
    missing += "; u.find_spec = lambda name, *rest: None if name == 'cv2' else find(name, *rest)"
    done = start(tree, f"{missing}; {READ}; print(settings.FIND_FACES)", **DEMO, FIND_FACES="1")
    assert done.stdout.split() == ["read", "False"]
