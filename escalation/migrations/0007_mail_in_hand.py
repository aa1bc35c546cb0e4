from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("escalation", "0006_outages"),
        ("tickets", "0008_twins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexBeside(
            model_name="mailitem",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "in_progress", "waiting_customer"])),
                fields=["holder", "last_in_at"],
                name="mail_held",
            ),
        ),
    ]
