"""/dang-xuat/, request by request."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Event, User
from tests import factories
from tests.accounts.signing_in import is_in, sign_in

pytestmark = pytest.mark.django_db


def test_signing_out_needs_a_post(citizen: User, client: Client) -> None:
    sign_in(client)
    assert client.get("/dang-xuat/").status_code == 405
    assert is_in(client)
    left = client.post("/dang-xuat/").url
    assert left == "/?da-dang-xuat"
    assert "Bạn đã đăng xuất trên thiết bị này" in client.get(left).content.decode()
    assert not is_in(client)
    assert Event.objects.filter(action="session.ended", actor_id=citizen.pk).count() == 1


def test_signing_out_ends_the_session_itself_and_nobody_elses(citizen: User, client: Client) -> None:
    sign_in(client)
    other = factories.signed_in(factories.citizen(factories.person("9900000002")))
    cookie = client.cookies["sessionid"].value
    client.post("/dang-xuat/")
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert thief.get("/tai-khoan/anh/").status_code == 302
    assert other.get("/the-bhyt/").status_code == 200


def test_signing_out_without_having_signed_in_is_no_error(client: Client) -> None:
    assert client.post("/dang-xuat/").url == "/?da-dang-xuat"
    assert not Event.objects.exists()
