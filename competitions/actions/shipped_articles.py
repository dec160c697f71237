"""Loading the pages that come with the product; loading twice changes nothing."""

import tomllib

from django.db import transaction

from agencies.models import User
from competitions.actions.articles import ArticleText, Place, load_article
from competitions.actions.reference import REFERENCE
from competitions.models.article import ArticleKind
from sinovik.audit import clock


@transaction.atomic
def load_shipped_articles(*, by: User | None) -> int:
    """Bring in shipped pages that are not there, public from now; returns how many are new."""
    with (REFERENCE / "articles.toml").open("rb") as file:
        rows = tomllib.load(file)["article"]
    count = 0
    for row in rows:
        place = Place(ArticleKind(row["kind"]), row.get("theme", ""))
        names = ("title", "body", "title_en", "body_en")
        text = ArticleText(**{name: row[name].strip() for name in names})
        count += load_article(
            by=by, place=place, slug=row["slug"], text=text, published_at=clock.now()
        )
    return count
