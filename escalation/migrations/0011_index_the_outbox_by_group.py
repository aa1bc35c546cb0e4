from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the index is made beside those who work

    dependencies = [
        ("escalation", "0010_mailbox_pace_and_turns"),
        ("tickets", "0015_tool_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexBeside(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["group", "next_try_at"], name="message_waits_for_group"
            ),
        ),
    ]
