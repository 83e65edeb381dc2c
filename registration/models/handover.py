"""«Chụp bằng điện thoại khác»: the right of another phone to add photos to one declaration, and no more."""

from __future__ import annotations

from django.db import models

from registration.models.declaration import Declaration


class PhotoHandover(models.Model):
    """Only a digest of the token is kept; it is used up by a button, not by opening its address."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="handovers")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.created_at:%d/%m/%Y %H:%M}"
