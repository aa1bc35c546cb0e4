import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # The steps by which it grew before its first release: where they ran, this counts as done.
    replaces = [
        ("quality", "0001_forms_evaluations_and_nonconformities"),
        ("quality", "0002_validations_and_watches"),
        ("quality", "0003_reports"),
        ("quality", "0004_retention"),
        ("quality", "0005_sampling"),
        ("quality", "0006_calibration"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0002_history_triggers"),
        ("accounts", "__first__"),
        ("outbound", "0001_callbacks_campaigns_and_results"),
        ("tickets", "0001_tickets_customers_and_loads"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "record_class",
                    models.CharField(
                        choices=[
                            ("validations", "Validasi agree"),
                            ("sheets", "Lembar penilaian (F-18)"),
                            ("reports", "Laporan validasi (F-19)"),
                            ("recordings", "Rekaman panggilan"),
                            ("nonconformities", "Ketidaksesuaian"),
                            ("results", "Hasil caring dan dapros"),
                            ("tickets", "Tiket, eskalasi, dan callback"),
                            ("messages", "Pesan dan kotak masuk"),
                            ("history", "Riwayat"),
                        ],
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("days", models.PositiveIntegerField(null=True)),
                ("clause", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReturnReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8, unique=True, verbose_name="kode")),
                ("name", models.CharField(max_length=120, verbose_name="alasan")),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
            ],
            options={
                "verbose_name": "alasan return",
                "verbose_name_plural": "alasan return",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "record_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("validations", "Validasi agree"),
                            ("sheets", "Lembar penilaian (F-18)"),
                            ("reports", "Laporan validasi (F-19)"),
                            ("recordings", "Rekaman panggilan"),
                            ("nonconformities", "Ketidaksesuaian"),
                            ("results", "Hasil caring dan dapros"),
                            ("tickets", "Tiket, eskalasi, dan callback"),
                            ("messages", "Pesan dan kotak masuk"),
                            ("history", "Riwayat"),
                        ],
                        max_length=20,
                    ),
                ),
                ("service_number", models.CharField(blank=True, max_length=40)),
                ("reason", models.CharField(max_length=300)),
                ("laid_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "laid_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_try", models.BooleanField(default=False)),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "berjalan"), ("stopped", "berhenti, menunggu persetujuan"), ("done", "selesai")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("found", models.JSONField(default=dict)),
                ("purged", models.JSONField(default=dict)),
                ("over_cap", models.JSONField(default=list)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_try", False), ("state", "running")), fields=("state",), name="retention_one_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PurgedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="quality.retentionrun"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SamplingPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="nama")),
                (
                    "period",
                    models.CharField(
                        choices=[("day", "hari"), ("week", "minggu")], default="week", max_length=4, verbose_name="periode"
                    ),
                ),
                ("per_agent", models.PositiveSmallIntegerField(default=0, verbose_name="per agen")),
                ("at_random", models.PositiveSmallIntegerField(default=0, verbose_name="acak")),
                ("large_amount", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="jumlah besar mulai")),
                ("new_agent_days", models.PositiveSmallIntegerField(default=0, verbose_name="agen baru, hari pertama")),
                ("after_return", models.BooleanField(default=False, verbose_name="setelah return")),
                ("most_by_risk", models.PositiveSmallIntegerField(default=10, verbose_name="paling banyak karena risiko")),
                ("active", models.BooleanField(default=True, verbose_name="aktif")),
                ("next_draw_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "indexes": [models.Index(condition=models.Q(("active", True)), fields=["next_draw_at"], name="plan_due")],
            },
        ),
        migrations.CreateModel(
            name="ScoringForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "check_kind",
                    models.CharField(
                        choices=[
                            ("tapping", "Tapping"),
                            ("mystery_shopping", "Mystery shopping"),
                            ("propper", "Propper test"),
                            ("performance", "Analisis kinerja"),
                            ("individual", "Evaluasi individu"),
                        ],
                        max_length=20,
                        verbose_name="pemeriksaan",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="kode dokumen")),
                ("revision", models.CharField(max_length=8, verbose_name="revisi")),
                ("name", models.CharField(max_length=160, verbose_name="nama")),
                ("clause", models.CharField(max_length=120, verbose_name="klausul")),
                ("effective_on", models.DateField(verbose_name="tanggal berlaku")),
                ("version", models.PositiveIntegerField(verbose_name="versi")),
                ("pass_mark", models.PositiveSmallIntegerField(default=80, verbose_name="nilai lulus")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "konsep"), ("published", "berlaku"), ("retired", "digantikan")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="form_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")), fields=("code",), name="form_one_published"
                    ),
                    models.CheckConstraint(condition=models.Q(("pass_mark__lte", 100)), name="form_pass_mark_of_100"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Parameter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("section", models.CharField(max_length=80)),
                ("text", models.CharField(max_length=200)),
                ("weight", models.PositiveSmallIntegerField()),
                ("critical", models.BooleanField(default=False)),
                ("may_be_na", models.BooleanField(default=True)),
                (
                    "comment",
                    models.CharField(
                        choices=[("never", "tidak perlu"), ("on_no", "bila tidak sesuai"), ("always", "selalu")],
                        default="never",
                        max_length=6,
                    ),
                ),
                ("root_causes", models.JSONField(default=list)),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parameters", to="quality.scoringform"
                    ),
                ),
            ],
            options={
                "ordering": ["form", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("form", "number"), name="parameter_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 1), ("weight__lte", 100)), name="parameter_weight_of_100"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "check_kind",
                    models.CharField(
                        choices=[
                            ("tapping", "Tapping"),
                            ("mystery_shopping", "Mystery shopping"),
                            ("propper", "Propper test"),
                            ("performance", "Analisis kinerja"),
                            ("individual", "Evaluasi individu"),
                        ],
                        max_length=20,
                    ),
                ),
                ("performed_on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("findings", models.TextField(blank=True)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("raw", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("failed", models.BooleanField(default=False)),
                ("corrected", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("finished_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evaluations", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="evaluations", to="tickets.ticket"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="quality.scoringform",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["person", "-id"], name="evaluation_of_person"),
                    models.Index(fields=["team", "-id"], name="evaluation_of_team"),
                    models.Index(fields=["check_kind", "-id"], name="evaluation_by_check"),
                    models.Index(fields=["finished_at"], name="evaluation_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(choices=[("open", "menunggu TL"), ("answered", "dijawab")], default="open", max_length=8),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dispute", to="quality.evaluation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("state", "open")), fields=["at"], name="dispute_open")],
            },
        ),
        migrations.CreateModel(
            name="Nonconformity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                ("description", models.TextField()),
                ("clause", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("identified", "teridentifikasi"),
                            ("improving", "diperbaiki"),
                            ("verified", "terbukti efektif"),
                        ],
                        default="identified",
                        max_length=10,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("raised_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "evaluation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="nonconformities",
                        to="quality.evaluation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_nonconformities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nonconformities",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["identified", "improving"])), fields=["id"], name="nonconformity_open"
                    ),
                    models.Index(
                        condition=models.Q(("reminded_at__isnull", True), ("state", "improving")),
                        fields=["due_at"],
                        name="nonconformity_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Improvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("cause", models.TextField()),
                ("action", models.TextField()),
                ("due_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("effective", models.BooleanField(null=True)),
                ("verification", models.TextField(blank=True)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "owner",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="improvements", to="quality.nonconformity"
                    ),
                ),
            ],
            options={
                "ordering": ["round"],
                "constraints": [
                    models.UniqueConstraint(fields=("nonconformity", "round"), name="improvement_round_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_by__isnull", True),
                            models.Q(
                                models.Q(("verified_by", models.F("owner")), _negated=True),
                                models.Q(("verified_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="improvement_verified_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "paper",
                    models.CharField(
                        choices=[
                            ("sheet", "Lembar penilaian"),
                            ("report", "Laporan validasi agree (F-19)"),
                            ("nonconformity", "Ketidaksesuaian"),
                        ],
                        max_length=14,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("pdf", models.FileField(upload_to="evidence/")),
                ("xlsx", models.FileField(upload_to="evidence/")),
                ("pdf_sha256", models.CharField(max_length=64)),
                ("xlsx_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "evaluation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="quality.evaluation"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="quality.nonconformity"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(condition=models.Q(("released_at__isnull", False)), fields=["-id"], name="evidence_released")
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(blank=True, choices=[("yes", "Sesuai"), ("no", "Tidak"), ("na", "N/A")], max_length=3),
                ),
                ("root_cause", models.CharField(blank=True, max_length=60)),
                ("comment", models.TextField(blank=True)),
                ("at_second", models.PositiveIntegerField(null=True)),
                (
                    "evaluation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="quality.evaluation"),
                ),
                (
                    "parameter",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="quality.parameter"),
                ),
            ],
            options={
                "ordering": ["parameter__number"],
                "constraints": [models.UniqueConstraint(fields=("evaluation", "parameter"), name="mark_once")],
            },
        ),
        migrations.CreateModel(
            name="DisputeItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("accepted", models.BooleanField(null=True)),
                (
                    "answer",
                    models.CharField(blank=True, choices=[("yes", "Sesuai"), ("no", "Tidak"), ("na", "N/A")], max_length=3),
                ),
                ("reply", models.TextField(blank=True)),
                (
                    "dispute",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="items", to="quality.dispute"),
                ),
                (
                    "parameter",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="quality.parameter"),
                ),
            ],
            options={
                "ordering": ["parameter__number"],
                "constraints": [models.UniqueConstraint(fields=("dispute", "parameter"), name="dispute_item_once")],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.CharField(
                        blank=True, choices=[("ct0", "CT-0"), ("pranpc", "PRANPC")], max_length=6, verbose_name="layanan"
                    ),
                ),
                ("since", models.DateField(verbose_name="sejak")),
                ("until", models.DateField(verbose_name="sampai")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "menunggu"), ("running", "dibuat"), ("done", "selesai"), ("failed", "gagal")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("figures", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "evidence",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="report", to="quality.evidence"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="report_to_make")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="report_period_runs_forward"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("per_agent", "per agen"),
                            ("at_random", "acak"),
                            ("large_amount", "jumlah besar"),
                            ("new_agent", "agen baru"),
                            ("after_return", "setelah return"),
                        ],
                        max_length=12,
                    ),
                ),
                ("fact", models.CharField(max_length=120)),
                ("drawn_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draw", to="outbound.caringresult"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "evaluation",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="draw", to="quality.evaluation"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="quality.samplingplan"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(condition=models.Q(("evaluation__isnull", True)), fields=["id"], name="draw_waiting")],
            },
        ),
        migrations.CreateModel(
            name="Calibration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "opened_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calibrations", to="outbound.caringresult"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="quality.scoringform"),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Validation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu"),
                            ("claimed", "sedang dinilai"),
                            ("approved", "approved"),
                            ("returned", "return"),
                            ("withdrawn", "ditarik"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("claimed_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("recommendation", models.TextField(blank=True)),
                ("redo_by", models.DateTimeField(null=True)),
                ("redone", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "evaluation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="validation",
                        to="quality.evaluation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="next", to="quality.validation"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="validations", to="outbound.caringresult"
                    ),
                ),
                (
                    "reviewer",
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
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "claimed"])),
                        fields=["created_at", "id"],
                        name="validation_open",
                    ),
                    models.Index(condition=models.Q(("state", "claimed")), fields=["lease_until"], name="validation_held"),
                    models.Index(
                        condition=models.Q(("redone", False), ("state", "returned")),
                        fields=["redo_by", "id"],
                        name="validation_redo",
                    ),
                    models.Index(
                        condition=models.Q(("decided_at__isnull", False)), fields=["decided_at", "id"], name="validation_decided"
                    ),
                    models.Index(fields=["person", "-id"], name="validation_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "claimed"])), fields=("result",), name="validation_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "claimed"), _negated=True),
                            models.Q(("lease_until__isnull", False), ("reviewer__isnull", False)),
                            _connector="OR",
                        ),
                        name="validation_claimed_has_reviewer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewer__isnull", True), models.Q(("reviewer", models.F("person")), _negated=True), _connector="OR"
                        ),
                        name="validation_not_own_work",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("age", "menunggu QC"), ("redo", "caring ulang")], max_length=4)),
                ("rung", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "menunggu"), ("fired", "disampaikan"), ("cancelled", "batal"), ("parked", "macet")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("fired_at", models.DateTimeField(null=True)),
                (
                    "validation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watches", to="quality.validation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="watch_due")],
                "constraints": [models.UniqueConstraint(fields=("validation", "kind", "rung"), name="watch_once")],
            },
        ),
        migrations.CreateModel(
            name="CalibrationSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(default=dict)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("failed", models.BooleanField(default=False)),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "calibration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="quality.calibration"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("calibration", "reviewer"), name="calibration_sheet_once")],
            },
        ),
    ]
