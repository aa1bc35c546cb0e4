import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # The steps by which it grew before its first release: where they ran, this counts as done.
    replaces = [
        ("tickets", "0001_tickets_and_customers"),
        ("tickets", "0002_import_loads"),
        ("tickets", "0004_drafts_and_tries_of_loads"),
        ("tickets", "0005_kinds_of_loads"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0002_history_triggers"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service_number", models.CharField(max_length=40, unique=True, verbose_name="nomor layanan")),
                ("service_line", models.CharField(blank=True, max_length=20, verbose_name="layanan")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="nama")),
                ("contact_phone", models.CharField(blank=True, max_length=20, verbose_name="nomor kontak")),
                ("contact_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("segment", models.CharField(blank=True, max_length=3, verbose_name="segmen")),
                ("region", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="TREG")),
                ("area", models.CharField(blank=True, max_length=120, verbose_name="area")),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["contact_phone"], name="customer_phone")],
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(db_default="tickets", default="tickets", max_length=20)),
                ("name", models.CharField(max_length=60, verbose_name="nama")),
                ("definition", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("kind", "name"), name="mapping_named_once")],
            },
        ),
        migrations.CreateModel(
            name="ImportLoad",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(db_default="tickets", default="tickets", max_length=20)),
                ("target", models.BigIntegerField(null=True)),
                ("file", models.FileField(upload_to="imports/")),
                ("file_name", models.CharField(max_length=200)),
                ("definition", models.JSONField()),
                ("is_try", models.BooleanField(default=False)),
                ("live", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "belum dipetakan"),
                            ("waiting", "menunggu"),
                            ("running", "berjalan"),
                            ("done", "selesai"),
                            ("failed", "gagal"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("loaded", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("takeovers", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "tried",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="load", to="tickets.importload"
                    ),
                ),
                (
                    "mapping",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="loads", to="tickets.importmapping"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="load_to_run")
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                ("number", models.CharField(blank=True, max_length=80)),
                ("reason", models.CharField(max_length=300)),
                ("values", models.JSONField(default=list)),
                (
                    "load",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="refused_rows", to="tickets.importload"
                    ),
                ),
            ],
            options={
                "ordering": ["load", "row"],
                "constraints": [models.UniqueConstraint(fields=("load", "row"), name="refused_row_once")],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "terbuka"),
                            ("in_progress", "ditangani"),
                            ("pending_customer", "menunggu pelanggan"),
                            ("solved", "selesai"),
                            ("closed", "ditutup"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("regular", "Reguler"),
                            ("hard_complaint", "Hard complaint"),
                            ("super_emergency", "Super Emergency"),
                            ("buzzer", "Buzzer"),
                            ("buzzer_visit", "Buzzer visit"),
                        ],
                        default="regular",
                        max_length=20,
                        verbose_name="jenis",
                    ),
                ),
                (
                    "interaction",
                    models.CharField(
                        choices=[("complaint", "Keluhan"), ("request", "Permintaan"), ("information", "Informasi")],
                        default="complaint",
                        max_length=12,
                        verbose_name="kontak",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("call", "Telepon"),
                            ("email", "E-mail"),
                            ("outbound", "Outbound"),
                            ("walk_in", "Datang langsung"),
                            ("social", "Media sosial"),
                        ],
                        default="call",
                        max_length=10,
                        verbose_name="lewat",
                    ),
                ),
                ("service_number", models.CharField(max_length=40, null=True, verbose_name="nomor layanan")),
                (
                    "service_line",
                    models.CharField(
                        choices=[
                            ("data_internet", "Data & Internet"),
                            ("indihome", "IndiHome"),
                            ("telephony", "Telephony"),
                            ("global", "Global"),
                            ("imes", "IMES"),
                        ],
                        max_length=20,
                        verbose_name="layanan",
                    ),
                ),
                (
                    "segment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("DES", "DES · korporasi"),
                            ("DGS", "DGS · pemerintah"),
                            ("DBS", "DBS · bisnis"),
                            ("DCS", "DCS · perumahan"),
                        ],
                        max_length=3,
                        verbose_name="segmen",
                    ),
                ),
                ("customer_name", models.CharField(max_length=200, null=True, verbose_name="nama pelanggan")),
                ("reporter_name", models.CharField(max_length=200, null=True, verbose_name="nama pelapor")),
                ("contact_phone", models.CharField(max_length=20, null=True, verbose_name="nomor kontak")),
                ("contact_email", models.EmailField(max_length=254, null=True, verbose_name="e-mail")),
                ("region", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="TREG")),
                ("area", models.CharField(blank=True, max_length=120, verbose_name="area")),
                ("symptom", models.CharField(max_length=200, verbose_name="gejala")),
                ("description", models.TextField(verbose_name="uraian")),
                ("criteria", models.JSONField(default=list)),
                ("overruled_criteria", models.JSONField(default=list)),
                ("repeat_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "holder_kind",
                    models.CharField(
                        choices=[
                            ("agent", "Agen"),
                            ("team_leader", "TL"),
                            ("supervisor", "SPV"),
                            ("support_hc", "Support HC"),
                            ("unit", "Unit"),
                            ("telkom", "Telkom"),
                            ("caring", "Caring"),
                            ("customer", "Pelanggan"),
                        ],
                        default="agent",
                        max_length=12,
                    ),
                ),
                ("holder_name", models.CharField(blank=True, max_length=120)),
                ("holder_since", models.DateTimeField()),
                ("holder_before", models.JSONField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("solved_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("solution", models.TextField(blank=True)),
                ("cause", models.CharField(blank=True, max_length=200)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("imported", models.BooleanField(default=False)),
                ("intake_key", models.UUIDField(null=True, unique=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("last_word", models.CharField(blank=True, max_length=160)),
                ("last_word_at", models.DateTimeField()),
                ("clock_milestone", models.CharField(blank=True, max_length=20)),
                ("clock_state", models.CharField(blank=True, max_length=10)),
                ("clock_started_at", models.DateTimeField(null=True)),
                ("clock_due_at", models.DateTimeField(null=True)),
                ("clock_first_rung_at", models.DateTimeField(null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_tickets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="tickets.customer"
                    ),
                ),
                (
                    "holder_person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="logged_tickets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["service_number", "-opened_at"], name="ticket_service_number"),
                    models.Index(fields=["contact_phone", "-opened_at"], name="ticket_phone"),
                    models.Index(
                        condition=models.Q(("status__in", ["open", "in_progress", "pending_customer"])),
                        fields=["team", "clock_due_at", "-id"],
                        name="ticket_open_by_team",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["open", "in_progress", "pending_customer"])),
                        fields=["clock_due_at", "-id"],
                        name="ticket_open_by_clock",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["open", "in_progress", "pending_customer"])),
                        fields=["assignee", "clock_due_at"],
                        name="ticket_open_by_assignee",
                    ),
                    models.Index(fields=["team", "-id"], name="ticket_by_team"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service_number", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("complaint", "Keluhan"), ("progress_question", "Tanya progres")],
                        default="complaint",
                        max_length=20,
                    ),
                ),
                ("description", models.TextField()),
                ("reported_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="tickets.ticket"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "complaint")), fields=["service_number", "reported_at"], name="report_counted"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[("looking", "melihat"), ("editing", "sedang mengubah"), ("away", "di tab lain")],
                        default="looking",
                        max_length=8,
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="tickets.ticket"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ticket", "person"), name="presence_once")],
            },
        ),
        migrations.CreateModel(
            name="OutsideReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=30)),
                ("number", models.CharField(max_length=80)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="references", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("system", "number"), name="reference_names_one_ticket")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=200)),
                ("laid_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="tickets.ticket"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)), fields=("ticket", "name"), name="hold_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(choices=[("customer", "Pelanggan"), ("internal", "Internal")], max_length=10)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("call", "Telepon"),
                            ("email", "E-mail"),
                            ("outbound", "Outbound"),
                            ("walk_in", "Datang langsung"),
                            ("social", "Media sosial"),
                        ],
                        default="call",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="tickets.ticket"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_matches", models.BooleanField()),
                ("customer_id_matches", models.BooleanField()),
                ("contact_matches", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verifications", to="tickets.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=60)),
                ("values", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "form"), name="draft_once")],
            },
        ),
    ]
