from django.db import migrations, models

from escalation.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("escalation", "0007_promises")]

    operations = [
        AddIndexBeside(
            model_name="inboundmessage",
            index=models.Index(
                condition=models.Q(("is_receipt", True), ("state", "dismissed")),
                fields=["channel", "received_at"],
                name="inbound_unclaimed",
            ),
        ),
    ]
