from django.db import migrations, models

from escalation.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("escalation", "0012_tries_of_policies")]

    operations = [
        AddIndexBeside(
            model_name="progress",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False), ("told_customer_at__isnull", True)),
                fields=["owed_to", "published_at"],
                name="progress_owed_customer",
            ),
        ),
    ]
