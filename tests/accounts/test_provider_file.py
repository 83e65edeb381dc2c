"""The file that names the providers: what it may say, and the sentence for what it may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from accounts.sms.gateways.http_json import HttpJsonGateway, Meaning
from accounts.sms.gateways.kannel import KannelGateway
from accounts.sms.provider_file import Provider, ProviderFileError, ReportMeaning, read_providers

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "https://portal.example.vn"
ENVIRONMENT = {"A_KEY": "key-of-a", "A_TOKEN": "token-of-a-0123456789", "K_PASSWORD": "password-of-k"}
GOOD = """
[a]
gateway = "http_json"
weight = 70
url = "https://sms.example.vn/v1/send"
headers = {Authorization = "env:A_KEY"}
body = {to = "{to}", text = "{text}", ref = "{reference}"}
[a.answer]
code = "status"
reference = "id"
codes = {accepted = ["0", 1], bad_number = ["105"]}
[a.reports]
reference = "ref"
code = "state"
codes = {delivered = ["D"], failed = ["U"]}
token = "env:A_TOKEN"
addresses = ["203.0.113.0/24"]

[k]
gateway = "kannel"
url = "http://127.0.0.1:13013/cgi-bin/sendsms"
username = "portal"
password = "env:K_PASSWORD"
sender = "BHXH"
reports = {token = "env:A_TOKEN"}
"""


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str) -> dict[str, Provider]:
        (tmp_path / "sms.toml").write_text(text)
        return read_providers(str(tmp_path / "sms.toml"), origin=ORIGIN, environment=ENVIRONMENT)

    return read


def test_a_whole_file_is_read(read) -> None:
    providers = read(GOOD)
    a, k = providers["a"], providers["k"]
    assert isinstance(a.gateway, HttpJsonGateway)
    assert isinstance(k.gateway, KannelGateway)
    assert (a.weight, k.weight) == (70, 100)
    assert a.gateway.headers == {"Authorization": "key-of-a"}
    assert a.gateway.codes == {"0": Meaning.ACCEPTED, "1": Meaning.ACCEPTED, "105": Meaning.BAD_NUMBER}
    assert a.reports is not None
    assert a.reports.codes == {"D": ReportMeaning.DELIVERED, "U": ReportMeaning.FAILED}
    assert (a.reports.token, str(a.reports.addresses[0])) == ("token-of-a-0123456789", "203.0.113.0/24")
    assert k.gateway.password == "password-of-k"
    assert k.gateway.report_url == "https://k:token-of-a-0123456789@portal.example.vn/tin-nhan/bao-cao/k/"
    assert k.reports is not None
    assert k.reports.codes["1"] == ReportMeaning.DELIVERED


def test_without_a_file_there_is_no_provider() -> None:
    assert read_providers("", origin=ORIGIN, environment={}) == {}


def test_a_kannel_on_the_same_machine_reports_past_the_front_door(read) -> None:
    text = GOOD.replace('sender = "BHXH"', 'sender = "BHXH"\nreport_origin = "http://127.0.0.1:8001"')
    assert read(text)["k"].gateway.report_url.endswith("@127.0.0.1:8001/tin-nhan/bao-cao/k/")


def test_a_provider_may_report_nothing(read) -> None:
    providers = read(GOOD.partition("[a.reports]")[0])
    assert providers["a"].reports is None


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("[a]", "[A]", "small letters"),
        ('gateway = "http_json"', 'gateway = "smpp"', "one of http_json, kannel"),
        ('gateway = "http_json"', "", "[a] gateway: is needed"),
        ("weight = 70", 'weight = "70"', "[a] weight: should be int"),
        ("weight = 70", "weight = -1", "negative"),
        ("weight = 70", "wieght = 70", "[a] wieght: is not known"),
        ("https://sms.example.vn/v1/send", "sms.example.vn", "[a] url: should be an address"),
        ("env:A_KEY", "env:B_KEY", "the environment has no B_KEY"),
        ("{text}", "{txt}", "no place that can be filled"),
        ("{text}", "nothing", "has to hold a number and {text}"),
        ('text = "{text}"', 'text = "{0}{text}"', "no place that can be filled"),
        ('text = "{text}"', 'text = "{text.x}"', "no place that can be filled"),
        ('body = {to = "{to}", text = "{text}", ref = "{reference}"}', "", "[a] body: is needed"),
        ('codes = {accepted = ["0", 1]', 'codes = {taken = ["0"]', "[a.answer.codes] taken: is not known"),
        ('code = "state"', "", "are needed"),
        ('token = "env:A_TOKEN"\naddresses = ["203.0.113.0/24"]', "", "or anybody could report"),
        ('token = "env:A_TOKEN"\naddresses', 'token = "short"\naddresses', "[a.reports] token: at least 16"),
        ('token = "env:A_TOKEN"\naddresses', 'secret = "env:A_TOKEN"\naddresses', "belong together"),
        ("203.0.113.0/24", "203.0.113.9/24", "[a.reports] addresses:"),
        ('password = "env:K_PASSWORD"', "", "[k] password: is needed"),
        (
            'reports = {token = "env:A_TOKEN"}',
            'reports = {token = "a token: with @ / more"}',
            "[k.reports] token: letters",
        ),
        ('sender = "BHXH"', 'sender = "Bảo hiểm"', "[k]: a header (X-Kannel-From)"),
        (
            'sender = "BHXH"',
            'sender = "BHXH"\nreport_origin = "127.0.0.1:8002"',
            "[k] report_origin: should be an address",
        ),
        ("env:A_KEY", "một hai", "[a]: a header (Authorization)"),
        ('bad_number = ["105"]', 'bad_number = ["105 sai so"]', "[a.answer.codes]: 105 sai so is no word"),
        ('bad_number = ["105"]', 'bad_number = ["105", "0"]', "[a.answer.codes]: a code stands there twice"),
        ('code = "status"\n', "", "[a.answer] codes: mean nothing without code"),
        ("[k]", "[mail]", "a name has"),
        ("[k]", "[[k]]", "this is no table"),
        ("[k]", "[k", "sms.toml:"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(read, right: str, wrong: str, says: str) -> None:
    assert right in GOOD
    with pytest.raises(ProviderFileError) as refused:
        read(GOOD.replace(right, wrong, 1))
    assert says in str(refused.value)
    assert "key-of-a" not in str(refused.value)
    assert "token-of-a" not in str(refused.value)


def test_a_file_that_is_not_there_or_names_nobody_is_no_quiet_start(read, tmp_path: Path) -> None:
    with pytest.raises(ProviderFileError, match="No such file"):
        read_providers(str(tmp_path / "other.toml"), origin=ORIGIN, environment={})
    with pytest.raises(ProviderFileError, match="no provider in it"):
        read("")


@pytest.mark.parametrize("with_kannel", [False, True])
def test_the_file_of_a_deployment_can_be_read_as_it_is(tmp_path: Path, with_kannel: bool) -> None:
    """With the variables that .env.example names for it; Kannel's part once its comment signs are taken away."""
    text = (ROOT / "deploy" / "sms-providers.toml").read_text(encoding="utf-8")
    first, kannel = text.split("#[kannel]")
    if with_kannel:
        text = first + "[kannel]" + kannel.replace("\n#", "\n")
    (tmp_path / "sms.toml").write_text(text, encoding="utf-8")
    names = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    providers = read_providers(
        str(tmp_path / "sms.toml"), origin=ORIGIN, environment=dict.fromkeys(names, "a-secret-of-an-example")
    )
    assert list(providers) == ["brand", "kannel"][: 1 + with_kannel]
    assert all(provider.reports is not None for provider in providers.values())
