"""Replace the rules of who may have a plan."""

from __future__ import annotations

from django.db import transaction

from catalog.models import EligibilityRule, Plan
from catalog.who_may import WhoMay, rules_of


@transaction.atomic
def set_who_may(plan: Plan, who: WhoMay) -> list[EligibilityRule]:
    """From now on these rules hold for whoever wants the plan; who has it keeps it."""
    locked = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    locked.eligibility_rules.all().delete()
    return EligibilityRule.objects.bulk_create(rules_of(locked, who))
