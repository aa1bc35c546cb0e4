from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_history_without_days")]

    operations = [
        migrations.AddField(
            "person",
            "second_factor_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="kode kedua sejak"),
        ),
    ]
