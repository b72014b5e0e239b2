"""URLs of a brand's portal."""

from django.urls import path

from portal.views import (
    alerts,
    appearance,
    bills,
    contact,
    home,
    lines,
    orders,
    people,
    plan_changes,
    services,
    usage,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("bills/", bills.bill_list, name="bills"),
    path("bills/<int:invoice_id>/", bills.bill, name="bills-one"),
    path("bills/<int:invoice_id>/pdf/", bills.bill_pdf, name="bills-pdf"),
    path("usage/", usage.usage_list, name="usage"),
    path("usage/export/", usage.usage_export, name="usage-export"),
    path("services/<int:subscription_id>/plan/", services.service_plan, name="service-plan"),
    path("services/<int:subscription_id>/change/", plan_changes.plan_change, name="plan-change"),
    path("services/<int:subscription_id>/cap/", alerts.service_cap, name="service-cap"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/<int:summary_id>/contract/", orders.contract_pdf, name="contract-pdf"),
    path("lines/", lines.own_lines, name="lines"),
    path("help/", people.help_page, name="help"),
    path("profile/", people.profile, name="profile"),
    path("language/", people.choose_language, name="language"),
    path("account/", people.choose_account, name="account"),
    path("notices/", contact.notices, name="notices"),
    path("profile/messages/", contact.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", contact.unsubscribe_page, name="unsubscribe"),
    path("invitation/<str:token>/", contact.invitation, name="invitation"),
    path("brand.css", appearance.brand_css, name="brand-css"),
    path("brand/logo", appearance.logo, name="brand-logo"),
    path("brand/icon.svg", appearance.icon, name="brand-icon"),
]
