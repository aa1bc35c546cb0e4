"""What the administrator edits of quality control."""

from django.contrib import admin

from accounts.admin import Kept, desk
from quality.actions.reasons import change_reason, create_reason
from quality.models import ReturnReason


@admin.register(ReturnReason, site=desk)
class ReturnReasonAdmin(Kept):
    fields = ["code", "name", "active"]
    list_display = ["code", "name", "active"]

    create = staticmethod(create_reason)
    change = staticmethod(change_reason)
