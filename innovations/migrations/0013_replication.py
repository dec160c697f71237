"""Replications, whose asking never changes and whose end is final."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER replication_one_way
    BEFORE UPDATE OF state ON innovations_replication
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION innovations_refuse_move(
        'requested>accepted', 'requested>refused', 'requested>withdrawn',
        'accepted>agreed', 'accepted>withdrawn',
        'agreed>reported', 'agreed>withdrawn',
        'reported>confirmed', 'reported>agreed', 'reported>withdrawn',
        'confirmed>verified', 'confirmed>agreed', 'confirmed>withdrawn'
    );

CREATE FUNCTION innovations_guard_replication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN ('refused', 'withdrawn', 'verified') THEN
            RAISE EXCEPTION 'replication %: it has ended', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF (OLD.origin_id, OLD.agency_id, OLD.unit_id, OLD.need, OLD.contact, OLD.wanted_on,
            OLD.requested_at, OLD.requested_by_id)
           IS DISTINCT FROM
           (NEW.origin_id, NEW.agency_id, NEW.unit_id, NEW.need, NEW.contact, NEW.wanted_on,
            NEW.requested_at, NEW.requested_by_id)
        THEN
            RAISE EXCEPTION 'replication %: what was asked stays as it is', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.agency_id = (SELECT agency_id FROM innovations_innovation WHERE id = NEW.origin_id)
    THEN
        RAISE EXCEPTION 'replication: an agency does not replicate itself'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.replica_id IS NOT NULL AND NEW.agency_id IS DISTINCT FROM
        (SELECT agency_id FROM innovations_innovation WHERE id = NEW.replica_id)
    THEN
        RAISE EXCEPTION 'replication: the replica belongs to another agency'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER replication_guarded
    BEFORE INSERT OR UPDATE ON innovations_replication
    FOR EACH ROW EXECUTE FUNCTION innovations_guard_replication();
CREATE TRIGGER replication_row_stays
    BEFORE DELETE ON innovations_replication
    FOR EACH ROW EXECUTE FUNCTION innovations_refuse_change();
CREATE TRIGGER replication_table_stays
    BEFORE TRUNCATE ON innovations_replication
    FOR EACH STATEMENT EXECUTE FUNCTION innovations_refuse_change();
"""
FREE = """
DROP TRIGGER replication_table_stays ON innovations_replication;
DROP TRIGGER replication_row_stays ON innovations_replication;
DROP TRIGGER replication_guarded ON innovations_replication;
DROP FUNCTION innovations_guard_replication();
DROP TRIGGER replication_one_way ON innovations_replication;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_letters"),
        ("innovations", "0012_register_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Replication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Menunggu jawaban"),
                            ("accepted", "Diterima, menunggu kesepakatan"),
                            ("refused", "Ditolak"),
                            ("agreed", "Disepakati"),
                            ("reported", "Dilaporkan, menunggu instansi asal"),
                            ("confirmed", "Dibenarkan instansi asal"),
                            ("verified", "Terverifikasi"),
                            ("withdrawn", "Ditarik"),
                        ],
                        default="requested",
                        max_length=9,
                        verbose_name="keadaan",
                    ),
                ),
                ("need", models.TextField(verbose_name="kebutuhan")),
                ("contact", models.CharField(max_length=200, verbose_name="narahubung")),
                ("wanted_on", models.DateField(verbose_name="rencana mulai")),
                ("requested_at", models.DateTimeField(verbose_name="diminta")),
                ("answer", models.TextField(blank=True, verbose_name="jawaban")),
                ("internal_note", models.TextField(blank=True, verbose_name="catatan internal")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dijawab"),
                ),
                (
                    "letter_number",
                    models.CharField(blank=True, max_length=120, verbose_name="nomor surat"),
                ),
                (
                    "letter_dated_on",
                    models.DateField(blank=True, null=True, verbose_name="tanggal surat"),
                ),
                (
                    "agreed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="disepakati"),
                ),
                ("adaptation", models.TextField(blank=True, verbose_name="catatan adaptasi")),
                ("evidence", models.TextField(blank=True, verbose_name="bukti")),
                (
                    "evidence_url",
                    models.URLField(blank=True, max_length=400, verbose_name="alamat bukti"),
                ),
                (
                    "reported_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dilaporkan"),
                ),
                ("return_reason", models.TextField(blank=True, verbose_name="alasan pengembalian")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dibenarkan"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="diverifikasi"),
                ),
                (
                    "withdrawal_reason",
                    models.TextField(blank=True, verbose_name="alasan penarikan"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="ditarik"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replications",
                        to="agencies.agency",
                    ),
                ),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replications",
                        to="innovations.innovation",
                    ),
                ),
                (
                    "replica",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replicated_by",
                        to="innovations.innovation",
                        verbose_name="replika",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replications",
                        to="agencies.unit",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "replikasi",
                "verbose_name_plural": "replikasi",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["refused", "withdrawn", "verified"]), _negated=True
                        ),
                        fields=("origin", "agency"),
                        name="replication_one_open_a_pair",
                        violation_error_message="Instansi Anda masih punya permintaan yang berjalan untuk inovasi ini.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["reported", "confirmed", "verified"])),
                        fields=("replica",),
                        name="replication_replica_once",
                        violation_error_message="Inovasi ini sudah dilaporkan pada replikasi lain.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "requested",
                                    "accepted",
                                    "refused",
                                    "agreed",
                                    "reported",
                                    "confirmed",
                                    "verified",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="replication_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact__regex", "\\S"), ("need__regex", "\\S")),
                        name="replication_asks_for_something",
                        violation_error_message="Isi kebutuhan dan narahubung.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(
                                    ("answered_at__isnull", False), ("answered_by__isnull", False)
                                ),
                                models.Q(
                                    ("answered_at__isnull", True), ("answered_by__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    ("agreed_at__isnull", False),
                                    ("agreed_by__isnull", False),
                                    ("letter_dated_on__isnull", False),
                                ),
                                models.Q(
                                    ("agreed_at__isnull", True),
                                    ("agreed_by__isnull", True),
                                    ("letter_dated_on__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    ("replica__isnull", False),
                                    ("reported_at__isnull", False),
                                    ("reported_by__isnull", False),
                                ),
                                models.Q(
                                    ("replica__isnull", True),
                                    ("reported_at__isnull", True),
                                    ("reported_by__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    ("confirmed_at__isnull", False), ("confirmed_by__isnull", False)
                                ),
                                models.Q(
                                    ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    ("verified_at__isnull", False), ("verified_by__isnull", False)
                                ),
                                models.Q(
                                    ("verified_at__isnull", True), ("verified_by__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                                ),
                                models.Q(
                                    ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="replication_at_with_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "requested")),
                            ("state", "withdrawn"),
                            models.Q(
                                models.Q(("state__in", ["requested", "withdrawn"]), _negated=True),
                                ("answer__regex", "\\S"),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="replication_answered_when_past",
                        violation_error_message="Jawaban wajib menyebut syarat atau alasan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["agreed", "reported", "confirmed", "verified"]),
                                _negated=True,
                            ),
                            models.Q(("agreed_at__isnull", False), ("letter_number__regex", "\\S")),
                            _connector="OR",
                        ),
                        name="replication_agreed_on_letter",
                        violation_error_message="Kesepakatan wajib menyebut nomor surat.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["reported", "confirmed", "verified"]), _negated=True
                            ),
                            models.Q(
                                ("adaptation__regex", "\\S"),
                                ("evidence__regex", "\\S"),
                                ("reported_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="replication_reported_whole",
                        violation_error_message="Laporan wajib memuat adaptasi dan bukti.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("state__in", ["confirmed", "verified"]),
                            ),
                            ("state", "withdrawn"),
                            models.Q(
                                models.Q(
                                    ("state__in", ["confirmed", "verified", "withdrawn"]),
                                    _negated=True,
                                ),
                                ("confirmed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="replication_confirmed_when_past",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), ("verified_at__isnull", False)),
                            models.Q(
                                models.Q(("state", "verified"), _negated=True),
                                ("verified_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="replication_verified_when_past",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "withdrawn"),
                                ("withdrawal_reason__regex", "\\S"),
                                ("withdrawn_at__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "withdrawn"), _negated=True),
                                ("withdrawn_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="replication_withdrawn_with_reason",
                        violation_error_message="Penarikan wajib menyebut alasan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_by__isnull", True),
                                models.Q(("confirmed_by", models.F("reported_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("verified_by__isnull", True),
                                models.Q(
                                    models.Q(
                                        ("verified_by", models.F("confirmed_by")), _negated=True
                                    ),
                                    models.Q(
                                        ("verified_by", models.F("reported_by")), _negated=True
                                    ),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="replication_verified_by_others",
                        violation_error_message="Pelapor, yang membenarkan, dan yang memverifikasi wajib tiga orang berbeda.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replica__isnull", True),
                            models.Q(("replica", models.F("origin")), _negated=True),
                            _connector="OR",
                        ),
                        name="replication_replica_is_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, FREE),
    ]
