import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import RemoveKeyIndexBeside, RemovePatternIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the indexes go beside those who work

    dependencies = [
        ("escalation", "0012_message_next_of_group"),
        ("tickets", "0015_tool_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        RemoveKeyIndexBeside(
            model_name="clockrung",
            name="clock",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="rungs", to="escalation.clock"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="message",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="message",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="tickets.ticket"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="message",
            name="group",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="escalation.group"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="notification",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        RemovePatternIndexBeside("message", "key"),
        RemovePatternIndexBeside("notification", "key"),
    ]
