"""A phone can keep the portal on its home screen, and whoever came by that way presses Gửi."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from tests.registration.walking import CHECK, Page, fill

pytestmark = pytest.mark.django_db


def file_of(address: str) -> bytes:
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    assert found is not None, address
    return Path(found).read_bytes()


def last_button(client: Client) -> str:
    """Of the whole declaration."""
    client.get("/dang-ky/")
    fill(client)
    (button,) = [e for e in Page(client.get(CHECK)).all("button") if "data-primary" in e.attributes]
    return button.text


def test_every_page_leads_to_the_manifest_and_its_icons_are_what_it_says(client: Client) -> None:
    page = Page(client.get("/dang-ky/"))
    (link,) = page.all("link", rel="manifest")
    answer = client.get(link["href"])
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["name"] == settings.PORTAL_NAME
    assert manifest["theme_color"] == page.all("meta", name="theme-color")[0]["content"]
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(file_of(icon["src"])))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        assert picture.format == "PNG"
    (touch,) = page.all("link", rel="apple-touch-icon")
    assert Image.open(BytesIO(file_of(touch["href"]))).size == (180, 180)


def test_where_the_manifest_leads_there_is_a_page(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    for address in (manifest["start_url"], *(way["url"] for way in manifest["shortcuts"])):
        assert client.get(address, follow=True).status_code == 200, address


def test_the_way_of_the_app_ends_with_gui(client: Client) -> None:
    (entry,) = [a["href"] for a in Page(client.get("/")).all("a") if a.text == "Đăng ký tài khoản"]
    assert client.get(entry).status_code == 200
    assert last_button(client) == "Gửi"


def test_every_other_way_ends_with_ghi_nhan(client: Client) -> None:
    client.get("/dang-ky/", headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile"})
    assert last_button(client) == "Ghi nhận"


@pytest.mark.parametrize("address", ["/dang-ky/?loi-vao=khac", "/dang-ky/?loi-vao=", "/dang-ky/"])
def test_no_other_address_is_that_way(client: Client, address: str) -> None:
    assert 'href="/dang-ky/?loi-vao=ung-dung"' in client.get(address).content.decode()
    client.get("/dang-ky/?loi-vao=ung-dung")
    assert "loi-vao=ung-dung" not in client.get("/dang-ky/").content.decode()
