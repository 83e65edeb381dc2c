"""What a citizen declares anew of a filed declaration; fields and their rules are those of the declaration's pages."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import IdKind, Province
from registration.forms.address import AddressForm
from registration.forms.identity import IdentityForm
from registration.forms.photos import PhotosForm


class MendForm(IdentityForm, AddressForm):
    """Only what was asked for: `fields` of the declaration and `kinds` of photos, which are kept as they come.

    `has_back` says whether a back of the paper is there or among `kinds`: without it only a passport will do.
    """

    def __init__(
        self,
        *args: Any,
        fields: Iterable[str],
        kinds: Iterable[str],
        province: Province | None,
        has_back: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, province=province, ward=None, **kwargs)
        for name in set(self.fields) - set(fields):
            del self.fields[name]
        for kind in kinds:
            self.fields[kind] = deepcopy(PhotosForm.base_fields[kind])
        if "id_kind" in self.fields and not has_back:
            self.fields["id_kind"].choices = [(IdKind.PASSPORT.value, IdKind.PASSPORT.label)]  # type: ignore[attr-defined]  # a ChoiceField
            self.fields["id_kind"].help_text = _(
                "Hồ sơ này không có ảnh mặt sau nên chỉ dùng hộ chiếu. "
                "Muốn dùng giấy tờ khác thì rút hồ sơ và khai lại."
            )
