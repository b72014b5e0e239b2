"""Why an allowance covers a record, or doesn't: the reference's reasons, in plain words."""

from billing.rating.explanation import Reason, _

ALLOWANCE_TEXTS = {
    "late": _("Its usage period is closed: it may use only what that period left over."),
    "settled": _("Its amount is settled already, so it uses no allowance: {amount}."),
    "nothing_billed": _("Nothing was used, so nothing is charged, not even a connection fee."),
    "covers": _("{code} covers {units} units; {left} are left of it."),
    "covers_without_limit": _("{code} covers {units} units; it has no limit."),
    "used_up": _("{code} is used up."),
    "fee_falls_away": _("No connection fee, since units are covered."),
    "fee_stays": _("The connection fee is charged although units are covered: {amount}."),
    "fee": _("Connection fee: {amount}."),
    "segment": _("{units} units that nothing covers, at {price} per {per}: {amount}."),
    "sum": _("Together: {amount}."),
    "cap": _("At most {cap} is charged for one event."),
    "rounding": _("Rounded to {decimals} decimals ({rounding}): {amount}."),
    "counts": _("{units} units count in the total of the usage period, which has one price."),
    "share": _("Its share of that price, so that shares add up: {amount}."),
    "before": _("Before allowances that is {amount}."),
    "priced": _("Its source carries the price, which is kept: {amount}."),
    "pays": _("{code} pays {amount}; {left} is left of it."),
    "pays_without_limit": _("{code} pays {amount}; it has no limit."),
    "mirrors": _("It reverses its record whole: {amount}."),
    "replaced": _(
        "It was rated at {amount}, and later rated again: its reversal and its replacement follow."
    ),
    "rated_again": _("It stands for a billed record that had another price."),
    "billed_late": _("Its usage period is closed: it stands on the next invoice, as late usage."),
    "adds": _("With what it changes of other usage it adds {amount} to what the account pays."),
    "duplicate": _(
        "Such a record is stored already: another one would be counted as its duplicate."
    ),
    "waits": _("It would wait in suspense and cost nobody anything: {what}."),
    "gives_back": _("{code} gets back {quantity}."),
}


class AllowanceReason(Reason):
    """One step of an allowance's work: a key of `ALLOWANCE_TEXTS` and its sentence's values."""

    __slots__ = ()

    @property
    def text(self) -> str:
        return ALLOWANCE_TEXTS[self.rule].format(**self.values)
