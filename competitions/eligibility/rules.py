"""The rules one by one: what each finds in a proposal, in sentences that say what to do."""

from collections.abc import Callable, Mapping

from competitions.eligibility.junk import Junk, JunkKind, JunkSettings, find_junk
from competitions.eligibility.policies import Policy
from competitions.eligibility.proposals import Candidate, Finding, Rules
from competitions.eligibility.wording import Wording, months_before, word_count
from competitions.enums import FailReason, RuleKey, Severity

Rule = Callable[[Candidate, Rules, Policy, Wording], list[Finding]]


def _age(candidate: Candidate, rules: Rules, policy: Policy, wording: Wording) -> list[Finding]:
    _ = wording.translate
    latest = months_before(rules.registration_closes_on, rules.minimum_age_months)
    if candidate.started_on is None:
        sentence = _("Tanggal mulai penerapan belum diisi.")
        remedy = _("Isi tanggal mulai penerapan pada dosir.")
    elif candidate.started_on > latest:
        sentence = _("Inovasi mulai diterapkan {start}, paling lambat {latest}.").format(
            start=wording.day(candidate.started_on), latest=wording.day(latest)
        )
        remedy = _("Periksa tanggal mulai. Bila sudah benar, ajukan pada edisi berikutnya.")
    else:
        return []
    reason = FailReason.TOO_YOUNG if candidate.started_on else FailReason.INCOMPLETE
    return [found_under(policy, sentence, remedy, reason)]


def _title(candidate: Candidate, _rules: Rules, policy: Policy, wording: Wording) -> list[Finding]:
    _ = wording.translate
    if candidate.title.strip():
        return []
    sentence, remedy = _("Judul belum diisi."), _("Isi judul inovasi pada dosir.")
    return [found_under(policy, sentence, remedy, FailReason.INCOMPLETE)]


