from datetime import date

from django.db import migrations


def as_its_header_says(apps, schema_editor):
    laid = apps.get_model("accounts", "Procedure").objects.filter(short="PM-08", revision="04", registered_by=None)
    laid.filter(effective_on=date(2021, 5, 9)).update(effective_on=date(2021, 5, 11))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_second_factor")]

    operations = [migrations.RunPython(as_its_header_says, migrations.RunPython.noop, elidable=True)]
