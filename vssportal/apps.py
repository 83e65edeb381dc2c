from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "vssportal.admin.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from accounts.admin.lists import bound_every_list  # noqa: PLC0415 - models must be loaded first

        bound_every_list(admin.site)