def _category(
    candidate: Candidate, rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    _ = wording.translate
    if candidate.category is None:
        sentence, reason = _("Kategori belum dipilih."), FailReason.INCOMPLETE
    elif rules.categories and candidate.category not in rules.categories:
        sentence = _("Kategori inovasi tidak dilombakan pada edisi ini.")
        reason = FailReason.WRONG_CATEGORY
    else:
        return []
    remedy = _("Pilih kategori yang dibuka pada edisi ini.")
    return [found_under(policy, sentence, remedy, reason)]


def _completeness(
    candidate: Candidate, rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    _ = wording.translate
    return [
        found_under(
            policy,
            _("Bagian “{section}” belum diisi.").format(section=section.title),
            _("Isi bagian ini."),
            FailReason.INCOMPLETE,
            section.key,
        )
        for section in rules.sections
        if section.is_required and not candidate.texts.get(section.key, "").strip()
    ]


def _word_limits(
    candidate: Candidate, rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    _ = wording.translate
    findings = []
    for section in rules.sections:
        words = word_count(candidate.texts.get(section.key, ""))
        if section.maximum_words is None or words <= section.maximum_words:
            continue
        sentence = _("“{section}” paling banyak {limit} kata, kini {words}.").format(
            section=section.title, limit=section.maximum_words, words=words
        )
        remedy = _("Kurangi {count} kata.").format(count=words - section.maximum_words)
        findings.append(found_under(policy, sentence, remedy, FailReason.INCOMPLETE, section.key))
    return findings


def _junk(candidate: Candidate, rules: Rules, policy: Policy, wording: Wording) -> list[Finding]:
    titles = {section.key: section.title for section in rules.sections}
    texts = {key: candidate.texts.get(key, "") for key in titles}
    prompts = {section.key: section.prompts for section in rules.sections}
    found = find_junk(texts, prompts, JunkSettings(**policy.parameters))
    return [
        found_under(policy, *_junk_sentence(junk, titles, wording), FailReason.JUNK, junk.key)
        for junk in found
    ]


def _junk_sentence(junk: Junk, titles: Mapping[str, str], wording: Wording) -> tuple[str, str]:
    _ = wording.translate
    sentences = {
        JunkKind.EMPTY: _("“{section}” hanya berisi tanda baca atau angka."),
        JunkKind.REPEATED: _("“{section}” mengulang kata atau kalimat yang sama."),
        JunkKind.COPIED: _("“{section}” menyalin pertanyaan, petunjuk, atau contoh jawaban."),
        JunkKind.PASTED: _("“{section}” sama dengan isi bagian “{other}”."),
        JunkKind.MASHED: _("“{section}” berisi ketikan acak."),
        JunkKind.FILLER: _("“{section}” masih berisi teks contoh (lorem ipsum)."),
        JunkKind.PUT_OFF: _("“{section}” menunda atau merujuk ke tempat lain."),
        JunkKind.FEW_WORDS: _("“{section}” terlalu singkat untuk dinilai."),
    }
    remedies = {
        JunkKind.PASTED: _("Tulis jawaban yang khusus untuk bagian ini."),
        JunkKind.PUT_OFF: _("Tulis jawabannya di sini; penilai membaca setiap bagian tersendiri."),
        JunkKind.FEW_WORDS: _("Tulis paling sedikit satu kalimat dengan contoh atau angka."),
    }
    other = titles.get(junk.other, "")
    sentence = sentences[junk.kind].format(section=titles[junk.key], other=other)
    return sentence, remedies.get(junk.kind, _("Tulis jawaban dengan kalimat Anda sendiri."))


def _documents(
    candidate: Candidate, rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    _ = wording.translate
    return [
        found_under(
            policy,
            _("Dokumen “{name}” belum diunggah.").format(name=_(document.name)),
            _("Unggah dokumen itu pada bagian dokumen pendukung."),
            FailReason.MISSING_DOCUMENT,
        )
        for document in rules.required_documents
        if document.key not in candidate.documents
    ]


def _quota(candidate: Candidate, rules: Rules, policy: Policy, wording: Wording) -> list[Finding]:
    _ = wording.translate
    if rules.quota is None or candidate.submitted_by_agency < rules.quota:
        return []
    sentence = _("Kuota instansi di kelompok ini, {quota} proposal, sudah terpakai.").format(
        quota=rules.quota
    )
    remedy = _("Tarik proposal lain lebih dahulu, atau ajukan di kelompok lain.")
    return [found_under(policy, sentence, remedy, FailReason.OVER_QUOTA)]


def _same_title(
    candidate: Candidate, _rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    _ = wording.translate
    findings = []
    if candidate.twins_in_agency:
        sentence = _("Instansi Anda sudah mengajukan proposal berjudul sama: {numbers}.").format(
            numbers=", ".join(candidate.twins_in_agency)
        )
        remedy = _("Ubah judul bila inovasinya berbeda, atau ajukan satu saja.")
        findings.append(found_under(policy, sentence, remedy, FailReason.SAME_TITLE))
    if candidate.twins_elsewhere:
        sentence = _("Instansi lain mengajukan proposal berjudul sama.")
        if candidate.replicates is None:
            remedy = _("Beri judul yang khas agar tidak tertukar.")
            severity = Severity.WARNING
        else:
            remedy = _("Tercatat sebagai replikasi {origin}.").format(origin=candidate.origin)
            severity = Severity.NOTE
        findings.append(
            found_under(policy, sentence, remedy, FailReason.SAME_TITLE, severity=severity)
        )
    return findings


RULES: dict[str, Rule] = {
    RuleKey.TITLE: _title,
    RuleKey.AGE: _age,
    RuleKey.CATEGORY: _category,
    RuleKey.COMPLETENESS: _completeness,
    RuleKey.WORD_LIMIT: _word_limits,
    RuleKey.JUNK: _junk,
    RuleKey.DOCUMENTS: _documents,
    RuleKey.QUOTA: _quota,
    RuleKey.SAME_TITLE: _same_title,
}
"""What is asked of the proposal itself, in the order in which people read the findings."""


def found_under(
    policy: Policy,
    sentence: str,
    remedy: str,
    reason: FailReason,
    section_key: str | None = None,
    *,
    severity: Severity | None = None,
) -> Finding:
    """A finding as severe as the policy, or less; it can't be more."""
    return Finding(
        rule=policy.key,
        severity=severity or policy.severity,
        section_key=section_key,
        sentence=sentence,
        remedy=remedy,
        reason=reason,
        source=policy.source,
        basis=policy.basis,
    )
