import django.db.models.deletion
from django.db import migrations, models

from accounts.migrations._beside import RemoveKeyIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the indexes go beside those who work

    dependencies = [
        ("escalation", "0013_keys_that_other_indexes_begin_with"),
        ("tickets", "0016_room_for_changed_tickets"),
    ]

    operations = [
        RemoveKeyIndexBeside(
            model_name="clock",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="clock_rows", to="tickets.ticket"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="dispatchline",
            name="message",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="escalation.message"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="dispatchline",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="tickets.ticket"
            ),
        ),
    ]
