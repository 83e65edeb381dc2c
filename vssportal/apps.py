from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _

# Names django-otp writes in English, past any translation: of the app, and of its model.
SECOND_FACTORS = {
    ("otp_totp", "TOTPDevice"): (_("Xác thực bằng điện thoại"), _("ứng dụng xác thực")),
    ("otp_static", "StaticDevice"): (_("Xác thực khi không có điện thoại"), _("bộ mã dự phòng")),
}


class PortalAdminConfig(AdminConfig):
    default_site = "vssportal.admin.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.auth.models import Group  # noqa: PLC0415 - models must be loaded first

        from accounts.admin.lists import bound_every_list  # noqa: PLC0415 - models must be loaded first

        for (label, model), (app_words, model_words) in SECOND_FACTORS.items():
            meta = apps.get_model(label, model)._meta
            meta.verbose_name = meta.verbose_name_plural = model_words
            apps.get_app_config(label).verbose_name = app_words
        admin.site.unregister(Group)  # rights follow from kind and office
        bound_every_list(admin.site)
