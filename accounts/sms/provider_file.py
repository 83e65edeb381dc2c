"""The file that names the providers of SMS, read once with the settings and checked before anything is sent by it.

TOML, one table a provider; deploy/sms-providers.toml explains every key. A
value `env:NAME` is taken from the environment, so that the file holds no secret.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from accounts.sms.gateways.base import Gateway, Outgoing
from accounts.sms.gateways.http_json import HttpJsonGateway, Meaning, plain_code
from accounts.sms.gateways.kannel import REPORT_CODES, KannelGateway

NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
REPORT_PATH = "/tin-nhan/bao-cao/{name}/"
OWN_NAMES = ("inbox", "mail")
SHORTEST_SECRET = 16  # characters
_EXAMPLE = Outgoing(reference=1, to="+84900000000", kind="code", text="text-of-it", seconds_left=600)
Value = TypeVar("Value")


class ProviderFileError(ValueError):
    """`args[0]` says which line of the file to mend."""


class ReportMeaning(StrEnum):
    """Of a code in a provider's report about one message."""

    DELIVERED = "delivered"
    FAILED = "failed"
    PENDING = "pending"  # on its way; another report follows


@dataclass(frozen=True)
class Reports:
    """How a provider says what became of a message, and how it proves who it is.

    The first three are paths into a JSON body or names of parameters: our reference, its own, the code.
    """

    reference: str
    provider_reference: str
    code: str
    codes: Mapping[str, ReportMeaning]
    token: str = field(repr=False)
    token_header: str
    secret: str = field(repr=False)
    signature_header: str
    addresses: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True)
class Provider:
    """`weight` is its part among the others'; 0 only when no other takes a message."""

    name: str
    gateway: Gateway
    weight: int = 100
    reports: Reports | None = None


def read_providers(path: str, *, origin: str, environment: Mapping[str, str]) -> dict[str, Provider]:
    """By name; none without a path. ProviderFileError."""
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ProviderFileError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ProviderFileError(f"{path}: {error}") from error
    if not tables:
        raise ProviderFileError(f"{path}: no provider in it")
    return {name: _provider(name, _Table(f"[{name}]", table, environment), origin) for name, table in tables.items()}


class _Table:
    """What is left of a table of the file: each key is taken once, and none may remain."""

    def __init__(self, where: str, values: Any, environment: Mapping[str, str]) -> None:
        if not isinstance(values, dict):
            raise ProviderFileError(f"{where}: this is no table")
        self.where, self.values, self.environment = where, dict(values), environment

    def take(self, key: str, default: Value, *, is_needed: bool = False) -> Value:
        """Of the kind of `default`, which stands in for a key that is not there."""
        if key not in self.values:
            if is_needed:
                raise ProviderFileError(f"{self.where} {key}: is needed")
            return default
        value = self._from_environment(key, self.values.pop(key))
        if type(value) is not type(default):
            raise ProviderFileError(f"{self.where} {key}: should be {type(default).__name__}")
        return value

    def any_of(self, key: str) -> Any:
        """A value of any kind, with every text in it looked up; what comes from the environment has no places in it."""
        return self._from_environment(key, self.values.pop(key, None), is_pattern=True)

    def table(self, key: str) -> _Table | None:
        values = self.values.pop(key, None)
        return None if values is None else _Table(f"{self.where[:-1]}.{key}]", values, self.environment)

    def meanings(self, key: str, kind: type[StrEnum], default: Mapping[str, str]) -> dict[str, Any]:
        """Codes by what they mean; in the file each meaning has a list of its codes."""
        table = self.table(key)
        if table is None:
            return {code: kind(meaning) for code, meaning in default.items()}
        pairs = [(str(code), meaning) for meaning in kind for code in table.take(meaning.value, list[Any]())]
        table.close()
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ProviderFileError(f"{table.where}: a code stands there twice")
        for code in found:
            if plain_code(code) != code:
                raise ProviderFileError(
                    f"{table.where}: {code} is no word or short number, and would not be known again"
                )
        return found

    def close(self) -> None:
        for key in self.values:
            raise ProviderFileError(f"{self.where} {key}: is not known")

    def _from_environment(self, key: str, value: Any, *, is_pattern: bool = False) -> Any:
        if isinstance(value, dict):
            return {name: self._from_environment(key, part, is_pattern=is_pattern) for name, part in value.items()}
        if isinstance(value, list):
            return [self._from_environment(key, part, is_pattern=is_pattern) for part in value]
        if not isinstance(value, str) or not value.startswith("env:"):
            return value
        name = value.removeprefix("env:")
        if not self.environment.get(name):
            raise ProviderFileError(f"{self.where} {key}: the environment has no {name}")
        found = self.environment[name]
        return found.replace("{", "{{").replace("}", "}}") if is_pattern else found


