"""Re-ratings: a deck's prices were wrong, and what was rated by them is rated again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Account
from billing.usage.models import UsageSource
from catalog.models import RateDeck
from core.formatting import format_day
from core.one_brand import keeps_its_owner, one_brand


class Rerating(models.Model):
    """Usage of a sell deck, from a day of its zone on, is rated again at the deck's rates of today.

    It is tried first, or carried out at once from the shell. `replaced` records belong to open
    usage periods and were priced anew where they stand; `adjusted` ones are billed: each was
    reversed and rated again, and the difference stands on the next invoice. Others keep their
    price: `unpriced` have no rate any more, `masked` no whole number, and of billed periods `left`
    took allowances in an order that isn't known any more. Once it is done the counts are those of
    what was done, before that those of the trial.
    """

    class State(models.TextChoices):
        TRYING = "trying", "being tried"
        TRIED = "tried", "tried"
        RUNNING = "running", "being carried out"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    # What failed half-way is carried out again: accounts that were done have nothing left to do.
    TRANSITIONS = {
        State.TRYING: {State.TRIED, State.FAILED},
        State.TRIED: {State.RUNNING},
        State.RUNNING: {State.DONE, State.FAILED},
        State.DONE: set(),
        State.FAILED: {State.RUNNING},
    }

    deck = models.ForeignKey(RateDeck, models.PROTECT, related_name="reratings")
    starts_on = models.DateField(
        "from", help_text="Usage that started on this day of the deck's zone, or later."
    )
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TRYING)
    refusal = models.CharField("why it failed", max_length=300, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    replaced = models.PositiveBigIntegerField(
        "not billed yet",
        default=0,
        help_text="Records of open usage periods: today's price takes the place of the old one.",
    )
    adjusted = models.PositiveBigIntegerField(
        "billed",
        default=0,
        help_text="Records on invoices, which stay as they are: what they cost more or less now"
        " stands on the customer's next invoice.",
    )
    unpriced = models.PositiveBigIntegerField(
        "kept: no rate",
        default=0,
        help_text="The deck has no rate for these records any more. They keep their price.",
    )
    masked = models.PositiveBigIntegerField(
        "kept: number masked",
        default=0,
        help_text="Of the numbers only the first digits are kept, so their rate can't be found."
        " They keep their price.",
    )
    left = models.PositiveBigIntegerField(
        "kept: order unknown",
        default=0,
        help_text="Billed records of months in which it isn't known any more which of them used"
        " the allowances. They keep their price.",
    )

    class Meta:
        verbose_name = "re-rating"
        ordering = ("-id",)
        permissions = (("rerate_usage", "Can rate usage again"),)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="rerating_says_why"),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(refusal="") | ~Q(state="failed") & Q(refusal=""),
                name="rerating_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False)
                | ~Q(state="done") & Q(finished_at__isnull=True),
                name="rerating_done_says_when",
            ),
        )
        triggers = (keeps_its_owner("deck"),)

    def __str__(self) -> str:
        return f"Deck {self.deck} from {format_day(self.starts_on, 'en')}"

    @property
    def kept_as_they_are(self) -> list[tuple[str, int]]:
        """Why records keep their price, and how many."""
        return [
            ("the deck has no rate for them any more", self.unpriced),
            ("of their numbers only the first digits are kept", self.masked),
            ("what they took of allowances can't be followed", self.left),
        ]


class ReratingEffect(models.Model):
    """What a re-rating changes for an account, in millionths of its currency unit.

    `open_before` and `open_after` are what the usage of open usage periods costs; `adjustment` is
    what the next invoice adds, or takes away, for usage that is billed. Amounts are in the brand's
    price mode.
    """

    rerating = models.ForeignKey(Rerating, models.CASCADE, related_name="effects")
    account = models.ForeignKey(Account, models.PROTECT, related_name="rerating_effects")
    replaced = models.PositiveBigIntegerField()
    adjusted = models.PositiveBigIntegerField()
    open_before = models.BigIntegerField()
    open_after = models.BigIntegerField()
    adjustment = models.BigIntegerField()

    class Meta:
        verbose_name = "effect of a re-rating"
        verbose_name_plural = "effects of re-ratings"
        ordering = ("rerating", "account")
        constraints = (
            models.UniqueConstraint(fields=("rerating", "account"), name="rerating_effect_once"),
        )
        triggers = (*one_brand(("rerating__deck__brand", "account__brand")),)

    def __str__(self) -> str:
        return f"{self.account} in re-rating {self.rerating_id}"

    @property
    def change(self) -> int:
        """By how much the account's charges change in all."""
        return self.open_after - self.open_before + self.adjustment


class UsageReplacement(models.Model):
    """Which record stands for a billed one that was rated again; its reversal is a correction.

    Both are named by their source, key and start, as `UsageRecord` has them. A replacement may be
    replaced in its turn.
    """

    rerating = models.ForeignKey(Rerating, models.PROTECT, related_name="replacements")
    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="replacements")
    key = models.UUIDField()
    replaced_key = models.UUIDField()
    start_at = models.DateTimeField(help_text="Of both records.")

    class Meta:
        ordering = ("start_at", "replaced_key")
        constraints = (
            models.UniqueConstraint(
                fields=("replaced_key", "start_at"), name="usage_replaced_once"
            ),
            models.UniqueConstraint(fields=("key", "start_at"), name="usage_replacement_once"),
            models.CheckConstraint(
                condition=~Q(key=F("replaced_key")), name="usage_replacement_is_another"
            ),
        )
        triggers = (*one_brand(("rerating__deck__brand", "source__brand")),)

    def __str__(self) -> str:
        return f"{self.key} for {self.replaced_key}"
