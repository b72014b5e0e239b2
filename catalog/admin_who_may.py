"""The page of a plan on which is said who may have it; a second person lets the change hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.admin_draft_rows import choice, count, several, tick
from catalog.admin_versions import CHANGE
from catalog.approval_kinds import SET_WHO_MAY
from catalog.models import Plan
from catalog.who_may import WhoMay, who_may_now
from core.backoffice.actions import row_of, url
from core.backoffice.registry import Link, link
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.localised import localised
from core.services.request_approval import request_approval

LISTS = ("requires_plans", "requires_products", "excludes_plans", "excludes_products")
COUNTRY_LETTERS = 2
POSTCODE_LENGTH_MAX = 12


class WhoMayForm(forms.Form):
    """All that can be asked of whoever wants a plan; what is left empty is not asked."""

    customer_kind = choice(
        [("", "anybody"), ("consumer", "consumers only"), ("business", "businesses only")],
        required=False,
    )
    new_customer = tick(label="New customers only")
    months = count(0, 600, label="Customer for so many months", help_text="0: not asked.")
    requires_plans = several(label="Only together with one of these plans")
    requires_products = several(label="Or with a plan of one of these products")
    excludes_plans = several(label="Never together with these plans")
    excludes_products = several(label="Nor with a plan of these products")
    countries = forms.CharField(
        required=False, widget=UnfoldAdminTextInputWidget, help_text="ISO codes: NO, SE"
    )
    postcodes = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Beginnings of postcodes: 01, 02",
    )
    promotion = choice([], required=False, label="Only with the promotion")
    reason = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget, help_text="Whoever decides reads it."
    )

    def __init__(self, plan: Plan, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        brand = plan.brand
        plans = [_named(row) for row in brand.plans.exclude(pk=plan.pk).order_by("code")]
        products = [_named(row) for row in brand.products.order_by("code")]
        fields: dict[str, Any] = self.fields
        for name in LISTS:
            fields[name].choices = plans if name.endswith("plans") else products
        promotions = [_named(row) for row in brand.promotions.order_by("code")]
        fields["promotion"].choices = [("", "none asked"), *promotions]

    def clean_countries(self) -> tuple[str, ...]:
        """Codes of two letters, in capitals."""
        found = _words(self.cleaned_data["countries"].upper())
        if any(len(each) != COUNTRY_LETTERS or not each.isalpha() for each in found):
            raise forms.ValidationError("Write ISO codes of two letters, with commas: NO, SE")
        return found

    def clean_postcodes(self) -> tuple[str, ...]:
        """Short texts."""
        found = _words(self.cleaned_data["postcodes"])
        if any(len(each) > POSTCODE_LENGTH_MAX for each in found):
            raise forms.ValidationError(f"A postcode has at most {POSTCODE_LENGTH_MAX} signs.")
        return found

    def who_may(self) -> WhoMay:
        """What was chosen."""
        data = self.cleaned_data
        return WhoMay(
            customer_kind=data["customer_kind"],
            new_customer=data["new_customer"],
            months=data["months"] or 0,
            countries=data["countries"],
            postcodes=data["postcodes"],
            promotion=data["promotion"],
            **{name: tuple(sorted(data[name])) for name in LISTS},
        )


class WhoMayPages(ScopedAdmin):
    """A plan's page that asks who may have it."""

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/who-may/", self.who_may, "who_may")
        return [own, *super().get_urls()]

    def who_may(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change the conditions; they hold once a second person has agreed."""
        plan: Plan = row_of(self, request, object_id, CHANGE)
        rules = plan.eligibility_rules.select_related("other_plan", "product", "needed_promotion")
        now = who_may_now(list(rules))
        back = reverse("admin:catalog_plan_change", args=[plan.pk])
        if now is None:
            messages.error(request, "These conditions are changed in the catalogue's file.")
            return redirect(back)
        form = WhoMayForm(plan, request.POST or None, initial=_initial(now))
        if request.method == "POST" and form.is_valid():
            try:
                approval = request_approval(
                    SET_WHO_MAY,
                    subject=plan,
                    brand=plan.brand,
                    requested_by=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                    payload=form.who_may().as_payload(),
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "A second person is asked to let it hold.")
                return redirect("admin:core_approval_change", approval.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Who may have {plan.code}",
            "form": form,
            "plain": True,
            "button": "Ask a second person",
            "back": back,
            "opts": self.opts,
        }
        return render(request, "admin/backoffice/step.html", context)


@link("catalog.plan", position=20, permission=CHANGE)
def change_who_may(plan: Plan) -> list[Link]:
    """The way to the conditions."""
    return [Link("Who may have it", reverse("admin:catalog_plan_who_may", args=[plan.pk]))]


def _initial(who: WhoMay) -> dict[str, Any]:
    texts = {"countries": ", ".join(who.countries), "postcodes": ", ".join(who.postcodes)}
    return who.as_payload() | texts


def _named(row: Any) -> tuple[str, str]:
    return row.code, f"{row.code} {localised(row.name, 'en')}".strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted({part.strip() for part in text.split(",") if part.strip()}))
