import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import LeaveRoomOnPages, RemoveKeyIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the index goes beside those who work

    dependencies = [
        ("tickets", "0016_room_for_changed_tickets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Half: in an outage all tickets of a page change hands in one batch.
        LeaveRoomOnPages(model_name="ticket", percent=50, before=70),
        RemoveKeyIndexBeside(
            model_name="hand",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
