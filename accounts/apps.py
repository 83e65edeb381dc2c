from django.apps import AppConfig
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Tài khoản và danh mục")

    def ready(self) -> None:
        # Read now: the first text in English must not take longer than what is done for a name that nobody has.
        with translation.override("en"):
            pass
