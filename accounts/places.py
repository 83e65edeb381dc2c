"""Where a browser was when it was first used, in words its owner can weigh: a province, or only a network.

Never the full address: its owner has no use for it, and the database it is
kept in must not become a diary of addresses.
"""

from __future__ import annotations

import csv
import logging
import re
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import maxminddb
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.names import name_key

LONGEST = 60  # characters
VIETNAM = "VN"
# Kept as written here; `in_words` translates.
_INSIDE, _NETWORK, _HERE = "mạng nội bộ", "mạng ", "Việt Nam"
DATA = Path(__file__).parent / "data"

logger = logging.getLogger(__name__)


def place_of(address: str) -> str:
    """`Hà Nội, Việt Nam` from the database the settings name, else `mạng 113.161.x.x`; empty for no address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not ip.is_global:
        return _INSIDE
    return _province_and_country(ip)[:LONGEST] or _network(ip)


def in_words(place: str) -> str:
    """A place, kept in Vietnamese, in the page's language."""
    if place == _INSIDE:
        return _("mạng nội bộ")
    if place.startswith(_NETWORK):
        return _("mạng %(network)s") % {"network": place.removeprefix(_NETWORK)}
    return place.removesuffix(_HERE) + _("Việt Nam") if place.endswith(_HERE) else place


def _network(ip: IPv4Address | IPv6Address) -> str:
    """The half that names the provider, not the house."""
    if isinstance(ip, IPv4Address):
        first = ".".join([*str(ip).split(".")[:2], "x", "x"])
    else:
        first = ":".join([f"{int(group, 16):x}" for group in ip.exploded.split(":")[:2]] + ["x", "x"])
    return _NETWORK + first


def _province_and_country(ip: IPv4Address | IPv6Address) -> str:
    """Empty where the database knows nothing, or there is none."""
    found = _record(ip)
    country, provinces = found.get("country"), found.get("subdivisions")
    province = _named(provinces[0] if isinstance(provinces, list) and provinces else None) or _named(found.get("city"))
    if isinstance(country, dict) and country.get("iso_code") == VIETNAM:
        return ", ".join(part for part in (_with_marks(province), _HERE) if part)
    return ", ".join(part for part in (province, _named(country)) if part)


def _record(ip: IPv4Address | IPv6Address) -> dict[str, object]:
    """What the database says of an address; a damaged one is as good as none, since nobody is kept out for it."""
    if not settings.PLACES_DATABASE:
        return {}
    try:
        found = _reader(settings.PLACES_DATABASE).get(ip)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:  # a ValueError: IPv6 asked of IPv4 tables
        logger.warning("no place from the database: %s", type(error).__name__)
        return {}
    return dict(found) if isinstance(found, dict) else {}


@cache
def _reader(path: str) -> maxminddb.Reader:
    return maxminddb.open_database(path)


def _named(part: object) -> str:
    """The Vietnamese name, else the English one; a name is one line."""
    names = part.get("names") if isinstance(part, dict) else None
    if not isinstance(names, dict):
        return ""
    return " ".join(str(names.get("vi") or names.get("en") or "").split())


def _with_marks(province: str) -> str:
    """`Hanoi` as people write it: databases have no Vietnamese names as a rule."""
    return _province_names().get(_key(province), province)


def _key(name: str) -> str:
    letters = re.sub(r"[^A-Z]", "", name_key(name))
    return re.sub(r"^(TINH|THANHPHO)|(PROVINCE|CITY)$", "", letters)


@cache
def _province_names() -> dict[str, str]:
    """Today's provinces and those before 2025, which databases go on naming."""
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as file:
        today = [row["name"] for row in csv.DictReader(file)]
    with (DATA / "provinces_before_2025.csv").open(encoding="utf-8", newline="") as file:
        full = [row["old_name"] for row in csv.DictReader(file)]
    before = [name.strip() for text in full for name in re.findall(r"(?:Tỉnh|Thành phố) ([^():]+)", text)]
    return {_key(name): name for name in [*before, *today]}
