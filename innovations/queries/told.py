"""What the public is told of published dossiers after their publication, as rows of lists."""

from django.db.models import QuerySet

from innovations.models import (
    Attestation,
    IndicatorValue,
    Innovation,
    MysteryCheck,
    Replication,
    SatisfactionFigure,
)


def _published(slug: str) -> QuerySet[Innovation]:
    rows = Innovation.objects.published().order_by()
    return rows.filter(slug=slug) if slug else rows


def told_attestations(slug: str = "") -> QuerySet[Attestation]:
    """Attestations of published dossiers, or of one."""
    rows = Attestation.objects.filter(innovation__in=_published(slug)).order_by("pk")
    return rows.select_related("innovation").defer("innovation__sections")


def told_values(slug: str = "") -> QuerySet[IndicatorValue]:
    """Values in force of published dossiers' indicators, or of one's."""
    rows = IndicatorValue.objects.in_force().filter(indicator__innovation__in=_published(slug))
    return (
        rows.order_by("pk")
        .select_related("indicator__innovation")
        .defer("indicator__innovation__sections")
    )


def told_checks(slug: str = "") -> QuerySet[MysteryCheck]:
    """Mystery checks in force of published dossiers, or of one."""
    rows = MysteryCheck.objects.in_force().filter(innovation__in=_published(slug)).order_by("pk")
    return rows.select_related("innovation").defer("innovation__sections")


def told_satisfaction(slug: str = "") -> QuerySet[SatisfactionFigure]:
    """Satisfaction figures in force of published dossiers, or of one."""
    rows = SatisfactionFigure.objects.in_force().filter(innovation__in=_published(slug))
    return rows.order_by("pk").select_related("innovation").defer("innovation__sections")


def told_replications(slug: str = "") -> QuerySet[Replication]:
    """Replications that both agencies stand by, of published origins, or of one."""
    rows = Replication.objects.agreed_on().filter(origin__in=_published(slug))
    return rows.order_by("pk").for_page()
