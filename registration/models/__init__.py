from registration.models.declaration import Declaration, FileCounter
from registration.models.erasure import ErasureRequest
from registration.models.handover import PhotoHandover
from registration.models.photo import Photo, Replacement, StoredPhoto
from registration.models.supplement import SupplementRequest

__all__ = [
    "Declaration",
    "ErasureRequest",
    "FileCounter",
    "Photo",
    "PhotoHandover",
    "Replacement",
    "StoredPhoto",
    "SupplementRequest",
]
