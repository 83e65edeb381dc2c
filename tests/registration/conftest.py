"""A file that waits at the desk, and the officer it waits for."""

from __future__ import annotations

import pytest
from django.test import Client

from registration.models import Declaration
from tests import factories
from tests.registration.at_the_desk import seat


@pytest.fixture
def filed() -> Declaration:
    factories.person(id_number="001085999001")
    return factories.filed()


@pytest.fixture
def desk(filed: Declaration) -> Client:
    return seat(factories.officer())
