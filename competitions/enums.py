"""Closed vocabularies of the contest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StageKind(models.TextChoices):
    """What happens in a stage. An edition lists its own stages in its own order."""

    REGISTRATION = "registration", _("Pendaftaran")
    ADMINISTRATIVE = "administrative", _("Seleksi administrasi")
    REVIEW = "review", _("Penilaian proposal")
    SELECTION = "selection", _("Penetapan peringkat")


class StageState(models.TextChoices):
    """Whether work goes on in a stage."""

    PLANNED = "planned", _("Akan datang")
    OPEN = "open", _("Berlangsung")
    CLOSED = "closed", _("Selesai")


class ExtensionState(models.TextChoices):
    """Where an extension of a deadline stands."""

    PROPOSED = "proposed", _("Menunggu orang kedua")
    CONFIRMED = "confirmed", _("Berlaku")
    REJECTED = "rejected", _("Ditolak")


class ChangeState(models.TextChoices):
    """Where a change of a locked part of an edition stands."""

    PROPOSED = "proposed", _("Menunggu orang kedua")
    CONFIRMED = "confirmed", _("Berlaku")
    REJECTED = "rejected", _("Ditolak")


class RehearsalState(models.TextChoices):
    """Life of a dress rehearsal."""

    WAITING = "waiting", _("Menunggu giliran")
    RUNNING = "running", _("Sedang berjalan")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal dijalankan")


class LateState(models.TextChoices):
    """What became of a submission that came after the close."""

    KEPT = "kept", _("Diterima terlambat, disimpan")
    ADMISSION_PROPOSED = "admission_proposed", _("Menunggu orang kedua")
    ADMITTED = "admitted", _("Diterima sebagai pengajuan")
    DECLINED = "declined", _("Tidak diterima")


class AutomaticState(models.TextChoices):
    """What became of an order to submit at the close."""

    PENDING = "pending", _("Terkirim otomatis saat penutupan")
    SENT = "sent", _("Sudah terkirim otomatis")
    BY_HAND = "by_hand", _("Sudah diajukan sendiri")
    CANCELLED = "cancelled", _("Dibatalkan")
    NOT_SENT = "not_sent", _("Tidak terkirim")


class Arrival(models.TextChoices):
    """How a submission reached the ministry."""

    ON_TIME = "on_time", _("Sebelum tenggat")
    AUTOMATIC = "automatic", _("Otomatis saat penutupan")
    GRACE = "grace", _("Dalam kelonggaran sesudah tenggat")
    ADMITTED = "admitted", _("Terlambat, diterima dengan keputusan dua orang")


class EntryState(models.TextChoices):
    """Who holds an entry on its way to the ministry."""

    DRAFT = "draft", _("Draf di unit")
    WITH_AGENCY = "with_agency", _("Menunggu admin instansi")
    RETURNED = "returned", _("Dikembalikan untuk diperbaiki")
    SUBMITTED = "submitted", _("Diajukan ke kementerian")
    CORRECTION = "correction", _("Perlu perbaikan administrasi")
    WITHDRAWN = "withdrawn", _("Ditarik")


class Outcome(models.TextChoices):
    """How an entry left a stage."""

    PASSED = "passed", _("Lolos")
    FAILED = "failed", _("Tidak lolos")
    LAPSED = "lapsed", _("Tidak diajukan sampai penutupan")
    WITHDRAWN = "withdrawn", _("Ditarik")
    REOPENED = "reopened", _("Dibuka kembali oleh instansi")


class SentTo(models.TextChoices):
    """Who got a proposal when it was sent."""

    AGENCY = "agency", _("Dikirim ke admin instansi")
    MINISTRY = "ministry", _("Diajukan ke kementerian")


class CheckState(models.TextChoices):
    """Where the administrative check of one entry stands."""

    QUEUED = "queued", _("Menunggu pemeriksa")
    CLAIMED = "claimed", _("Sedang diperiksa")
    CORRECTION = "correction", _("Menunggu perbaikan instansi")
    FAIL_PROPOSED = "fail_proposed", _("Menunggu orang kedua")
    PASSED = "passed", _("Lolos")
    FAILED = "failed", _("Tidak lolos")


class Verdict(models.TextChoices):
    """What the officer says of one item of the checklist; OPEN is nothing yet."""

    OPEN = "open", _("Belum diperiksa")
    MET = "met", _("Sesuai")
    UNMET = "unmet", _("Tidak sesuai")
    NOT_APPLICABLE = "not_applicable", _("Tidak berlaku")


class CorrectionOutcome(models.TextChoices):
    """How a correction round ended; a round that runs has none."""

    MENDED = "mended", _("Diajukan lagi")
    LAPSED = "lapsed", _("Tidak diperbaiki")
    WITHDRAWN = "withdrawn", _("Ditarik")


class LetterKind(models.TextChoices):
    """What a letter of the administrative selection says."""

    PASSED = "passed", _("Lolos seleksi administrasi")
    CORRECTION = "correction", _("Permintaan perbaikan")
    FAILED = "failed", _("Tidak lolos seleksi administrasi")


class FailReason(models.TextChoices):
    """Reasons for failing the administrative selection that the ministry has named."""

    TOO_YOUNG = "too_young", _("Usia inovasi belum mencukupi")
    INCOMPLETE = "incomplete", _("Formulir tidak lengkap")
    JUNK = "junk", _("Isian tidak sungguh-sungguh")
    SAME_TITLE = "same_title", _("Judul sama dengan proposal lain")
    FORMER_WINNER = "former_winner", _("Pernah menjadi pemenang")
    OVER_QUOTA = "over_quota", _("Melebihi kuota instansi")
    MISSING_DOCUMENT = "missing_document", _("Dokumen pendukung tidak ada")
    WRONG_CATEGORY = "wrong_category", _("Kategori tidak sesuai")


class RuleKey(models.TextChoices):
    """The closed set of rules that an edition may hold its proposals to."""

    TITLE = "title", _("Judul terisi")
    AGE = "age", _("Usia inovasi")
    CATEGORY = "category", _("Kategori")
    COMPLETENESS = "completeness", _("Kelengkapan isian")
    WORD_LIMIT = "word_limit", _("Batas kata")
    JUNK = "junk", _("Isian sungguh-sungguh")
    DOCUMENTS = "documents", _("Dokumen pendukung")
    QUOTA = "quota", _("Kuota instansi")
    SAME_TITLE = "same_title", _("Judul tidak ganda")
    SIMILAR_TITLE = "similar_title", _("Judul mirip")
    FORMER_WINNER = "former_winner", _("Bukan pemenang terdahulu")
    REPLICATION = "replication", _("Replikasi yang disepakati")


class Severity(models.TextChoices):
    """What a finding does: stops the submission, asks for a second look, only tells."""

    BLOCKING = "blocking", _("Wajib dipenuhi")
    WARNING = "warning", _("Perlu diperiksa")
    NOTE = "note", _("Keterangan")


class RuleBasis(models.TextChoices):
    """Where a rule comes from."""

    REGULATION = "regulation", _("Peraturan")
    MINISTRY = "ministry", _("Ketentuan kementerian")
    INFERRED = "inferred", _("Tafsiran pengelola sistem")


class PanelRole(models.TextChoices):
    """In which body an appointed person judges."""

    EVALUATOR = "evaluator", _("Tim evaluasi")
    PANELIST = "panelist", _("Tim panel independen")


class SheetState(models.TextChoices):
    """Whether a scoresheet may still change."""

    DRAFT = "draft", _("Draf")
    FINAL = "final", _("Dikirim")


class CommentPlace(models.TextChoices):
    """Where on a sheet a comment stands."""

    STRENGTHS = "strengths", _("Kekuatan")
    WEAKNESSES = "weaknesses", _("Kelemahan")
    NOTE = "note", _("Catatan kriteria")


class CutOffState(models.TextChoices):
    """How firm a list is. Two people lock it; a decree and an instant make it public."""

    PROVISIONAL = "provisional", _("Sementara")
    LOCK_PROPOSED = "lock_proposed", _("Menunggu orang kedua")
    LOCKED = "locked", _("Terkunci")
    SCHEDULED = "scheduled", _("Pengumuman dijadwalkan")


class MoveReason(models.TextChoices):
    """Why the plenary takes an entry across the line; the code is public with the list."""

    TIE = "tie", _("Nilai seri di garis batas")
    REGION = "region", _("Sebaran wilayah")
    AGENCY_TYPE = "agency_type", _("Keseimbangan jenis instansi")
    AGENCY_SHARE = "agency_share", _("Beberapa peserta dari satu instansi")
    SPREAD = "spread", _("Nilai antarpenilai berselisih jauh")
    EVIDENCE = "evidence", _("Bukti atau verifikasi lapangan")
    OBJECTION = "objection", _("Sanggahan diterima")
    UNVOTED = "unvoted", _("Dipindahkan sebelum suara dicatat")

    @classmethod
    def offered(cls) -> list["MoveReason"]:
        """What a motion may give; the last was kept from before there were motions."""
        return [one for one in cls if one is not cls.UNVOTED]


class MotionState(models.TextChoices):
    """Where a motion of the plenary stands."""

    PROPOSED = "proposed", _("Diusulkan")
    VOTING = "voting", _("Pemungutan suara")
    CARRIED = "carried", _("Disetujui")
    DEFEATED = "defeated", _("Tidak disetujui")
    WITHDRAWN = "withdrawn", _("Ditarik")


class VoteChoice(models.TextChoices):
    """What a member says of a motion."""

    FOR = "for", _("Setuju")
    AGAINST = "against", _("Tidak setuju")
    ABSTAIN = "abstain", _("Abstain")


class ObjectionReason(models.TextChoices):
    """What an agency objects to."""

    IDENTITY = "identity", _("Data peserta keliru")
    DOCUMENT = "document", _("Dokumen yang diajukan tidak dipertimbangkan")
    CONFLICT = "conflict", _("Dugaan benturan kepentingan")
    PROCEDURE = "procedure", _("Prosedur tidak diikuti")
    OTHER = "other", _("Hal lain")


class ObjectionState(models.TextChoices):
    """Where an objection stands."""

    FILED = "filed", _("Menunggu jawaban")
    ANSWER_PROPOSED = "answer_proposed", _("Jawaban menunggu orang kedua")
    ACCEPTED = "accepted", _("Diterima")
    REJECTED = "rejected", _("Ditolak")


class AnswerReason(models.TextChoices):
    """Why an objection was accepted or rejected; public with its state."""

    MISTAKE = "mistake", _("Kekeliruan terbukti")
    CONFLICT = "conflict", _("Benturan kepentingan terbukti")
    PROCEDURE = "procedure", _("Prosedur diulang")
    COMPLIANT = "compliant", _("Sudah sesuai ketentuan")
    UNPROVEN = "unproven", _("Bukti tidak mendukung")
    OUT_OF_SCOPE = "out_of_scope", _("Di luar yang dapat disanggah")


class FileState(models.TextChoices):
    """Whether a kept file may be had."""

    READY = "ready", _("Siap")
    HELD = "held", _("Menunggu pemindai virus")
    REFUSED = "refused", _("Ditolak pemindai virus")


UNDER_WAY = ("queued", "running")
"""States of work that a job does, while it is not over."""


class ExportState(models.TextChoices):
    """Life of files that are made on request: an agency's own holdings, a judge's proposals."""

    QUEUED = "queued", _("Menunggu giliran")
    RUNNING = "running", _("Sedang disiapkan")
    READY = "ready", _("Siap diunduh")
    EXPIRED = "expired", _("Kedaluwarsa")
    CANCELLED = "cancelled", _("Dibatalkan")
    FAILED = "failed", _("Gagal disiapkan")


class PreparationState(models.TextChoices):
    """Life of the preparation of an announcement."""

    QUEUED = "queued", _("Menunggu giliran")
    RUNNING = "running", _("Sedang disiapkan")
    READY = "ready", _("Siap")
    CANCELLED = "cancelled", _("Dibatalkan")
    FAILED = "failed", _("Gagal disiapkan")


class AllocationState(models.TextChoices):
    """Life of a plan of who reads what."""

    QUEUED = "queued", _("Menunggu giliran")
    RUNNING = "running", _("Sedang dihitung")
    READY = "ready", _("Siap diterapkan")
    APPLIED = "applied", _("Diterapkan")
    UNDONE = "undone", _("Diurungkan")
    CANCELLED = "cancelled", _("Dibatalkan")
    FAILED = "failed", _("Tidak dapat dibagi")


class NoteRule(models.TextChoices):
    """Which marks of a criterion must be explained by a note."""

    NEVER = "never", _("Tidak wajib")
    AT_EXTREMES = "extremes", _("Wajib untuk nilai terendah dan tertinggi")
    ALWAYS = "always", _("Selalu wajib")


class RunBasis(models.TextChoices):
    """Which score a computed ranking goes by."""

    RAW = "raw", _("Nilai mentah")
    CALIBRATED = "calibrated", _("Nilai disesuaikan per penilai")


class PresentationState(models.TextChoices):
    """Where an entry stands in its turn before the panel."""

    WAITING = "waiting", _("Menunggu giliran")
    PRESENTING = "presenting", _("Presentasi")
    QUESTIONS = "questions", _("Tanya jawab")
    DONE = "done", _("Selesai")


class VisitState(models.TextChoices):
    """Whether a report of a field visit may still change."""

    DRAFT = "draft", _("Draf")
    FILED = "filed", _("Diajukan")


class VisitVerdict(models.TextChoices):
    """What the verifier found about one question."""

    YES = "yes", _("Ya, sesuai")
    PARTLY = "partly", _("Sebagian")
    NO = "no", _("Tidak")
    UNCHECKED = "unchecked", _("Tidak dapat diperiksa")


class PolicyKind(models.TextChoices):
    """What a policy step does to a list, in the order that what-if runs take them."""

    PASSING_GRADE = "passing_grade", _("Nilai kelulusan")
    NOMINEES_PER_TYPE = "nominees_per_type", _("Nominasi per jenis instansi")
    MOST_PER_AGENCY = "most_per_agency", _("Paling banyak per instansi")
    LEAST_PER_REGION = "least_per_region", _("Paling sedikit per wilayah atau kelompok")


class PolicyTrait(models.TextChoices):
    """By what a step keeps places."""

    PROVINCE = "province", _("Provinsi")
    ISLAND = "island", _("Pulau besar")
    GROUP = "group", _("Kelompok")
