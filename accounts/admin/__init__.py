"""Reference data, staff, alerts, and read-only lists; of a citizen's account only its device is signed out here."""

from accounts.admin import alerts, directory, messages, records, second_factor, staff

__all__ = ["alerts", "directory", "messages", "records", "second_factor", "staff"]
