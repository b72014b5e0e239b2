"""Forms of usage sources: their settings in sections, a sample to try them on, a gap to accept."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from billing.usage.arrivals.schedules import schedule_problems
from billing.usage.models import UsageSource
from billing.usage.services.import_sources import encoding, file_name_pattern
from billing.usage.services.save_source import check_source, mapping_as_text, mapping_of_text
from core.errors import DomainError
from core.input_tree import Scalar, Unreadable
from core.input_values import zone

SAMPLE_BYTES_MAX = 8 * 2**20
_CODE = {"rows": 16, "spellcheck": "false", "class": "font-mono"}
MAPPING_HELP = (
    "Which columns say what, as described in docs/formats.md, section 4. One key a line, such as "
    'delimiter: ";" or columns: {start: began, service: caller, called: callee, quantity: seconds}.'
)


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A source; its mapping is written as in a catalogue file."""

    mapping_text = forms.CharField(
        label="Mapping",
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs=_CODE),
        help_text=MAPPING_HELP,
    )

    class Meta:
        model = UsageSource
        fields = (
            "brand", "code", "name", "supplier", "format", "encoding", "zone", "usage_type",
            "many_in_archive", "country_code", "international_prefix", "national_prefix",
            "short_code_digits", "id_reuse_days", "quantity_max", "file_name_pattern",
            "expected_every_hours", "expected_by", "expected_from", "sequence_first",
            "sequence_daily", "holds_billing",
        )  # fmt: skip

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk and "mapping_text" in self.fields:
            self.initial["mapping_text"] = mapping_as_text(self.instance.mapping)

    def clean_zone(self) -> str:
        return str(self._read("zone", zone))

    def clean_encoding(self) -> str:
        return str(self._read("encoding", encoding))

    def clean_file_name_pattern(self) -> str:
        return str(self._read("file_name_pattern", file_name_pattern))

    def _read(self, name: str, read: Any) -> Any:
        text = self.cleaned_data.get(name) or ""
        if not text:
            return text
        try:
            return read(Scalar(1, text))
        except Unreadable as error:
            raise forms.ValidationError(
                "; ".join(filter(None, (error.what, error.remedy)))
            ) from None

    def clean(self) -> dict[str, Any]:
        """Read the mapping by the format; what makes no sense together is told here."""
        data = super().clean() or self.cleaned_data
        if not self.errors:
            names = (
                "expected_every_hours", "expected_by", "expected_from", "file_name_pattern",
                "sequence_first", "sequence_daily",
            )  # fmt: skip
            for name, what, remedy in schedule_problems(**{each: data[each] for each in names}):
                self.add_error(name, f"{what}; {remedy}")
        kind = data.get("format") or self.instance.format
        if self.errors or not kind:
            return data
        try:
            text = data.get("mapping_text", "")
            self.instance.mapping = mapping_of_text(text, kind, data.get("usage_type", "voice"))
        except DomainError as error:
            self.add_error("mapping_text", str(error))
        return data

    def validate_constraints(self) -> None:
        """What was told in plain words isn't told again by the name of a constraint."""
        if not self.errors:
            super().validate_constraints()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            check_source(self.instance)
        except DomainError as error:
            self.add_error(None, str(error))


class SampleForm(forms.Form):
    """A sample file, and the mapping to try on it."""

    file = forms.FileField(
        label="Sample file",
        help_text="At most 8 MB; gzip and zip as well. Nothing of it is stored.",
    )
    mapping_text = forms.CharField(
        label="Mapping to try",
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs=_CODE),
        help_text="Change it here and look again; the source keeps its own until that is changed.",
    )

    def __init__(self, source: UsageSource, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.source = source
        self.initial["mapping_text"] = mapping_as_text(source.mapping)
        self.fields["file"].widget.attrs["class"] = " ".join(INPUT_CLASSES)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > SAMPLE_BYTES_MAX:
            raise forms.ValidationError("The file is too large for a sample; take its first lines.")
        return file

    def clean_mapping_text(self) -> str:
        """Give the source, which is not stored here, the mapping to try."""
        text = str(self.cleaned_data["mapping_text"])
        try:
            self.source.mapping = mapping_of_text(text, self.source.format, self.source.usage_type)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from None
        return text


class AcceptGapForm(forms.Form):
    """Why nobody waits for a file any more."""

    key = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why",
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="Stands in the source’s history. A file that comes after all is still taken in.",
    )
