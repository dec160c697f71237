"""Life after the award: attestations, outcomes with their alarms, observers' findings."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

TABLES = (
    "attestation",
    "outcomeindicator",
    "indicatorvalue",
    "alarm",
    "alarmanswer",
    "mysterycheck",
    "satisfactionfigure",
)
FINAL = "".join(
    f"""
CREATE TRIGGER {table}_row_final
    BEFORE UPDATE OR DELETE ON innovations_{table}
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER {table}_table_final
    BEFORE TRUNCATE ON innovations_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION innovations_refuse_change();
"""
    for table in TABLES
)
NOT_FINAL = "".join(
    f"""
DROP TRIGGER {table}_table_final ON innovations_{table};
DROP TRIGGER {table}_row_final ON innovations_{table};
"""
    for table in TABLES
)

# A correction puts right a row of its own kind; only an observer from outside the agency files.
GUARD = """
CREATE FUNCTION innovations_refuse_other_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM innovations_indicatorvalue v WHERE v.id = NEW.corrects_id
                   AND v.indicator_id = NEW.indicator_id AND v.kind = NEW.kind) THEN
        RAISE EXCEPTION '%: corrects a value of another kind', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER indicatorvalue_corrects_its_like
    BEFORE INSERT ON innovations_indicatorvalue
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL)
    EXECUTE FUNCTION innovations_refuse_other_value();

CREATE FUNCTION innovations_refuse_other_observer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agency bigint := (SELECT agency_id FROM innovations_innovation WHERE id = NEW.innovation_id);
    is_like boolean := true;
