"""Reference data, staff, and read-only lists; nothing of a citizen's account can be changed here."""

from accounts.admin import directory, records, second_factor, staff

__all__ = ["directory", "records", "second_factor", "staff"]
