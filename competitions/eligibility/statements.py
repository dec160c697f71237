"""The rules as an edition's page lists them ("Syarat"), from the same policies and numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from competitions.eligibility.examining import ALL_RULES
from competitions.eligibility.policies import Policy
from competitions.eligibility.proposals import Rules
from competitions.eligibility.wording import Wording, months_before
from competitions.enums import RuleBasis, RuleKey, Severity


@dataclass(frozen=True)
class Statement:
    """One rule in a sentence, whether it stops a submission, and where it comes from."""

    rule: str
    name: str
    sentence: str
    is_blocking: bool
    source: str
    basis: RuleBasis

    @property
    def is_inferred(self) -> bool:
        """Whether no source says so; the page then says that."""
        return self.basis == RuleBasis.INFERRED


def statements(rules: Rules, wording: Wording | None = None) -> list[Statement]:
    """What a group of an edition asks, in the order of the rules; idle rules are left out."""
    words = wording or Wording()
    found = []
    for key in ALL_RULES:
        policy = rules.policies.get(key)
        sentence = SENTENCES[key](rules, policy, words) if policy else ""
        if policy and sentence:
            found.append(
                Statement(
                    rule=key,
                    name=str(RuleKey(key).label),
                    sentence=sentence,
                    is_blocking=policy.severity == Severity.BLOCKING,
                    source=policy.source,
                    basis=policy.basis,
                )
            )
    return found


def _title(_rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _("Judul inovasi terisi.")


def _age(rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    latest = months_before(rules.registration_closes_on, rules.minimum_age_months)
    return _(
        "Sudah diterapkan paling sedikit {months} bulan saat pendaftaran ditutup, "
        "yaitu sejak {latest} atau sebelumnya."
    ).format(months=rules.minimum_age_months, latest=wording.day(latest))


def _category(rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _("Kategori termasuk yang dibuka pada edisi ini.") if rules.categories else ""


def _completeness(_rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _("Semua bagian formulir terisi.")


def _word_limits(rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    is_limited = any(section.maximum_words for section in rules.sections)
    return _("Setiap bagian tidak melebihi batas katanya.") if is_limited else ""


def _junk(_rules: Rules, policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _(
        "Isian sungguh-sungguh: bukan ulangan, salinan petunjuk, atau teks yang sama di dua "
        "bagian, dan paling sedikit {words} kata berbeda."
    ).format(words=policy.parameters["least_words"])


def _documents(rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    if not rules.required_documents:
        return ""
    names = ", ".join(_(document.name) for document in rules.required_documents)
    return _("Dokumen dilampirkan: {names}.").format(names=names)


def _quota(rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    if rules.quota is None:
        return _("Jumlah usulan tiap instansi tidak dibatasi.")
    return _("Paling banyak {quota} usulan tiap instansi.").format(quota=rules.quota)


def _same_title(_rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _("Judulnya berbeda dari proposal lain yang diajukan instansi yang sama.")


def _similar_title(_rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _(
        "Judul yang mirip inovasi lain diperiksa; inovasi yang meniru menyatakan "
        "“Kami mereplikasi ini”."
    )


def _former_winner(_rules: Rules, policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    bands: dict[str, int] = policy.parameters["bands"]
    once = ", ".join(_band(band) for band, times in bands.items() if times == 1)
    often = [(band, times) for band, times in bands.items() if times > 1]
    parts = [_("Belum pernah menerima {bands}.").format(bands=once)] if once else []
    parts += [
        _("Belum {times} kali masuk {band}.").format(times=times, band=_band(band))
        for band, times in often
    ]
    return " ".join(parts)


def _replication(_rules: Rules, _policy: Policy, wording: Wording) -> str:
    _ = wording.translate
    return _(
        "Mereplikasi inovasi instansi lain: sudah disepakati dengan instansi asal di SINOVIK, "
        "atau sudah terverifikasi."
    )


def _band(slug: str) -> str:
    """Top 45, from its slug."""
    return slug.replace("-", " ").capitalize()


SENTENCES: dict[str, Callable[[Rules, Policy, Wording], str]] = {
    RuleKey.TITLE: _title,
    RuleKey.AGE: _age,
    RuleKey.CATEGORY: _category,
    RuleKey.COMPLETENESS: _completeness,
    RuleKey.WORD_LIMIT: _word_limits,
    RuleKey.JUNK: _junk,
    RuleKey.DOCUMENTS: _documents,
    RuleKey.QUOTA: _quota,
    RuleKey.SAME_TITLE: _same_title,
    RuleKey.SIMILAR_TITLE: _similar_title,
    RuleKey.FORMER_WINNER: _former_winner,
    RuleKey.REPLICATION: _replication,
}
