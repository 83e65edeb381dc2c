from registration.models.declaration import Declaration, FileCounter
from registration.models.photo import Photo

__all__ = ["Declaration", "FileCounter", "Photo"]
