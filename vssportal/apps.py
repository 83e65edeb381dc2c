from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalAdminConfig(AdminConfig):
    default_site = "vssportal.admin.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.auth.models import Group  # noqa: PLC0415 - models must be loaded first

        from accounts.admin.lists import bound_every_list  # noqa: PLC0415 - models must be loaded first

        # What django-otp writes in English, past any translation.
        meta = apps.get_model("otp_totp", "TOTPDevice")._meta
        meta.verbose_name = meta.verbose_name_plural = _("ứng dụng xác thực")
        apps.get_app_config("otp_totp").verbose_name = _("Xác thực hai bước")
        admin.site.unregister(Group)  # what a role may do stands in accounts.services.roles alone
        bound_every_list(admin.site)
