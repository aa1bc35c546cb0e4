from django.db import migrations, models

from accounts.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False  # made beside the work of a running database
    dependencies = [
        ("tickets", "0005_index_tries"),
    ]

    operations = [
        AddIndexBeside(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("contact_email", ""), _negated=True), fields=["contact_email"], name="customer_email"
            ),
        ),
    ]
