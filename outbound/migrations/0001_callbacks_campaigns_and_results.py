import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # The steps by which it grew before its first release: where they ran, this counts as done.
    replaces = [
        ("outbound", "0001_callbacks"),
        ("outbound", "0002_campaigns_prospects_results"),
        ("outbound", "0003_scripts_checks_payments"),
        ("outbound", "0004_recordings"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0002_history_triggers"),
        ("accounts", "__first__"),
        ("tickets", "0001_tickets_customers_and_loads"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="nama")),
                ("columns", models.JSONField(verbose_name="kolom")),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
            ],
            options={
                "verbose_name": "susunan ekspor",
                "verbose_name_plural": "susunan ekspor",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ResultRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("short_call", "tersambung tetapi telepon terlalu singkat (detik)"),
                            ("not_dialled", "tersambung tanpa telepon dari Kawal"),
                            ("not_verified", "agree tanpa verifikasi pelanggan"),
                            ("over_bill", "janji lebih besar dari tagihan (persen)"),
                            ("under_bill", "janji lebih kecil dari tagihan (persen)"),
                            ("short_note", "catatan terlalu pendek (huruf)"),
                        ],
                        max_length=12,
                        unique=True,
                        verbose_name="aturan",
                    ),
                ),
                ("limit", models.PositiveIntegerField(default=0, verbose_name="batas")),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
            ],
            options={
                "verbose_name": "aturan hasil",
                "verbose_name_plural": "aturan hasil",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("caring", "Caring"), ("information", "Kabar"), ("promise", "Janji")], max_length=12
                    ),
                ),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu"),
                            ("claimed", "dipegang"),
                            ("done", "selesai"),
                            ("given_up", "dihentikan"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("information", models.TextField(blank=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "tidak terjangkau"),
                            ("wrong_number", "salah sambung"),
                            ("not_needed", "tidak diperlukan lagi"),
                        ],
                        max_length=12,
                    ),
                ),
                ("attempts_count", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "claimed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="callbacks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "for_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_callbacks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="callbacks", to="tickets.ticket"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="callback_waiting"),
                    models.Index(condition=models.Q(("state", "claimed")), fields=["lease_until"], name="callback_held"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("purpose", "caring"), ("state__in", ["waiting", "claimed"])),
                        fields=("ticket",),
                        name="callback_one_open_caring",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "claimed"), _negated=True),
                            models.Q(("claimed_by__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="callback_claimed_has_holder",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallbackAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "Tersambung"),
                            ("no_answer", "RNA, tidak diangkat"),
                            ("busy", "Sibuk"),
                            ("wrong_number", "Salah sambung"),
                            ("call_later", "Minta ditelepon lagi"),
                        ],
                        max_length=12,
                    ),
                ),
                ("response", models.TextField(blank=True)),
                ("satisfied", models.BooleanField(null=True)),
                ("wants_visit", models.BooleanField(default=False)),
                ("further_help_offered", models.BooleanField(default=False)),
                ("identity_checked", models.BooleanField(default=False)),
                (
                    "satisfaction",
                    models.CharField(blank=True, choices=[("low", "Kurang"), ("fair", "Cukup"), ("good", "Puas")], max_length=4),
                ),
                ("next_try_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "callback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="outbound.callback"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["at"], name="attempt_by_day")],
            },
        ),
        migrations.CreateModel(
            name="CallReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nama")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="kode")),
                ("contacted", models.BooleanField(default=False, verbose_name="tersambung")),
                ("agreed", models.BooleanField(default=False, verbose_name="agree")),
                ("callback", models.BooleanField(default=False, verbose_name="minta ditelepon lagi")),
                ("unworkable", models.BooleanField(default=False, verbose_name="tidak dapat dikerjakan")),
                ("do_not_call", models.BooleanField(default=False, verbose_name="jangan ditelepon")),
                ("needs_date", models.BooleanField(default=False, verbose_name="perlu tanggal janji")),
                ("needs_amount", models.BooleanField(default=False, verbose_name="perlu jumlah janji")),
                ("needs_note", models.BooleanField(default=False, verbose_name="perlu catatan")),
                ("retry_minutes", models.PositiveIntegerField(blank=True, null=True, verbose_name="dicoba lagi sesudah menit")),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="urutan")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="outbound.callreason",
                        verbose_name="kelompok",
                    ),
                ),
            ],
            options={
                "verbose_name": "reason call",
                "verbose_name_plural": "reason call",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed", False), ("contacted", True), _connector="OR"),
                        name="reason_agreed_is_contacted",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nama")),
                (
                    "product",
                    models.CharField(choices=[("ct0", "CT-0"), ("pranpc", "PRANPC")], max_length=6, verbose_name="produk"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
                ("prospect_count", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="accounts.team",
                        verbose_name="tim",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["team", "-id"], name="campaign_of_team")],
                "constraints": [models.UniqueConstraint(fields=("team", "name"), name="campaign_named_once")],
            },
        ),
        migrations.CreateModel(
            name="Prospect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service_number", models.CharField(max_length=40, verbose_name="nomor layanan")),
                ("customer_name", models.CharField(max_length=200, verbose_name="nama pelanggan")),
                ("contact_phone", models.CharField(max_length=20, verbose_name="nomor kontak")),
                ("area", models.CharField(blank=True, max_length=120, verbose_name="area atau Witel")),
                (
                    "time_zone",
                    models.CharField(
                        choices=[("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")],
                        default="Asia/Jakarta",
                        max_length=40,
                        verbose_name="zona waktu",
                    ),
                ),
                ("arrears_months", models.PositiveSmallIntegerField()),
                ("bill_amount", models.PositiveBigIntegerField()),
                ("bill_month", models.DateField()),
                (
                    "payment_state",
                    models.CharField(
                        choices=[("unpaid", "belum bayar"), ("partly", "bayar sebagian"), ("paid", "lunas")],
                        default="unpaid",
                        max_length=6,
                    ),
                ),
                ("payment_checked_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu"),
                            ("held", "dipegang"),
                            ("validating", "divalidasi QC"),
                            ("done", "selesai"),
                            ("ended", "tidak dikerjakan lagi"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unworkable", "tidak dapat dikerjakan"),
                            ("do_not_call", "jangan ditelepon"),
                            ("unreachable", "tidak terjangkau"),
                            ("paid", "sudah lunas"),
                            ("too_old", "tunggakan lewat batas"),
                        ],
                        max_length=12,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=0)),
                ("best_hour", models.PositiveSmallIntegerField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("own_until", models.DateTimeField(null=True)),
                ("returned", models.BooleanField(default=False)),
                ("lease_until", models.DateTimeField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prospects", to="outbound.campaign"
                    ),
                ),
                (
                    "for_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_prospects",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_prospects",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "last_agent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("team", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team")),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("campaign"),
                        models.OrderBy(models.F("priority"), descending=True),
                        models.F("attempts"),
                        models.F("id"),
                        condition=models.Q(("state", "waiting")),
                        name="prospect_pool",
                    ),
                    models.Index(
                        condition=models.Q(("best_hour__isnull", False), ("state", "waiting")),
                        fields=["campaign", "priority", "attempts", "best_hour", "id"],
                        name="prospect_best_hour",
                    ),
                    models.Index(condition=models.Q(("state", "waiting")), fields=["for_person", "due_at"], name="prospect_own"),
                    models.Index(condition=models.Q(("state", "held")), fields=["lease_until"], name="prospect_held"),
                    models.Index(fields=["campaign", "id"], name="prospect_of_campaign"),
                    models.Index(fields=["contact_phone"], name="prospect_phone"),
                    models.Index(
                        condition=models.Q(("payment_state", "paid"), _negated=True),
                        fields=["bill_month", "id"],
                        name="prospect_ages",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("team", "service_number"), name="prospect_once_a_team"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "held")), fields=("held_by",), name="prospect_one_in_hand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            models.Q(("held_by__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="prospect_held_has_holder",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaringResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contacted", models.BooleanField()),
                ("agreed", models.BooleanField()),
                ("identity_checked", models.BooleanField(default=False)),
                ("promised_on", models.DateField(null=True)),
                ("promised_amount", models.PositiveBigIntegerField(null=True)),
                ("next_contact_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "tercatat"),
                            ("sent_back", "dikembalikan TL"),
                            ("awaiting_validation", "menunggu QC"),
                            ("approved", "disetujui QC"),
                            ("returned", "dikembalikan QC"),
                            ("undone", "diurungkan"),
                        ],
                        default="entered",
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("call_started_at", models.DateTimeField(null=True)),
                ("call_ended_at", models.DateTimeField(null=True)),
                ("sent_back_reason", models.TextField(blank=True)),
                ("recommendation", models.TextField(blank=True)),
                ("redo_by", models.DateTimeField(null=True)),
                (
                    "promise_state",
                    models.CharField(
                        blank=True, choices=[("open", "terbuka"), ("kept", "ditepati"), ("broken", "ingkar")], max_length=6
                    ),
                ),
                ("paid_on", models.DateField(null=True)),
                ("flags", models.JSONField(default=list)),
                ("flag_count", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="outbound.campaign"
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outbound.callreason"),
                ),
                (
                    "prospect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="outbound.prospect"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["campaign", "-id"], name="result_of_campaign"),
                    models.Index(fields=["by", "-id"], name="result_of_agent"),
                    models.Index(fields=["prospect", "-id"], name="result_of_prospect"),
                    models.Index(condition=models.Q(("promise_state", "open")), fields=["promised_on"], name="result_promises"),
                    models.Index(condition=models.Q(("state", "sent_back")), fields=["by", "id"], name="result_to_correct"),
                    models.Index(condition=models.Q(("flag_count__gt", 0)), fields=["campaign", "id"], name="result_flagged"),
                    models.Index(condition=models.Q(("state", "awaiting_validation")), fields=["id"], name="result_for_qc"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed", False), ("contacted", True), _connector="OR"),
                        name="result_agreed_is_contacted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["awaiting_validation", "approved", "returned"]), _negated=True),
                            ("agreed", True),
                            _connector="OR",
                        ),
                        name="result_validated_is_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=30)),
                ("values", models.JSONField()),
                (
                    "state",
                    models.CharField(choices=[("open", "terbuka"), ("settled", "dibereskan")], default="open", max_length=8),
                ),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="differences", to="outbound.caringresult"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(condition=models.Q(("state", "open")), fields=["result"], name="difference_open")],
                "constraints": [models.UniqueConstraint(fields=("result", "system"), name="difference_once")],
            },
        ),
        migrations.CreateModel(
            name="PromiseReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("due", "hari janji bayar"), ("broken", "janji bayar lewat")], max_length=6)),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=9)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="outbound.caringresult"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="reminder_waiting")
                ],
                "constraints": [models.UniqueConstraint(fields=("result", "kind"), name="reminder_once")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paid_on", models.DateField()),
                ("amount", models.PositiveBigIntegerField()),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("loaded_at", models.DateTimeField()),
                ("team", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team")),
                (
                    "prospect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="outbound.prospect"
                    ),
                ),
            ],
            options={
                "ordering": ["-paid_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("prospect", "paid_on", "amount", "reference"), name="payment_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DoNotCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone", models.CharField(max_length=20, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "prospect",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outbound.prospect"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(blank=True, upload_to="recordings/%Y/%m/")),
                ("link", models.URLField(blank=True, max_length=500)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("content_type", models.CharField(blank=True, max_length=40)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("peaks", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "prospect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recordings", to="outbound.prospect"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="outbound.caringresult",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["prospect", "-id"], name="recording_of_prospect"),
                    models.Index(fields=["at", "id"], name="recording_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), _negated=True), models.Q(("link", ""), _negated=True), _connector="XOR"
                        ),
                        name="recording_file_or_link",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Script",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.CharField(choices=[("ct0", "CT-0"), ("pranpc", "PRANPC")], max_length=6, verbose_name="produk"),
                ),
                ("version", models.PositiveIntegerField(verbose_name="versi")),
                ("clause", models.CharField(max_length=80, verbose_name="pasal")),
                ("sections", models.JSONField(verbose_name="bagian")),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
                ("effective_from", models.DateField(verbose_name="berlaku sejak")),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "naskah",
                "verbose_name_plural": "naskah",
                "ordering": ["product", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "version"), name="script_version_once"),
                    models.UniqueConstraint(condition=models.Q(("active", True)), fields=("product",), name="script_one_active"),
                ],
            },
        ),
    ]
