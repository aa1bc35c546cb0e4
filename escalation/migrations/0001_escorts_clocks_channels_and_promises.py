import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # The steps by which it grew before its first release: where they ran, this counts as done.
    replaces = [
        ("escalation", "0001_escorts_clocks_and_channels"),
        ("escalation", "0002_gateways_and_their_health"),
        ("escalation", "0003_policies_by_scope_and_calendars"),
        ("escalation", "0004_notices_beside_tickets"),
        ("escalation", "0005_several_tickets_in_one_message"),
        ("escalation", "0006_channels_of_every_kind"),
        ("escalation", "0007_promises"),
        ("escalation", "0008_receipts_are_heard_again"),
        ("escalation", "0009_notices_of_arrears"),
        ("escalation", "0010_words_of_notices_in_any_language"),
        ("escalation", "0011_versions_of_channels_and_groups"),
        ("escalation", "0012_tries_of_policies"),
        ("escalation", "0013_debts_to_customers_by_person"),
        ("escalation", "0014_acknowledged_by_whom"),
        ("escalation", "0015_spans_for_figures"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0002_history_triggers"),
        ("accounts", "__first__"),
        ("tickets", "0001_tickets_customers_and_loads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="kode")),
                ("name", models.CharField(max_length=80, verbose_name="nama")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="nama")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("by_hand", "manual"),
                            ("gowa", "WhatsApp lewat GOWA"),
                            ("waha", "WhatsApp lewat WAHA"),
                            ("evolution", "WhatsApp lewat Evolution API"),
                            ("meta", "WhatsApp resmi, grup Meta"),
                            ("telegram", "bot Telegram"),
                            ("email", "e-mail lewat SMTP"),
                            ("webhook", "webhook bertanda tangan"),
                            ("page", "lonceng di halaman"),
                        ],
                        default="by_hand",
                        max_length=20,
                        verbose_name="jenis",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
                ("base_url", models.CharField(blank=True, max_length=200, verbose_name="alamat gerbang")),
                ("user", models.CharField(blank=True, max_length=80, verbose_name="pengguna")),
                ("device", models.CharField(blank=True, max_length=120, verbose_name="perangkat")),
                ("secrets", models.BinaryField(blank=True, default=b"")),
                ("pace", models.PositiveSmallIntegerField(default=20, verbose_name="pesan per menit per grup")),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("open_since", models.DateTimeField(blank=True, null=True)),
                ("open_until", models.DateTimeField(blank=True, null=True)),
                ("by_hand_since", models.DateTimeField(blank=True, null=True)),
                ("last_proof_at", models.DateTimeField(blank=True, null=True)),
                ("last_inbound_at", models.DateTimeField(blank=True, null=True)),
                ("session_ok", models.BooleanField(null=True)),
                ("session_words", models.CharField(blank=True, max_length=200)),
                ("session_at", models.DateTimeField(null=True)),
                ("canary_minutes", models.PositiveSmallIntegerField(default=0, verbose_name="kenari tiap berapa menit")),
                ("canary_lost_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
            ],
            options={
                "verbose_name": "saluran",
                "verbose_name_plural": "saluran",
                "ordering": ["slug"],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="versi")),
                ("weekly", models.JSONField()),
                ("exceptions", models.JSONField(default=dict)),
                ("closed_on", models.JSONField(default=list)),
                ("holidays", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="escalation.calendar"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["calendar", "-version"],
                "constraints": [models.UniqueConstraint(fields=("calendar", "version"), name="calendar_version_once")],
            },
        ),
        migrations.CreateModel(
            name="Escort",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        max_length=20,
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "menunggu diambil"),
                            ("analysing", "dianalisa"),
                            ("dispatched", "terkirim ke unit"),
                            ("in_progress", "dikerjakan unit"),
                            ("solved", "selesai menurut unit"),
                            ("caring", "caring"),
                            ("closed", "ditutup"),
                            ("withdrawn", "ditarik"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=200, verbose_name="penyebab")),
                ("responsible_unit", models.CharField(blank=True, max_length=120, verbose_name="unit")),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[("low", "rendah"), ("medium", "sedang"), ("high", "tinggi"), ("critical", "kritis")],
                        max_length=8,
                        verbose_name="keparahan",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="yang diminta dari unit")),
                ("returns", models.PositiveSmallIntegerField(default=0)),
                ("returned", models.BooleanField(default=False)),
                ("raised_at", models.DateTimeField(null=True)),
                ("raise_reason", models.TextField(blank=True)),
                ("kind_before", models.CharField(blank=True, max_length=20)),
                ("state_before", models.CharField(blank=True, max_length=12)),
                ("queued_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("last_update_at", models.DateTimeField(null=True)),
                ("next_due_at", models.DateTimeField(null=True)),
                ("next_follow_up_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escorts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="escort", to="tickets.ticket"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("rank"),
                        models.OrderBy(models.F("returned"), descending=True),
                        models.F("next_due_at"),
                        models.F("id"),
                        condition=models.Q(
                            ("state__in", ["queued", "analysing", "dispatched", "in_progress", "solved", "caring"])
                        ),
                        name="escort_queue",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["queued", "analysing", "dispatched", "in_progress", "solved", "caring"])
                        ),
                        fields=["state"],
                        name="escort_open_state",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "queued"), _negated=True), ("owner__isnull", True), _connector="OR"
                        ),
                        name="escort_queued_has_no_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="nama")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("tial_reg", "TIAL REG"),
                            ("c4", "C4"),
                            ("support_hc", "Support HC"),
                            ("team_leader", "grup TL"),
                            ("telkom", "Telkom, anak tangga terakhir"),
                            ("coordination", "lintas koordinasi"),
                        ],
                        max_length=12,
                        verbose_name="untuk",
                    ),
                ),
                ("region", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="TREG")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="id grup")),
                ("invite_link", models.URLField(blank=True, verbose_name="tautan grup")),
                (
                    "shows_customer",
                    models.BooleanField(db_default=False, default=False, verbose_name="nomor lengkap pelanggan boleh tampil"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="escalation.channel",
                        verbose_name="saluran",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="tim",
                    ),
                ),
            ],
            options={
                "verbose_name": "grup",
                "verbose_name_plural": "grup",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True), ("purpose", "tial_reg")),
                        fields=("region",),
                        name="one_tial_reg_a_region",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(unique=True, verbose_name="tanggal")),
                ("name", models.CharField(max_length=120, verbose_name="nama")),
                (
                    "category",
                    models.CharField(
                        choices=[("public", "libur nasional"), ("joint_leave", "cuti bersama"), ("own", "libur perusahaan")],
                        max_length=12,
                        verbose_name="golongan",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="berlaku")),
                ("changed_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider_id", models.CharField(max_length=200)),
                ("raw", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("is_receipt", models.BooleanField(default=False)),
                ("sender", models.CharField(blank=True, max_length=120)),
                ("text", models.TextField(blank=True)),
                ("said_at", models.DateTimeField(null=True)),
                ("quoted_id", models.CharField(blank=True, max_length=120)),
                ("quoted_text", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "baru"),
                            ("matched", "cocok"),
                            ("waiting", "menunggu dicocokkan"),
                            ("dismissed", "bukan untuk kita"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("matched_by", models.CharField(blank=True, max_length=10)),
                ("problem", models.CharField(blank=True, max_length=200)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inbound", to="escalation.channel"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="inbound", to="escalation.group"
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="inbound", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "new")), fields=["id"], name="inbound_to_match"),
                    models.Index(condition=models.Q(("state", "waiting")), fields=["-id"], name="inbound_waiting"),
                    models.Index(
                        condition=models.Q(("is_receipt", True), ("state", "dismissed")),
                        fields=["channel", "received_at"],
                        name="inbound_unclaimed",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("channel", "provider_id"), name="inbound_once")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("text", models.TextField()),
                ("about", models.CharField(default="dispatch", max_length=20)),
                ("is_dispatch", models.BooleanField(default=False)),
                ("together", models.BooleanField(db_default=False, default=False)),
                ("opening", models.CharField(blank=True, db_default="", default="", max_length=1000)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "mengantre"),
                            ("sending", "sedang dikirim"),
                            ("sent", "terkirim"),
                            ("delivered", "sampai"),
                            ("read", "dibaca"),
                            ("failed", "gagal"),
                            ("to_send_by_hand", "kirim manual"),
                            ("cancelled", "dibatalkan"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("queued_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("doubtful", models.BooleanField(default=False)),
                ("gateway_id", models.CharField(blank=True, max_length=120)),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("copied_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="escalation.group"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="tickets.ticket"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "queued")), fields=["next_try_at"], name="message_to_send"),
                    models.Index(condition=models.Q(("state", "sending")), fields=["claimed_at"], name="message_in_flight"),
                    models.Index(fields=["ticket", "-id"], name="message_of_ticket"),
                    models.Index(
                        condition=models.Q(("gateway_id", ""), _negated=True), fields=["gateway_id"], name="message_by_gateway"
                    ),
                    models.Index(
                        condition=models.Q(("claimed_at__isnull", False)), fields=["group", "claimed_at"], name="message_pace"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("text", models.CharField(blank=True, max_length=600)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="tickets.ticket"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="escalation.message"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["ticket", "-id"], name="dispatch_line_of_ticket")],
                "constraints": [models.UniqueConstraint(fields=("message", "ticket"), name="dispatch_line_once")],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("hard_complaint", "Hard complaint baru di antrean"),
                            ("super_emergency", "Super Emergency baru"),
                            ("progress", "Progres baru dari unit"),
                            ("rung", "Jam lewat"),
                            ("returned", "Pelanggan menyangkal, kembali ke Support HC"),
                            ("confirmed", "Pelanggan membenarkan, tiket ditutup"),
                            ("take_over", "Agen meminta Anda mengambil alih"),
                            ("assigned", "Tiket diserahkan kepada Anda"),
                            ("not_sent", "Pesan tidak terkirim"),
                            ("by_hand", "Gerbang mati, kirim manual"),
                            ("message", "Pesan untuk Anda"),
                            ("callback_stuck", "Pelanggan tidak dapat ditelepon"),
                            ("callback_done", "Kabar Anda sudah disampaikan ke pelanggan"),
                            ("promise_soon", "Janji mendekati waktunya"),
                            ("promise_due", "Janji jatuh tempo"),
                            ("promise_result", "Pelanggan membenarkan: janji ditepati atau ingkar?"),
                            ("promise_offered", "TL lain menyerahkan janji kepada Anda"),
                            ("promise_declined", "Janji tidak diterima TL lain"),
                            ("alarm", "Gangguan pada Kawal"),
                            ("result_sent_back", "TL mengembalikan hasil untuk dikoreksi"),
                            ("payment_promise", "Janji bayar"),
                            ("result_returned", "QC mengembalikan hasil caring"),
                            ("redo_overdue", "Caring ulang lewat batas"),
                            ("validation_aged", "Hasil agree lama menunggu QC"),
                            ("evaluated", "Penilaian baru"),
                            ("disputed", "Banding nilai"),
                            ("dispute_answered", "Banding dijawab"),
                            ("nonconformity", "Ketidaksesuaian"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300)),
                ("says", models.JSONField(null=True)),
                ("url", models.CharField(blank=True, db_default="", max_length=200)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-id"], name="notification_list"),
                    models.Index(condition=models.Q(("read_at__isnull", True)), fields=["person"], name="notification_unread"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nama")),
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
                        max_length=20,
                        verbose_name="jenis",
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
                        db_default="",
                        default="",
                        max_length=3,
                        verbose_name="segmen",
                    ),
                ),
                (
                    "service_line",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("data_internet", "Data & Internet"),
                            ("indihome", "IndiHome"),
                            ("telephony", "Telephony"),
                            ("global", "Global"),
                            ("imes", "IMES"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="layanan",
                    ),
                ),
                ("region", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="TREG")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="versi")),
                ("active", models.BooleanField(default=True, verbose_name="berlaku")),
                ("in_force_from", models.DateTimeField(blank=True, null=True, verbose_name="berlaku sejak")),
                ("clause", models.CharField(blank=True, max_length=120, verbose_name="klausul")),
                ("confirmed", models.BooleanField(default=False, verbose_name="dikonfirmasi")),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "specificity",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.Case(models.When(segment="", then=models.Value(0)), default=models.Value(24)),
                                    "+",
                                    models.Case(models.When(service_line="", then=models.Value(0)), default=models.Value(20)),
                                ),
                                "+",
                                models.Case(models.When(region__isnull=True, then=models.Value(0)), default=models.Value(18)),
                            ),
                            "+",
                            models.Case(models.When(site__isnull=True, then=models.Value(0)), default=models.Value(17)),
                        ),
                        output_field=models.PositiveSmallIntegerField(),
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "counting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendar",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "notifying",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendar",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.site",
                        verbose_name="situs",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "-specificity", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("kind"),
                        models.F("segment"),
                        models.F("service_line"),
                        django.db.models.functions.comparison.Coalesce("region", 0),
                        django.db.models.functions.comparison.Coalesce("site", 0),
                        models.F("version"),
                        name="policy_version_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["super_emergency", "buzzer", "buzzer_visit"]), _negated=True),
                            models.Q(("counting", None), ("notifying", None)),
                            _connector="OR",
                        ),
                        name="policy_urgent_around_the_clock",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "milestone",
                    models.CharField(
                        choices=[
                            ("claim", "Ambil"),
                            ("first_response", "Jawaban pertama"),
                            ("dispatch", "Kirim ke unit"),
                            ("unit_silence", "Follow-up unit"),
                            ("customer_update", "Kabar ke pelanggan"),
                            ("solution", "Solusi"),
                            ("caring", "Caring"),
                            ("promise", "Janji"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "berjalan"),
                            ("paused", "jeda"),
                            ("met", "terpenuhi"),
                            ("late", "terlambat"),
                            ("cancelled", "dibatalkan"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("seconds", models.PositiveIntegerField()),
                ("time_zone", models.CharField(blank=True, db_default="", default="", max_length=40)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=20)),
                ("acknowledged_until", models.DateTimeField(null=True)),
                ("uncertain", models.BooleanField(default=False)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "counting",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendarversion",
                    ),
                ),
                (
                    "notifying",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendarversion",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clock_rows", to="tickets.ticket"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.policy"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["ticket", "id"], name="clock_of_ticket")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "paused"])),
                        fields=("ticket", "milestone"),
                        name="clock_one_live",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("running", models.BooleanField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="intervals", to="escalation.clock"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("clock",), name="clock_one_open_interval"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockRung",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("after_seconds", models.PositiveIntegerField()),
                ("whom", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=40)),
                ("repeat_seconds", models.PositiveIntegerField(default=0)),
                ("repeats_left", models.PositiveSmallIntegerField(default=0)),
                ("all_must_acknowledge", models.BooleanField(db_default=False, default=False)),
                ("acknowledged_by", models.JSONField(null=True)),
                ("due_at", models.DateTimeField()),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu"),
                            ("held", "ditahan"),
                            ("fired", "naik"),
                            ("late", "naik terlambat"),
                            ("overtaken", "dilewati"),
                            ("cancelled", "dibatalkan"),
                            ("parked", "tersangkut"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("reached", models.CharField(blank=True, max_length=120)),
                ("problem", models.CharField(blank=True, max_length=200)),
                (
                    "clock",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rungs", to="escalation.clock"),
                ),
            ],
            options={
                "ordering": ["clock", "order"],
                "indexes": [models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="rung_due")],
                "constraints": [models.UniqueConstraint(fields=("clock", "order"), name="clock_rung_once")],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "milestone",
                    models.CharField(
                        choices=[
                            ("claim", "Ambil"),
                            ("first_response", "Jawaban pertama"),
                            ("dispatch", "Kirim ke unit"),
                            ("unit_silence", "Follow-up unit"),
                            ("customer_update", "Kabar ke pelanggan"),
                            ("solution", "Solusi"),
                            ("caring", "Caring"),
                            ("promise", "Janji"),
                        ],
                        max_length=20,
                    ),
                ),
                ("seconds", models.PositiveIntegerField()),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="milestones", to="escalation.policy"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("policy", "milestone"), name="milestone_once")],
            },
        ),
        migrations.CreateModel(
            name="Probe",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_canary", models.BooleanField()),
                ("text", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "mengantre"),
                            ("sending", "sedang dikirim"),
                            ("sent", "diterima gerbang"),
                            ("heard", "terbukti sampai"),
                            ("failed", "gagal"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("gateway_id", models.CharField(blank=True, max_length=120)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="probes", to="escalation.channel"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.group"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["id"], name="probe_to_send"),
                    models.Index(fields=["channel", "-id"], name="probe_of_channel"),
                    models.Index(
                        condition=models.Q(("gateway_id", ""), _negated=True), fields=["gateway_id"], name="probe_by_gateway"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                (
                    "source",
                    models.CharField(
                        choices=[("typed", "diketik"), ("gateway", "lewat gerbang"), ("pasted", "ditempel")],
                        default="typed",
                        max_length=8,
                    ),
                ),
                ("sender", models.CharField(blank=True, max_length=120)),
                ("said_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("fingerprint", models.CharField(max_length=64, null=True, unique=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("told_inside_at", models.DateTimeField(null=True)),
                ("told_customer_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "escort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="escalation.escort"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.group"
                    ),
                ),
                (
                    "owed_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owed_progress",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("published_at__isnull", False), ("told_inside_at__isnull", True)),
                        fields=["owed_to", "published_at"],
                        name="progress_owed",
                    ),
                    models.Index(
                        condition=models.Q(("published_at__isnull", False), ("told_customer_at__isnull", True)),
                        fields=["owed_to", "published_at"],
                        name="progress_owed_customer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("promised_to", models.CharField(max_length=120, verbose_name="kepada")),
                ("what", models.CharField(max_length=500, verbose_name="yang dijanjikan")),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("counts_from", models.DateTimeField()),
                ("earlier_due", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "terbuka"), ("kept", "ditepati"), ("broken", "ingkar")], default="open", max_length=6
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("kept_proposed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ticket",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="tickets.ticket"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="promise_of_ticket"),
                    models.Index(condition=models.Q(("state", "open")), fields=["due_at"], name="promise_open_due"),
                    models.Index(condition=models.Q(("state", "open"), _negated=True), fields=["ended_at"], name="promise_ended"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="promise_ended_has_moment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromiseSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
                ("offered_at", models.DateTimeField(null=True)),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promise_slots", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "offered_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offered_promises",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promise_slot", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["holder", "place"],
                "constraints": [models.UniqueConstraint(fields=("holder", "place"), name="promise_place_once")],
            },
        ),
        migrations.CreateModel(
            name="PromiseWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("percent", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu"),
                            ("fired", "sudah diingatkan"),
                            ("overtaken", "dilewati"),
                            ("cancelled", "dibatalkan"),
                            ("parked", "tersangkut"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "promise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warnings", to="escalation.promise"
                    ),
                ),
            ],
            options={
                "ordering": ["promise", "due_at"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="promise_warning_due")
                ],
                "constraints": [models.UniqueConstraint(fields=("promise", "percent", "due_at"), name="promise_warning_once")],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("after_seconds", models.PositiveIntegerField()),
                ("whom", models.CharField(max_length=60)),
                ("channel", models.CharField(default="page", max_length=40)),
                ("repeat_seconds", models.PositiveIntegerField(default=0)),
                ("repeat_times", models.PositiveSmallIntegerField(default=0)),
                ("all_must_acknowledge", models.BooleanField(db_default=False, default=False)),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rungs", to="escalation.milestone"
                    ),
                ),
            ],
            options={
                "ordering": ["milestone", "order"],
                "constraints": [models.UniqueConstraint(fields=("milestone", "order"), name="rung_place_once")],
            },
        ),
        migrations.CreateModel(
            name="Span",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("claim", "Sampai diambil"),
                            ("dispatch", "Sampai dikirim"),
                            ("first_update", "Sampai kabar pertama"),
                            ("follow_up", "Antar kabar unit"),
                            ("solution", "Sampai selesai"),
                        ],
                        max_length=12,
                    ),
                ),
                ("region", models.PositiveSmallIntegerField(null=True)),
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
                        max_length=20,
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                ("seconds", models.PositiveIntegerField()),
                (
                    "escort",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="spans", to="escalation.escort"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ended_at"], name="span_by_time"),
                    models.Index(fields=["team", "ended_at"], name="span_by_team"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("measure", "follow_up"), _negated=True),
                        fields=("escort", "round", "measure"),
                        name="span_once_a_round",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu giliran"),
                            ("running", "berjalan"),
                            ("done", "selesai"),
                            ("failed", "gagal"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("takeovers", models.PositiveSmallIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "policy",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="trials", to="escalation.policy"),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="trial_to_do")
                ],
            },
        ),
        migrations.AddField(
            model_name="calendar",
            name="current",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.calendarversion"
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="canary_group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.group",
                verbose_name="grup kenari",
            ),
        ),
    ]
