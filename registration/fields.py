"""Form fields of the declaration."""

from __future__ import annotations

from typing import Any

from django import forms


class PhotoField(forms.FileField):
    """Whatever was picked; what it is, an empty file included, is for `registration.images` to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **kwargs)
