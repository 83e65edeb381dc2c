"""Form fields of the declaration."""

from __future__ import annotations

from typing import Any

from django import forms

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class PhotoField(forms.FileField):
    """Whatever was picked; what it is, an empty file included, is for `registration.images` to say.

    `camera` is the one a phone would take it with: `user` looks at who holds it, `environment` away.
    """

    def __init__(self, *, camera: str, **kwargs: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **kwargs)
        self.camera = camera
        self.widget.attrs["accept"] = ACCEPTED
