from django.db import migrations, models

from accounts.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0009_outside_tools_and_findings")]

    operations = [
        AddIndexBeside(
            model_name="outsidereference",
            index=models.Index(fields=["number"], name="reference_by_number"),
        ),
    ]
