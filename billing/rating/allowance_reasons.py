"""Why an allowance covers a record, or doesn't: the reference's reasons, in plain words."""

from billing.rating.explanation import Reason

ALLOWANCE_TEXTS = {
    "late": "Its usage period is closed: it may use only what that period left over.",
    "settled": "Its amount is settled already, so it uses no allowance: {amount}.",
    "nothing_billed": "Nothing was used, so nothing is charged, not even a connection fee.",
    "covers": "{code} covers {units} units; {left} are left of it.",
    "covers_without_limit": "{code} covers {units} units; it has no limit.",
    "used_up": "{code} is used up.",
    "fee_falls_away": "No connection fee, since units are covered.",
    "fee_stays": "The connection fee is charged although units are covered: {amount}.",
    "fee": "Connection fee: {amount}.",
    "segment": "{units} units that nothing covers, at {price} per {per}: {amount}.",
    "sum": "Together: {amount}.",
    "cap": "At most {cap} is charged for one event.",
    "rounding": "Rounded to {decimals} decimals ({rounding}): {amount}.",
    "counts": "{units} units count in the total of the usage period, which has one price.",
    "share": "Its share of that price, so that shares add up: {amount}.",
    "before": "Before allowances that is {amount}.",
    "priced": "Its source carries the price, which is kept: {amount}.",
    "pays": "{code} pays {amount}; {left} is left of it.",
    "pays_without_limit": "{code} pays {amount}; it has no limit.",
    "mirrors": "It reverses its record whole: {amount}.",
    "gives_back": "{code} gets back {quantity}.",
}


class AllowanceReason(Reason):
    """One step of an allowance's work: a key of `ALLOWANCE_TEXTS` and its sentence's values."""

    __slots__ = ()

    @property
    def text(self) -> str:
        return ALLOWANCE_TEXTS[self.rule].format(**self.values)
