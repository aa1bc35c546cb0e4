"""Scripts of calls move to where all scripts live, with their keys, on which their history hangs."""

from typing import Any

from django.db import migrations

KEPT = ("id", "version", "clause", "sections", "effective_from", "created_by_id", "created_at")


def move(apps: Any, schema_editor: Any) -> None:
    """Copy every version. One that a newer one replaced is still in use: it serves again when the newer one is retired."""
    old, new = apps.get_model("outbound", "Script"), apps.get_model("tickets", "Script")
    rows = old.objects.all()
    new.objects.bulk_create(
        new(use=row.product.lower(), language="id", active=True, **{name: getattr(row, name) for name in KEPT}) for row in rows
    )
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SELECT setval(pg_get_serial_sequence('tickets_script', 'id'), max(id)) FROM tickets_script")


class Migration(migrations.Migration):
    dependencies = [
        ("outbound", "0003_own_callbacks_fall_to_the_team"),
        ("tickets", "0011_scripts"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="Script"),
    ]
