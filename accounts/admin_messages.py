"""Back office pages of messages: the outbox, their words, consents and how brands write."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.approval_kinds import KIND
from accounts.message_events import all_events, event_of
from accounts.models import (
    Account,
    Consent,
    ContactPreference,
    Message,
    MessageSettings,
    MessageTemplate,
    Person,
)
from accounts.services.login_messages import invite_person
from accounts.services.render_message import layout
from accounts.services.requeue_message import requeue_message
from accounts.services.write_template import (
    Words,
    draft_template,
    edit_draft,
    problems_of,
    retire_template,
)
from accounts.wording.environment import TemplateRefused
from accounts.wording.parts import Sources, fill, sample_values
from accounts.wording.segments import segments_of
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin, brand_ids_of
from core.errors import DomainError
from core.models import Brand
from core.services.request_approval import request_approval

PANEL_ROWS_MAX = 20
TONES = columns.TONES | {
    "sending": "warning",
    "delivered": "success",
    "bounced": "danger",
    "published": "success",
    "given": "success",
    "withdrawn": "warning",
}


@admin.register(Message)
class MessageAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "No messages yet. Reminders and other news to customers show up here."
    list_display = (
        "subject",
        "to_address",
        "account",
        "event",
        "channel",
        columns.state(tones=TONES),
        "created_at",
        "sent_at",
    )
    list_select_related = ("account",)
    list_filter = ("state", "channel", "brand", "topic", "may_have_arrived")
    search_fields = ("to_address", "subject", "account__number", "message_id")
    date_hierarchy = "created_at"
    exclude = ("body_html",)  # what it says stands in the text

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/try-again/", self.try_again, "try_again")
        return [own, *super().get_urls()]

    def try_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Queue a failed message again."""
        message: Message = row_of(self, request, object_id, "accounts.change_message")
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            requeue_message(message, now=timezone.now())
            messages.success(request, "The message is queued again.")
        return redirect("admin:accounts_message_change", message.pk)


