"""The desk's own lists and pages."""

from registration.admin import declarations, erasures

__all__ = ["declarations", "erasures"]
