from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import AddIndexBeside, RemoveIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the index is made beside those who work

    dependencies = [
        ("escalation", "0011_index_the_outbox_by_group"),
        ("tickets", "0015_tool_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexBeside(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["group", "next_try_at", "id"], name="message_next_of_group"
            ),
        ),
        RemoveIndexBeside(model_name="message", name="message_waits_for_group"),
    ]