@link("accounts.message", position=10, permission="accounts.change_message")
def try_again_link(message: Message) -> list[Link]:
    """A failed message can be tried again once its cause is mended."""
    if message.state != Message.State.FAILED:
        return []
    address = reverse("admin:accounts_message_try_again", args=[message.pk])
    return [Link("Try again", address, post=True)]


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words of a draft, checked as they are saved."""

    class Meta:
        model = MessageTemplate
        fields = ("brand", "event", "channel", "language", "subject", "text", "html")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "event" in self.fields:
            choices = [(event.code, event.title) for event in all_events()]
            self.fields["event"] = forms.ChoiceField(choices=choices)

    def clean(self) -> dict[str, Any]:
        """Every mistake with its line and the way to mend it."""
        data: dict[str, Any] = super().clean() or {}
        facts = {name: self._fact(data, name) for name in ("event", "channel", "language")}
        if not all(facts.values()) or self.errors:
            return data
        words = words_of(data)
        try:
            problems = problems_of(**facts, words=words)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from None
        for problem in problems:
            self.add_error(problem.part if problem.part in self.fields else None, str(problem))
        return data

    def _fact(self, data: dict[str, Any], name: str) -> str:
        return str(data.get(name) or getattr(self.instance, name, "") or "")


def words_of(data: dict[str, Any]) -> Words:
    """The three parts of a form's data; browsers end lines in their own way."""
    parts = [
        str(data.get(name) or "").replace("\r\n", "\n") for name in ("subject", "text", "html")
    ]
    return Words(*parts)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ScopedAdmin):
    brand_path = "brand"
    editable = addable = True
    form = TemplateForm
    empty_text = "The product's own words are used. Add a template to say it in the brand's."
    list_display = (
        "event",
        "channel",
        "language",
        "brand",
        "version",
        columns.state(tones=TONES),
        "published_at",
    )
    list_select_related = ("brand",)
    list_filter = ("state", "brand", "event", "channel", "language")
    search_fields = ("event", "subject", "text")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published stays as it was."""
        is_draft = obj is None or obj.state == MessageTemplate.State.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("brand", "event", "channel", "language")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "brand" and brand_ids_of(request) is not None and field is not None:
            field.required = True  # words of every brand are for who works for every brand
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep the draft through the service."""
        words = words_of(form.cleaned_data)
        if change:
            edit_draft(obj, words)
            return
        made = draft_template(
            brand=obj.brand,
            event=obj.event,
            channel=obj.channel,
            language=obj.language,
            words=words,
            now=timezone.now(),
            by=request.user,  # type: ignore[arg-type]
        )
        obj.pk, obj.version, obj.created_at = made.pk, made.version, made.created_at

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/preview/", self.preview, "preview"),
            url(self, "<path:object_id>/publish/", self.publish, "publish"),
            url(self, "<path:object_id>/retire/", self.retire, "retire"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The template with made-up values: e-mail, plain text and text message side by side."""
        template: MessageTemplate = row_of(
            self, request, object_id, "accounts.view_messagetemplate"
        )
        context = {**self.admin_site.each_context(request), "template": template}
        context |= {"title": f"Preview of {template}", "opts": self.opts} | _shown(template)
        return render(request, "admin/accounts/messagetemplate/preview.html", context)

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask a second person to publish the draft."""
        template: MessageTemplate = row_of(
            self, request, object_id, "accounts.change_messagetemplate"
        )
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            brand = template.brand or Brand.objects.order_by("pk").first()
            if brand is None:
                raise DomainError("There is no brand yet.")
            request_approval(
                KIND,
                subject=template,
                brand=brand,
                requested_by=request.user,  # type: ignore[arg-type]
                reason="New words",
                now=timezone.now(),
            )
            messages.success(request, "A second person is asked to publish it.")
        return redirect("admin:accounts_messagetemplate_change", template.pk)

    def retire(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go back to the product's words."""
        template: MessageTemplate = row_of(
            self, request, object_id, "accounts.publish_messagetemplate"
        )
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            retire_template(template)
            messages.success(request, "The product's own words are used again.")
        return redirect("admin:accounts_messagetemplate_change", template.pk)


def _shown(template: MessageTemplate) -> dict[str, Any]:
    event = event_of(template.event)
    if event is None:
        return {"error": f"There is no event {template.event}."}
    names = sorted(event.names.items())
    try:
        sources = Sources(template.subject, template.text, template.html)
        content = fill(sources, sample_values(event, template.language))
    except TemplateRefused as error:
        return {"error": str(error), "names": names}
    brand = template.brand or Brand.objects.first()
    page = layout(content.html, brand, template.language) if content.html and brand else ""
    return {
        "content": content,
        "page": page,
        "segments": segments_of(content.text.strip()),
        "names": names,
    }


@link("accounts.messagetemplate", position=10, permission="accounts.view_messagetemplate")
def template_links(template: MessageTemplate) -> list[Link]:
    """See it, publish it, take it back."""

    def to(action: str) -> str:
        return reverse(f"admin:accounts_messagetemplate_{action}", args=[template.pk])

    links = [Link("Preview", to("preview"))]
    if template.state == MessageTemplate.State.DRAFT:
        links.append(Link("Ask to publish", to("publish"), post=True, primary=True))
    if template.state == MessageTemplate.State.PUBLISHED:
        links.append(Link("Retire", to("retire"), post=True))
    return links


@admin.register(Consent)
class ConsentAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "Nobody has said anything yet: statements come from the portal, links and files."
    list_display = (
        "at",
        "person",
        "account",
        "topic",
        "channel",
        columns.state("statement", tones=TONES),
        "source",
        "brand",
    )
    list_select_related = ("person", "account", "brand")
    list_filter = ("statement", "topic", "channel", "source", "brand")
    search_fields = ("person__name", "person__email", "account__number", "evidence")
    date_hierarchy = "at"


@admin.register(MessageSettings)
class MessageSettingsAdmin(ScopedAdmin):
    brand_path = "brand"
    editable = addable = True
    empty_text = "All brands write as usual: quiet from 21:00 to 08:00, twice a week at most."
    list_display = ("brand", "sender_name", "sms_sender", "quiet_from", "quiet_until")
    list_select_related = ("brand",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("brand",)


@panel("accounts.account", position=60, permission="accounts.view_message")
def last_messages(account: Account) -> Panel:
    """What the customer was told last."""
    rows = account.messages.all()[:PANEL_ROWS_MAX]
    return Panel(
        title="Messages",
        columns=("Message", "To", "Channel", "State", "Written"),
        rows=[
            (
                Cell(row.subject, url=reverse("admin:accounts_message_change", args=[row.pk])),
                row.to_address,
                row.get_channel_display(),
                row.get_state_display(),
                f"{row.created_at.astimezone(ZoneInfo(account.brand.zone)):%Y-%m-%d %H:%M}",
            )
            for row in rows
        ],
        empty="Nothing was written to this customer.",
        url=f"{reverse('admin:accounts_message_changelist')}?account__id__exact={account.pk}",
    )


@panel("accounts.account", position=65, permission="accounts.view_consent")
def consents(account: Account) -> Panel:
    """What the customer and its members agreed to, newest first."""
    members = account.memberships.values("person")
    said = Consent.objects.filter(brand=account.brand)
    rows = (said.filter(account=account) | said.filter(person__in=members)).select_related("person")
    return Panel(
        title="Consents",
        columns=("Who", "Topic", "Channel", "Said", "When", "How"),
        rows=[
            (
                row.person.name if row.person else "the account",
                row.get_topic_display(),
                row.get_channel_display(),
                row.get_statement_display(),
                f"{row.at:%Y-%m-%d}",
                row.get_source_display(),
            )
            for row in rows[:PANEL_ROWS_MAX]
        ],
        empty="Nobody has said anything.",
    )


@panel("accounts.account", position=66, permission="accounts.view_contactpreference")
def preferences(account: Account) -> Panel | None:
    """What members switched off."""
    rows = ContactPreference.objects.filter(
        brand=account.brand, person__memberships__account=account
    ).select_related("person")[:PANEL_ROWS_MAX]
    if not rows:
        return None
    return Panel(
        title="Contact preferences",
        columns=("Who", "Topic", "Channel", "Wanted"),
        rows=[
            (
                row.person.name,
                row.get_topic_display(),
                row.get_channel_display(),
                "yes" if row.wanted else "no",
            )
            for row in rows
        ],
        empty="",
    )


def invite(page: ScopedAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Invite a person to the portal of the first brand where they are a customer."""
    person: Person = row_of(page, request, object_id, "accounts.change_person")
    if answer := post_only(request):
        return answer
    ids = brand_ids_of(request)
    theirs = Brand.objects.filter(accounts__memberships__person=person)
    brand = (theirs if ids is None else theirs.filter(pk__in=ids)).order_by("pk").first()
    with refusals_as_messages(request):
        if brand is None:
            raise DomainError("This person has no account.")
        invite_person(person, brand=brand, now=timezone.now())
        messages.success(request, f"{person.name} is invited to {brand.name}.")
    return redirect("admin:accounts_person_change", person.pk)
