"""An index for words in the middle of names and symptoms, where the database can have one (PostgreSQL's trigrams)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = ("symptom", "service_number", "customer_name", "reporter_name")
# The expression is the one that icontains asks for; without it the index would never be used.
PARTS = ", ".join(f"upper({column}::text) gin_trgm_ops" for column in COLUMNS)


def lay(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute(f"create index concurrently if not exists ticket_words on tickets_ticket using gin ({PARTS})")


def lift(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("drop index concurrently if exists ticket_words")


class Migration(migrations.Migration):
    atomic = False  # an index on a running database is made beside the work, which no transaction allows
    replaces = [("tickets", "0003_text_search")]
    dependencies = [("tickets", "0001_tickets_customers_and_loads")]
    operations = [migrations.RunPython(lay, lift)]