def _provider(name: str, table: _Table, origin: str) -> Provider:
    if not NAME.fullmatch(name) or name in OWN_NAMES:
        raise ProviderFileError(
            f"{table.where}: a name has small letters, digits and dashes, 20 at most, and is no {OWN_NAMES}"
        )
    kind, weight = table.take("gateway", "", is_needed=True), table.take("weight", 100)
    if weight < 0:
        raise ProviderFileError(f"{table.where} weight: should not be negative")
    builders = {"http_json": _http_json, "kannel": _kannel}
    if kind not in builders:
        raise ProviderFileError(f"{table.where} gateway: should be one of {', '.join(builders)}")
    gateway, reports = builders[kind](name, table, origin)
    table.close()
    return Provider(name=name, gateway=gateway, weight=weight, reports=reports)


def _http_json(name: str, table: _Table, origin: str) -> tuple[Gateway, Reports | None]:
    answer = table.table("answer") or _Table(f"[{name}.answer]", {}, {})
    gateway = HttpJsonGateway(
        url=_url(table, "url"),
        body=table.any_of("body"),
        headers=table.take("headers", {}),
        sender=table.take("sender", ""),
        code=answer.take("code", ""),
        reference=answer.take("reference", ""),
        codes=answer.meanings("codes", Meaning, {}),
        takes_reference_once=table.take("takes_reference_once", False),
    )
    answer.close()
    if gateway.codes and not gateway.code:
        raise ProviderFileError(f"{answer.where} codes: mean nothing without code, the place where one stands")
    if not isinstance(gateway.body, dict):
        raise ProviderFileError(f"{table.where} body: is needed, a table with {{to}} and {{text}} in it")
    _try_out(gateway, table)
    _try_headers(gateway.headers, table)
    return gateway, _reports(table, codes={})


def _try_out(gateway: HttpJsonGateway, table: _Table) -> None:
    try:
        document = gateway.document(_EXAMPLE)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ProviderFileError(f"{table.where} body: {error} is no place that can be filled") from error
    if "900000000" not in document or "text-of-it" not in document:
        raise ProviderFileError(f"{table.where} body: has to hold a number and {{text}}")


def _try_headers(headers: Mapping[str, object], table: _Table) -> None:
    """What no header can hold would break each message, long after the file was read."""
    for name, value in headers.items():
        if not isinstance(value, str) or not re.fullmatch(r"[\x20-\x7e]*", value):
            raise ProviderFileError(f"{table.where}: a header ({name}) holds letters without marks and no line breaks")


def _kannel(name: str, table: _Table, origin: str) -> tuple[Gateway, Reports | None]:
    reports = _reports(table, codes=REPORT_CODES, reference="id", code="status")
    back = _url(table, "report_origin") if "report_origin" in table.values else origin
    gateway = KannelGateway(
        url=_url(table, "url"),
        username=table.take("username", "", is_needed=True),
        password=table.take("password", "", is_needed=True),
        sender=table.take("sender", ""),
        report_url=_with_token(f"{back}{REPORT_PATH.format(name=name)}", name, reports, table) if reports else "",
    )
    _try_headers(gateway.headers(_EXAMPLE), table)
    return gateway, reports


def _with_token(url: str, name: str, reports: Reports, table: _Table) -> str:
    """Kannel's HTTP client turns what stands before the host into a header: it is in no request line.

    It takes the characters as they stand there, whatever an address means by them.
    """
    if not re.fullmatch(r"[\w.~-]*", reports.token, re.ASCII):
        raise ProviderFileError(f"{table.where[:-1]}.reports] token: letters, digits and . _ ~ - only")
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{name}:{reports.token}@{rest}" if reports.token else url


def _reports(table: _Table, *, codes: Mapping[str, str], reference: str = "", code: str = "") -> Reports | None:
    part = table.table("reports")
    if part is None:
        return None
    reports = Reports(
        reference=part.take("reference", reference),
        provider_reference=part.take("provider_reference", ""),
        code=part.take("code", code),
        codes=part.meanings("codes", ReportMeaning, codes),
        token=part.take("token", ""),
        token_header=part.take("token_header", "Authorization"),
        secret=part.take("secret", ""),
        signature_header=part.take("signature_header", ""),
        addresses=tuple(_network(part, text) for text in part.take("addresses", list[str]())),
    )
    part.close()
    if not reports.code or not (reports.reference or reports.provider_reference):
        raise ProviderFileError(f"{part.where}: code, and reference or provider_reference, are needed")
    if bool(reports.secret) != bool(reports.signature_header):
        raise ProviderFileError(f"{part.where}: secret and signature_header belong together")
    if not (reports.token or reports.secret or reports.addresses):
        raise ProviderFileError(f"{part.where}: a token, a secret or addresses are needed, or anybody could report")
    for key, value in (("token", reports.token), ("secret", reports.secret)):
        if value and len(value) < SHORTEST_SECRET:
            raise ProviderFileError(f"{part.where} {key}: at least {SHORTEST_SECRET} characters")
    return reports


def _network(table: _Table, text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ProviderFileError(f"{table.where} addresses: {error}") from error


def _url(table: _Table, key: str) -> str:
    url = table.take(key, "", is_needed=True)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ProviderFileError(f"{table.where} {key}: should be an address like https://sms.example.vn/send")
    return url
