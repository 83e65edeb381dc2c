"""Private files: how they are sent to someone entitled. Whoever calls has checked who asks."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def private_image(file: FieldFile) -> FileResponse:
    """The stored JPEG, for this browser only; 404 if there is none."""
    if not file:
        raise Http404
    try:
        response = FileResponse(file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response
