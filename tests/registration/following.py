"""Opens a file as its citizen does: number and phone, then the code to that phone."""

from __future__ import annotations

from django.test import Client

from registration.models import Declaration
from tests.registration.walking import TRACK, Page, newest_code

CODE, FILE, PHOTO, MEND, WITHDRAW = (
    f"{TRACK}{page}" for page in ("ma/", "chi-tiet/", "anh/portrait/", "bo-sung/", "rut/")
)
CLOSED = f"{TRACK}?can-ma"


def find(client: Client, file: Declaration) -> Page:
    return Page(client.post(TRACK, {"file_number": file.file_number, "phone": str(file.phone)}))


def open_file(client: Client, file: Declaration) -> Page:
    find(client, file)
    assert client.post(CODE, {"resend": "1"}).url == CODE
    assert client.post(CODE, {"code": newest_code(str(file.phone))}).url == FILE
    return Page(client.get(FILE))


def opened(file: Declaration) -> Client:
    client = Client()
    open_file(client, file)
    return client


def idle(client: Client, minutes: float) -> None:
    """As if the file had not been touched for so long."""
    session = client.session
    right = session["file_right"]
    session["file_right"] = {**right, "used": right["used"] - int(minutes * 60)}
    session.save()
