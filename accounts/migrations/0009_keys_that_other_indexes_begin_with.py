import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.migrations._beside import RemoveKeyIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the indexes go beside those who work

    dependencies = [
        ("accounts", "0008_shift_notes"),
    ]

    operations = [
        RemoveKeyIndexBeside(
            model_name="historydetail",
            name="entry",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="details", to="accounts.historyentry"
            ),
        ),
        RemoveKeyIndexBeside(
            model_name="historyentry",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
