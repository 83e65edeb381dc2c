"""The review desk's front door: django-otp's admin site, second factor by setting."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite


class PortalAdminSite(OTPAdminSite if settings.STAFF_SECOND_FACTOR else AdminSite):  # type: ignore[misc]
    site_title = _("Bàn xét duyệt")
    site_header = _("Bàn xét duyệt")
    index_title = _("Việc hôm nay")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return super().has_permission(request) and user.is_authenticated and not user.must_change_password
