"""The rules about the past: titles alike anywhere, and awards won before."""

from dataclasses import replace

from competitions.eligibility.policies import Policy
from competitions.eligibility.proposals import (
    Candidate,
    EarlierAward,
    Finding,
    Lookalike,
    Proof,
    Rules,
)
from competitions.eligibility.rules import found_under
from competitions.eligibility.wording import Wording
from competitions.enums import FailReason, Severity


def similar_title(
    candidate: Candidate, _rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    """Own agency first, then elsewhere; a declared replica of what was found is only noted."""
    ordered = sorted(candidate.lookalikes, key=lambda one: not one.is_own_agency)
    hidden = [one for one in ordered if not one.title]
    # All that may be said of hidden ones is that there is one: once.
    shown = [one for one in ordered if one.title] + hidden[:1]
    is_declared = candidate.replicates in {one.key for one in candidate.lookalikes}
    return [_similar(one, candidate, policy, wording, is_declared) for one in shown]


def _similar(
    one: Lookalike, candidate: Candidate, policy: Policy, wording: Wording, is_declared: bool
) -> Finding:
    _ = wording.translate
    severity = policy.severity
    if not one.title:
        sentence = _("Instansi lain memiliki usulan dengan judul yang mirip.")
    elif one.is_same:
        sentence = _("Judul ini sama dengan “{title}” ({place}).")
    else:
        sentence = _("Judul ini mirip “{title}” ({place}).")
    sentence = sentence.format(title=one.title, place=_place(one))
    if one.is_own_agency:
        remedy = _("Bila inovasinya sama, pakai dosir itu. Bila berbeda, bedakan judulnya.")
    elif candidate.replicates is not None and (is_declared or one.key == candidate.replicates):
        severity = Severity.NOTE
        remedy = _("Tercatat sebagai replikasi {origin}.").format(origin=candidate.origin)
    elif one.title:
        remedy = _("Bila Anda meniru inovasi itu, nyatakan “Kami mereplikasi ini”.")
    else:
        remedy = _("Beri judul yang khas agar tidak tertukar.")
    finding = found_under(policy, sentence, remedy, FailReason.SAME_TITLE, severity=severity)
    return replace(finding, lookalike=one)


def _place(one: Lookalike) -> str:
    parts = [one.number, one.agency, str(one.year) if one.year else ""]
    return ", ".join(part for part in parts if part)


def former_winner(
    candidate: Candidate, _rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    """Bands that the innovation reached too often already; a mere likeness only warns."""
    bands: dict[str, int] = policy.parameters["bands"]
    findings = []
    for band, times in bands.items():
        won = [award for award in candidate.awards if award.band == band]
        certain = [award for award in won if award.is_certain]
        if len(certain) >= times:
            findings.append(_won(certain, times, policy, wording))
        elif len(won) >= times:
            findings.append(_maybe_won(won, policy, wording))
    return findings


def _won(awards: list[EarlierAward], times: int, policy: Policy, wording: Wording) -> Finding:
    _ = wording.translate
    if times == 1:
        sentence = _("Inovasi ini sudah menerima {band} ({years}) dan tidak dapat ikut lagi.")
    else:
        sentence = _("Inovasi ini sudah {count} kali masuk {band} ({years}), paling banyak {most}.")
    sentence = sentence.format(
        band=awards[0].band_name, years=_years(awards), count=len(awards), most=times
    )
    remedy = _("Ajukan inovasi lain; pemenang terdahulu dapat ditiru instansi lain.")
    return found_under(policy, sentence, remedy, FailReason.FORMER_WINNER)


def _maybe_won(awards: list[EarlierAward], policy: Policy, wording: Wording) -> Finding:
    _ = wording.translate
    named = next(award for award in awards if not award.is_certain)
    sentence = _("Judulnya mirip “{title}”, penerima {band} ({years}) dari instansi Anda.").format(
        title=named.title, band=named.band_name, years=_years(awards)
    )
    remedy = _("Bila ini pengembangan dari pemenang itu, ajukan inovasi lain.")
    return found_under(
        policy, sentence, remedy, FailReason.FORMER_WINNER, severity=Severity.WARNING
    )


def _years(awards: list[EarlierAward]) -> str:
    return ", ".join(str(year) for year in sorted({award.year for award in awards}))


def replication(
    candidate: Candidate, _rules: Rules, policy: Policy, wording: Wording
) -> list[Finding]:
    """A replica that was verified meets it; one that is agreed on is let in with a note."""
    _ = wording.translate
    if candidate.replication == Proof.VERIFIED:
        return []
    if candidate.replication == Proof.AGREED:
        sentence = _("Replikasinya sudah disepakati, tetapi belum terverifikasi.")
        remedy = _("Laporkan replika agar instansi asal dan sekretariat memverifikasinya.")
        severity = Severity.NOTE
    else:
        sentence = _("Belum ada replikasi yang disepakati dengan instansi asal.")
        remedy = _("Minta replikasi dari halaman inovasi asal, atau ajukan di kelompok lain.")
        severity = policy.severity
    reason = FailReason.WRONG_CATEGORY
    return [found_under(policy, sentence, remedy, reason, severity=severity)]
