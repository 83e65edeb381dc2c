"""A mistyped e-mail address is asked about once: both addresses can be kept, nothing typed is lost."""

from __future__ import annotations

import pytest
from django.test import Client

from registration.models import Declaration
from tests.registration.walking import ADDRESS, ANSWERS, CHECK, IDENTITY, PHOTOS, Page, open_draft, pictures, places

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("draft")]
TYPED, MEANT = "mau@gmial.com", "mau@gmail.com"


@pytest.fixture
def draft(client: Client) -> Declaration:
    draft = open_draft(client)
    client.post(IDENTITY, ANSWERS)
    client.post(PHOTOS, pictures())
    return draft


def send(client: Client, **changes: str) -> Page:
    return Page(client.post(ADDRESS, places(**changes)))


def saved() -> str:
    return Declaration.objects.get().email


def test_the_likely_address_is_asked_about_with_everything_saved_as_typed(client: Client) -> None:
    page = send(client, email=TYPED)
    assert MEANT in page.alert
    assert TYPED in page.alert
    assert (page.value("email"), page.value("ward"), page.value("office")) == (TYPED, "00004", "00101")
    assert not page.is_refused("email")
    draft = Declaration.objects.get()
    assert (draft.email, draft.ward_id) == (TYPED, "00004")


def test_pressing_on_keeps_the_address_as_it_was_typed(client: Client) -> None:
    page = send(client, email=TYPED)
    assert client.post(ADDRESS, places(email=TYPED, email_asked=page.value("email_asked"))).url == CHECK
    assert saved() == TYPED


def test_the_button_takes_the_likely_address_and_goes_on(client: Client) -> None:
    page = send(client, email=TYPED)
    assert page.all("button", name="use_email")
    answer = client.post(ADDRESS, places(email=TYPED, email_asked=page.value("email_asked"), use_email="1"))
    assert answer.url == CHECK
    assert saved() == MEANT


def test_another_slip_is_asked_about_again(client: Client) -> None:
    page = send(client, email=TYPED)
    page = send(client, email="mau@gmail.con", email_asked=page.value("email_asked"))
    assert "mau@gmail.con" in page.alert


def test_a_slip_elsewhere_on_the_page_does_not_make_it_ask_twice(client: Client) -> None:
    page = send(client, email=TYPED)
    page = send(client, email=TYPED, email_asked=page.value("email_asked"), address="")
    assert page.refusal("address")
    assert client.post(ADDRESS, places(email=TYPED, email_asked=page.value("email_asked"))).url == CHECK


@pytest.mark.parametrize("email", ["", MEANT, "mau@example.vn"])
def test_an_address_without_a_slip_is_not_asked_about(client: Client, email: str) -> None:
    assert client.post(ADDRESS, places(email=email)).url == CHECK


@pytest.mark.parametrize("email", ["", "mau@example.vn", "không phải email"])
def test_the_button_pressed_without_a_slip_changes_no_address(client: Client, email: str) -> None:
    client.post(ADDRESS, places(email=email, use_email="1"))
    assert saved() in ("", email)


def test_what_is_typed_is_text_and_no_part_of_the_page(client: Client) -> None:
    page = send(client, email='"<script>x</script>"@gmial.com')
    assert "<script>x" not in page.html
