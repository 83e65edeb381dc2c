"""Texts that SQLite takes and PostgreSQL does not."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.registration.walking import ADDRESS, open_draft, places

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.mark.parametrize("name", ["province", "ward"])
@pytest.mark.parametrize("button", [{}, {"choose_province": "1"}])
def test_a_place_sent_with_a_nul_is_answered_by_the_page(name: str, button: dict[str, str]) -> None:
    client = Client(raise_request_exception=False)
    open_draft(client)
    sent = {**places(), name: "01\x00", **button}
    assert client.post(ADDRESS, sent).status_code == 200
