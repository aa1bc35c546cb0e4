import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import LeaveRoomOnPages, RemoveKeyIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the indexes go beside those who work

    dependencies = [
        ("accounts", "0009_keys_that_other_indexes_begin_with"),
        ("tickets", "0015_tool_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LeaveRoomOnPages(model_name="ticket", percent=70),
        RemoveKeyIndexBeside(
            model_name="doneactivity",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="tickets.ticket"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="hand",
            name="team",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="ticket",
            name="logged_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="logged_tickets",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="ticket",
            name="team",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="accounts.team"
            ),
        ),
    ]