BEGIN
    IF NOT EXISTS (SELECT FROM agencies_membership m WHERE m.user_id = NEW.filed_by_id
                   AND m.role = 'observer' AND m.ended_at IS NULL)
       OR EXISTS (SELECT FROM agencies_membership m WHERE m.user_id = NEW.filed_by_id
                  AND m.agency_id = agency AND m.ended_at IS NULL)
       OR EXISTS (SELECT FROM agencies_user u WHERE u.id = NEW.filed_by_id
                  AND u.employer_id = agency) THEN
        RAISE EXCEPTION '%: filed by an observer from outside the agency', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.corrects_id IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1 AND innovation_id = $2)',
                       TG_TABLE_NAME) INTO is_like USING NEW.corrects_id, NEW.innovation_id;
    END IF;
    IF NOT is_like THEN
        RAISE EXCEPTION '%: corrects a row about another innovation', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mysterycheck_by_observer
    BEFORE INSERT ON innovations_mysterycheck
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_other_observer();
CREATE TRIGGER satisfactionfigure_by_observer
    BEFORE INSERT ON innovations_satisfactionfigure
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_other_observer();
"""
NO_GUARD = """
DROP TRIGGER satisfactionfigure_by_observer ON innovations_satisfactionfigure;
DROP TRIGGER mysterycheck_by_observer ON innovations_mysterycheck;
DROP FUNCTION innovations_refuse_other_observer();
DROP TRIGGER indicatorvalue_corrects_its_like ON innovations_indicatorvalue;
DROP FUNCTION innovations_refuse_other_value();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_letters"),
        ("innovations", "0009_checking_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="muncul")),
            ],
            options={
                "verbose_name": "peringatan kemunduran",
                "verbose_name_plural": "peringatan kemunduran",
                "ordering": ["-raised_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AlarmAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="jawaban")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="data simulasi")),
                ("answered_at", models.DateTimeField(verbose_name="dijawab")),
            ],
            options={
                "verbose_name": "jawaban atas peringatan",
                "verbose_name_plural": "jawaban atas peringatan",
                "ordering": ["answered_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Attestation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="catatan dan bukti")),
                ("link", models.URLField(blank=True, max_length=400, verbose_name="tautan bukti")),
                ("source", models.CharField(blank=True, max_length=400, verbose_name="sumber")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="data simulasi")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("berkembang", "Berkembang"),
                            ("berjalan", "Berjalan"),
                            ("berhenti", "Berhenti"),
                        ],
                        max_length=10,
                        verbose_name="keadaan",
                    ),
                ),
                (
                    "stopped_on",
                    models.DateField(blank=True, null=True, verbose_name="berhenti sejak"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="alasan berhenti")),
                ("attested_at", models.DateTimeField(verbose_name="dinyatakan")),
            ],
            options={
                "verbose_name": "pernyataan keadaan",
                "verbose_name_plural": "pernyataan keadaan",
                "ordering": ["-attested_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="catatan dan bukti")),
                ("link", models.URLField(blank=True, max_length=400, verbose_name="tautan bukti")),
                ("source", models.CharField(blank=True, max_length=400, verbose_name="sumber")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="data simulasi")),
                (
                    "correction_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="alasan pembetulan"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("baseline", "Angka awal"),
                            ("target", "Sasaran"),
                            ("measured", "Hasil ukur"),
                        ],
                        max_length=8,
                        verbose_name="jenis",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(decimal_places=3, max_digits=14, verbose_name="nilai"),
                ),
                ("dated_on", models.DateField(verbose_name="tanggal")),
                (
                    "is_year_only",
                    models.BooleanField(
                        default=False, verbose_name="hanya tahunnya yang diketahui"
                    ),
                ),
                (
                    "measured_by",
                    models.CharField(blank=True, max_length=150, verbose_name="diukur oleh"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="dicatat")),
            ],
            options={
                "verbose_name": "nilai indikator",
                "verbose_name_plural": "nilai indikator",
                "ordering": ["dated_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MysteryCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "correction_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="alasan pembetulan"),
                ),
                ("dated_on", models.DateField(verbose_name="tanggal")),
                (
                    "is_year_only",
                    models.BooleanField(
                        default=False, verbose_name="hanya tahunnya yang diketahui"
                    ),
                ),
                (
                    "observed_by",
                    models.CharField(max_length=150, verbose_name="lembaga yang memeriksa"),
                ),
                ("note", models.TextField(blank=True, verbose_name="catatan")),
                ("source", models.CharField(blank=True, max_length=400, verbose_name="sumber")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="data simulasi")),
                ("filed_at", models.DateTimeField(verbose_name="dicatat")),
                ("place", models.CharField(max_length=150, verbose_name="tempat")),
                ("result", models.TextField(verbose_name="hasil")),
                (
                    "waiting_minutes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=7,
                        null=True,
                        verbose_name="waktu tunggu (menit)",
                    ),
                ),
            ],
            options={
                "verbose_name": "mystery shopping",
                "verbose_name_plural": "mystery shopping",
                "ordering": ["-dated_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutcomeIndicator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="nama indikator")),
                ("unit", models.CharField(max_length=40, verbose_name="satuan")),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("up", "Makin besar makin baik"),
                            ("down", "Makin kecil makin baik"),
                        ],
                        max_length=4,
                        verbose_name="arah yang baik",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="dibuat")),
            ],
            options={
                "verbose_name": "indikator hasil",
                "verbose_name_plural": "indikator hasil",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SatisfactionFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "correction_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="alasan pembetulan"),
                ),
                ("dated_on", models.DateField(verbose_name="tanggal")),
                (
                    "is_year_only",
                    models.BooleanField(
                        default=False, verbose_name="hanya tahunnya yang diketahui"
                    ),
                ),
                (
                    "observed_by",
                    models.CharField(max_length=150, verbose_name="lembaga yang memeriksa"),
                ),
                ("note", models.TextField(blank=True, verbose_name="catatan")),
                ("source", models.CharField(blank=True, max_length=400, verbose_name="sumber")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="data simulasi")),
                ("filed_at", models.DateTimeField(verbose_name="dicatat")),
                ("survey", models.CharField(max_length=150, verbose_name="nama survei")),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="nilai IKM (0-100)",
                    ),
                ),
                (
                    "weakest_part",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="unsur dengan nilai terburuk"
                    ),
                ),
            ],
            options={
                "verbose_name": "angka kepuasan",
                "verbose_name_plural": "angka kepuasan",
                "ordering": ["-dated_on", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="innovation",
            name="attested_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="dinyatakan"),
        ),
        migrations.AddField(
            model_name="innovation",
            name="attested_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("berkembang", "Berkembang"),
                    ("berjalan", "Berjalan"),
                    ("berhenti", "Berhenti"),
                ],
                max_length=10,
                verbose_name="keadaan layanan",
            ),
        ),
        migrations.AddConstraint(
            model_name="innovation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attested_at__isnull", True), ("attested_state", "")),
                    models.Q(
                        models.Q(("attested_state", ""), _negated=True),
                        ("attested_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="innovation_attested_with_state",
            ),
        ),
        migrations.AddField(
            model_name="alarmanswer",
            name="alarm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="innovations.alarm",
            ),
        ),
        migrations.AddField(
            model_name="alarmanswer",
            name="answered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="attestation",
            name="attachment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="innovations.attachment",
                verbose_name="lampiran bukti",
            ),
        ),
        migrations.AddField(
            model_name="attestation",
            name="attested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="attestation",
            name="innovation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attestations",
                to="innovations.innovation",
            ),
        ),
        migrations.AddField(
            model_name="indicatorvalue",
            name="attachment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="innovations.attachment",
                verbose_name="lampiran bukti",
            ),
        ),
        migrations.AddField(
            model_name="indicatorvalue",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="innovations.indicatorvalue",
            ),
        ),
        migrations.AddField(
            model_name="indicatorvalue",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="alarm",
            name="baseline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="innovations.indicatorvalue",
            ),
        ),
        migrations.AddField(
            model_name="alarm",
            name="value",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alarm",
                to="innovations.indicatorvalue",
            ),
        ),
        migrations.AddField(
            model_name="mysterycheck",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="innovations.mysterycheck",
            ),
        ),
        migrations.AddField(
            model_name="mysterycheck",
            name="filed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mysterycheck",
            name="innovation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mystery_checks",
                to="innovations.innovation",
            ),
        ),
        migrations.AddField(
            model_name="outcomeindicator",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outcomeindicator",
            name="innovation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="indicators",
                to="innovations.innovation",
            ),
        ),
        migrations.AddField(
            model_name="indicatorvalue",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="innovations.outcomeindicator",
            ),
        ),
        migrations.AddField(
            model_name="satisfactionfigure",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="innovations.satisfactionfigure",
            ),
        ),
        migrations.AddField(
            model_name="satisfactionfigure",
            name="filed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="satisfactionfigure",
            name="innovation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="satisfaction_figures",
                to="innovations.innovation",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarmanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="alarmanswer_says_something",
                violation_error_message="Tuliskan jawaban.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "berhenti"),
                        ("stopped_on__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "berhenti"), _negated=True),
                        ("reason", ""),
                        ("stopped_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="attestation_stopped_with_day_and_reason",
                violation_error_message="Layanan yang berhenti wajib punya tanggal dan alasan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "berhenti"),
                    models.Q(("note", ""), _negated=True),
                    models.Q(("link", ""), _negated=True),
                    ("attachment__isnull", False),
                    models.Q(("source", ""), _negated=True),
                    _connector="OR",
                ),
                name="attestation_alive_with_proof",
                violation_error_message="Pernyataan wajib disertai bukti.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mysterycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction_reason", ""), ("corrects__isnull", True)),
                    models.Q(
                        ("corrects__isnull", False),
                        models.Q(("correction_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mysterycheck_corrects_with_reason",
                violation_error_message="Pembetulan wajib menyebut alasan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mysterycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waiting_minutes__isnull", True), ("waiting_minutes__gte", 0), _connector="OR"
                ),
                name="mysterycheck_waiting_not_negative",
                violation_error_message="Waktu tunggu tidak mungkin kurang dari nol.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mysterycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", ""), _negated=True), models.Q(("place", ""), _negated=True)
                ),
                name="mysterycheck_says_what_was_found",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcomeindicator",
            constraint=models.UniqueConstraint(
                models.F("innovation"),
                django.db.models.functions.text.Lower("name"),
                name="outcomeindicator_name_once",
                violation_error_message="Indikator dengan nama ini sudah ada.",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("corrects__isnull", True), ("kind__in", ["baseline", "target"])
                ),
                fields=("indicator", "kind"),
                name="indicatorvalue_one_baseline_one_target",
                violation_error_message="Angka ini sudah ada. Betulkan yang ada itu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction_reason", ""), ("corrects__isnull", True)),
                    models.Q(
                        ("corrects__isnull", False),
                        models.Q(("correction_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="indicatorvalue_corrects_with_reason",
                violation_error_message="Pembetulan wajib menyebut alasan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "target"),
                    models.Q(
                        models.Q(("measured_by", ""), _negated=True),
                        models.Q(
                            models.Q(("note", ""), _negated=True),
                            models.Q(("link", ""), _negated=True),
                            ("attachment__isnull", False),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="indicatorvalue_measured_with_proof",
                violation_error_message="Angka wajib menyebut siapa yang mengukur dan buktinya.",
            ),
        ),
        migrations.AddConstraint(
            model_name="satisfactionfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction_reason", ""), ("corrects__isnull", True)),
                    models.Q(
                        ("corrects__isnull", False),
                        models.Q(("correction_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="satisfactionfigure_corrects_with_reason",
                violation_error_message="Pembetulan wajib menyebut alasan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="satisfactionfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value__isnull", True),
                    models.Q(("value__gte", 0), ("value__lte", 100)),
                    _connector="OR",
                ),
                name="satisfactionfigure_within_0_and_100",
                violation_error_message="Nilai IKM antara 0 dan 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="satisfactionfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", ""), _negated=True),
                    models.Q(
                        ("value__isnull", False),
                        models.Q(("weakest_part", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="satisfactionfigure_with_source_and_finding",
                violation_error_message="Isi sumber, dan nilai IKM atau unsur dengan nilai terburuk.",
            ),
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
