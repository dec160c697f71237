"""Reopening and reviving, a row for each sending, and the version that a judge reads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REOPENING = """
DROP TRIGGER entry_one_way ON competitions_entry;
CREATE TRIGGER entry_one_way
    BEFORE UPDATE OF state ON competitions_entry
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'draft>with_agency', 'draft>withdrawn',
        'with_agency>returned', 'with_agency>submitted', 'with_agency>withdrawn',
        'returned>with_agency', 'returned>withdrawn',
        'submitted>returned', 'submitted>withdrawn',
        'withdrawn>draft'
    );

-- What was submitted is let go of as a whole, and only on the way back to work.
DROP TRIGGER entry_version_final ON competitions_entry;
CREATE TRIGGER entry_version_final
    BEFORE UPDATE OF version_id, submitted_at, submitted_by_id ON competitions_entry
    FOR EACH ROW WHEN (
        OLD.version_id IS NOT NULL
        AND (
            OLD.version_id IS DISTINCT FROM NEW.version_id
            OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
            OR OLD.submitted_by_id IS DISTINCT FROM NEW.submitted_by_id
        )
        AND NOT (NEW.version_id IS NULL AND NEW.state IN ('returned', 'draft'))
    )
    EXECUTE FUNCTION competitions_refuse_change();

-- A stay that ended may only be marked as reopened, and only while nobody checks the entry.
DROP TRIGGER stageentry_row_final ON competitions_stageentry;
CREATE TRIGGER stageentry_row_stays
    BEFORE DELETE ON competitions_stageentry
    FOR EACH ROW WHEN (OLD.left_at IS NOT NULL)
    EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER stageentry_row_final
    BEFORE UPDATE ON competitions_stageentry
    FOR EACH ROW WHEN (
        OLD.left_at IS NOT NULL AND NOT (
            OLD.outcome IN ('passed', 'withdrawn') AND NEW.outcome = 'reopened'
            AND (OLD.id, OLD.stage_id, OLD.entry_id, OLD.entered_at, OLD.entered_by_id)
                = (NEW.id, NEW.stage_id, NEW.entry_id, NEW.entered_at, NEW.entered_by_id)
            AND (OLD.left_at, OLD.left_by_id) = (NEW.left_at, NEW.left_by_id)
        )
    )
    EXECUTE FUNCTION competitions_refuse_change();

CREATE FUNCTION competitions_check_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM competitions_administrativecheck
        WHERE stage_entry_id = NEW.id AND state <> 'queued'
    ) THEN
        RAISE EXCEPTION 'the check of stay % has begun: no reopening', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stageentry_reopened_unchecked
    BEFORE UPDATE OF outcome ON competitions_stageentry
    FOR EACH ROW WHEN (NEW.outcome = 'reopened')
    EXECUTE FUNCTION competitions_check_reopening();

CREATE FUNCTION competitions_check_back_to_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM competitions_stageentry stay
        JOIN competitions_stage stage ON stage.id = stay.stage_id
        WHERE stay.entry_id = NEW.id AND stage.kind <> 'registration'
            AND stay.outcome <> 'reopened'
    ) THEN
        RAISE EXCEPTION 'entry % stands in a later stage: no way back to work', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_returns_to_work
    BEFORE UPDATE OF state ON competitions_entry
    FOR EACH ROW WHEN (
        OLD.state IN ('submitted', 'withdrawn') AND NEW.state IN ('returned', 'draft')
    )
    EXECUTE FUNCTION competitions_check_back_to_work();

CREATE FUNCTION competitions_pin_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id IS NULL THEN
        SELECT version_id INTO NEW.version_id FROM competitions_entry WHERE id = NEW.entry_id;
    END IF;
    RETURN NEW;
END $$;
UPDATE competitions_assignment SET version_id = entry.version_id
    FROM competitions_entry entry WHERE entry.id = entry_id;
CREATE TRIGGER assignment_pins_version
    BEFORE INSERT ON competitions_assignment
    FOR EACH ROW EXECUTE FUNCTION competitions_pin_version();
CREATE TRIGGER assignment_version_final
    BEFORE UPDATE OF version_id ON competitions_assignment
    FOR EACH ROW WHEN (
        OLD.version_id IS NOT NULL AND OLD.version_id IS DISTINCT FROM NEW.version_id
    )
    EXECUTE FUNCTION competitions_refuse_change();

