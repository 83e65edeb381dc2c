from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _

# Names django-otp writes in English, past any translation.
SECOND_FACTORS = {
    ("otp_totp", "TOTPDevice"): _("Ứng dụng xác thực"),
    ("otp_static", "StaticDevice"): _("Bộ mã dự phòng"),
}


class PortalAdminConfig(AdminConfig):
    default_site = "vssportal.admin.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.auth.models import Group  # noqa: PLC0415 - models must be loaded first

        from accounts.admin.lists import bound_every_list  # noqa: PLC0415 - models must be loaded first

        for (label, model), words in SECOND_FACTORS.items():
            meta = apps.get_model(label, model)._meta
            meta.verbose_name = meta.verbose_name_plural = words
            apps.get_app_config(label).verbose_name = words
        admin.site.unregister(Group)  # rights follow from kind and office
        bound_every_list(admin.site)
