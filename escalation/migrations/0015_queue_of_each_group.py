from django.db import migrations

from accounts.migrations._beside import RemoveIndexBeside


class Migration(migrations.Migration):
    atomic = False  # the index goes beside those who work

    dependencies = [("escalation", "0014_keys_that_other_indexes_begin_with")]

    operations = [RemoveIndexBeside(model_name="message", name="message_to_send")]