INSERT INTO competitions_sending (entry_id, version_id, sent_to, sent_at, sent_by_id)
    SELECT receipt.entry_id, version.id, 'ministry', receipt.issued_at, version.created_by_id
    FROM competitions_receipt receipt
    JOIN innovations_innovationversion version ON version.id = receipt.version_id;
CREATE TRIGGER sending_row_final
    BEFORE UPDATE OR DELETE ON competitions_sending
    FOR EACH ROW EXECUTE FUNCTION competitions_refuse_change();
CREATE TRIGGER sending_table_final
    BEFORE TRUNCATE ON competitions_sending
    FOR EACH STATEMENT EXECUTE FUNCTION competitions_refuse_change();
"""
FINAL_AGAIN = """
DROP TRIGGER sending_table_final ON competitions_sending;
DROP TRIGGER sending_row_final ON competitions_sending;
DROP FUNCTION competitions_pin_version() CASCADE;
DROP TRIGGER assignment_version_final ON competitions_assignment;
DROP FUNCTION competitions_check_back_to_work() CASCADE;
DROP FUNCTION competitions_check_reopening() CASCADE;
DROP TRIGGER stageentry_row_stays ON competitions_stageentry;
DROP TRIGGER stageentry_row_final ON competitions_stageentry;
CREATE TRIGGER stageentry_row_final
    BEFORE UPDATE OR DELETE ON competitions_stageentry
    FOR EACH ROW WHEN (OLD.left_at IS NOT NULL)
    EXECUTE FUNCTION competitions_refuse_change();
DROP TRIGGER entry_version_final ON competitions_entry;
CREATE TRIGGER entry_version_final
    BEFORE UPDATE OF version_id, submitted_at, submitted_by_id ON competitions_entry
    FOR EACH ROW WHEN (
        OLD.version_id IS NOT NULL AND (
            OLD.version_id IS DISTINCT FROM NEW.version_id
            OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
            OR OLD.submitted_by_id IS DISTINCT FROM NEW.submitted_by_id
        )
    )
    EXECUTE FUNCTION competitions_refuse_change();
DROP TRIGGER entry_one_way ON competitions_entry;
CREATE TRIGGER entry_one_way
    BEFORE UPDATE OF state ON competitions_entry
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION competitions_refuse_move(
        'draft>with_agency', 'draft>withdrawn',
        'with_agency>returned', 'with_agency>submitted', 'with_agency>withdrawn',
        'returned>with_agency', 'returned>withdrawn',
        'submitted>withdrawn'
    );
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competitions", "0005_deadline_extensions"),
        ("innovations", "0003_title_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sent_to",
                    models.CharField(
                        choices=[
                            ("agency", "Dikirim ke admin instansi"),
                            ("ministry", "Diajukan ke kementerian"),
                        ],
                        max_length=10,
                        verbose_name="tujuan",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="dikirim")),
            ],
            options={
                "verbose_name": "pengiriman",
                "verbose_name_plural": "pengiriman",
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="stageentry",
            name="stageentry_once",
        ),
        migrations.AddField(
            model_name="assignment",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="innovations.innovationversion",
                verbose_name="versi yang dinilai",
            ),
        ),
        migrations.AddField(
            model_name="entryremark",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="innovations.innovationversion",
                verbose_name="versi yang dibaca",
            ),
        ),
        migrations.AlterField(
            model_name="stageentry",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("passed", "Lolos"),
                    ("failed", "Tidak lolos"),
                    ("lapsed", "Tidak diajukan sampai penutupan"),
                    ("withdrawn", "Ditarik"),
                    ("reopened", "Dibuka kembali oleh instansi"),
                ],
                max_length=10,
                verbose_name="hasil",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["submitted", "withdrawn"]),
                    ("submitted_at__isnull", True),
                    _connector="OR",
                ),
                name="entry_at_work_is_not_submitted",
            ),
        ),
        migrations.AddConstraint(
            model_name="stageentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "reopened"), _negated=True),
                fields=("stage", "entry"),
                name="stageentry_once",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="competitions.entry",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="version",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sending",
                to="innovations.innovationversion",
            ),
        ),
        migrations.RunSQL(REOPENING, FINAL_AGAIN),
    ]
