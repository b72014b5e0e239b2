"""Publish a drafted discount or bundle: from then on nothing of it changes but its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from catalog.models import Bundle, Discount
from catalog.publication_checks import missing_languages
from core.errors import DomainError

Offer = Discount | Bundle
PARTS_MIN = 2


def why_not_publish_offer(offer: Offer, *, today: date | None) -> list[str]:
    """Everything that stands in the way, without full stops; `today` None leaves days aside."""
    return list(_reasons(offer, today))


def publish_offer(offer: Offer, *, published_by: str, now: datetime, today: date) -> Offer:
    """Publish it in the name of `published_by`; raises DomainError with what stands in the way."""
    with transaction.atomic():
        fresh: Offer = type(offer).objects.select_for_update().get(pk=offer.pk)
        reasons = why_not_publish_offer(fresh, today=today)
        if reasons:
            raise DomainError(" ".join(f"{reason}." for reason in reasons))
        fresh.state = fresh.State.PUBLISHED
        fresh.published_at, fresh.published_by = now, published_by[:200]
        fresh.save(update_fields=["state", "published_at", "published_by"])
    return fresh


def _reasons(offer: Offer, today: date | None) -> Iterator[str]:
    if offer.state != offer.State.DRAFT:
        yield f"{offer.code} is published already"
        return
    missing = missing_languages(offer.name, offer.brand.languages)
    if missing:
        yield f"Its name has no text in {', '.join(missing)}"
    if today is not None and offer.available.upper and offer.available.upper <= today:
        yield f"It ended on {offer.available.upper}: nobody could have it"
    if isinstance(offer, Bundle):
        if offer.discount.state != Discount.State.PUBLISHED:
            yield f"Its discount {offer.discount.code} is a draft: publish that first"
        if offer.parts.count() < PARTS_MIN:
            yield "A bundle has two parts or more"
