"""Forms of the import wizard: which file, and which column becomes which field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from core.backoffice.scoping import brand_ids_of
from core.imports.cells import DATE_FORMATS
from core.imports.foreign_file import DELIMITERS, ENCODINGS, ForeignTable
from core.imports.kinds import YES, ImportKind, TargetField, known_import_kinds
from core.imports.mapping import Mapping, write_mapping
from core.models import Brand

UPLOAD_BYTES_MAX = 64 * 1024 * 1024
SAMPLES = 3
_TEXT = {"class": " ".join(INPUT_CLASSES)}
_SELECT = {"class": " ".join(SELECT_CLASSES)}


def kinds_for(request: HttpRequest) -> list[ImportKind]:
    """The kinds of files that this member of staff may take in here."""
    user: Any = request.user
    ids = brand_ids_of(request)
    every_brand = ids is None or not Brand.objects.exclude(pk__in=ids).exists()
    return [
        kind
        for kind in known_import_kinds()
        if not kind.shell_only
        and (every_brand or not kind.every_brand)
        and (not kind.permission or user.has_perm(kind.permission))
    ]


class UploadForm(forms.Form):
    """What is taken in: the kind, the file, and for which brand."""

    kind = forms.ChoiceField(label="What is in the file", widget=forms.Select(_SELECT))
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label="Brand", required=False, widget=forms.Select(_SELECT)
    )
    file = forms.FileField(
        label="File",
        help_text="CSV with any delimiter, or JSON lines; at most 64 MB. Save Excel files as CSV.",
    )

    def __init__(self, request: HttpRequest, *arguments: Any, **fields: Any) -> None:
        super().__init__(*arguments, **fields)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.code, kind.label) for kind in kinds_for(request)]
        brands: Any = self.fields["brand"]
        ids = brand_ids_of(request)
        if ids is None:
            brands.queryset = Brand.objects.all()
            brands.empty_label = "Every brand (the file names it)"
        else:
            brands.queryset = Brand.objects.filter(pk__in=ids)
            brands.required = True
            brands.empty_label = None if len(ids) == 1 else "Choose a brand"

    def clean_file(self) -> Any:
        """Refuse what is too large or empty before it is read."""
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES_MAX:
            raise forms.ValidationError("This file is too large; split it.")
        return file


class MappingForm(forms.Form):
    """One row for each field: its column, or a text that is always the same."""

    encoding = forms.ChoiceField(
        label="Encoding", required=False, choices=[("", "Found by itself")]
        + [(name, name) for name in ENCODINGS], widget=forms.Select(_SELECT),
    )  # fmt: skip
    delimiter = forms.ChoiceField(
        label="Delimiter", required=False, choices=[("", "Found by itself")]
        + [(name, name.capitalize()) for name in DELIMITERS.values()],
        widget=forms.Select(_SELECT),
    )  # fmt: skip
    skip_lines = forms.IntegerField(
        label="Lines before the header", min_value=0, max_value=1000, required=False,
        widget=forms.NumberInput(_TEXT),
    )  # fmt: skip
    footer_lines = forms.IntegerField(
        label="Rows at the end that don't count", min_value=0, max_value=1000, required=False,
        widget=forms.NumberInput(_TEXT),
    )  # fmt: skip
    dates = forms.ChoiceField(
        label="Dates are written as", choices=[(name, name) for name in DATE_FORMATS],
        widget=forms.Select(_SELECT),
    )  # fmt: skip
    decimal = forms.ChoiceField(
        label="Decimal mark", choices=[("point", "Point: 1234.50"), ("comma", "Comma: 1234,50")],
        widget=forms.Select(_SELECT),
    )  # fmt: skip
    country = forms.CharField(
        label="Country of phone numbers without one", max_length=2, required=False,
        widget=forms.TextInput(_TEXT), help_text="Two letters, as NO.",
    )  # fmt: skip
    leave_out = forms.BooleanField(
        label="Take in the sound rows and leave out the others", required=False
    )

    def __init__(
        self, kind: ImportKind, table: ForeignTable, *arguments: Any, hidden: tuple[str, ...] = (),
        **fields: Any,
    ) -> None:  # fmt: skip
        super().__init__(*arguments, **fields)
        self.kind, self.table = kind, table
        self.targets = [item for item in kind.fields if item.name not in hidden]
        columns = [("", "–")] + [(name, name) for name in table.columns]
        for item in self.targets:
            self.fields[f"column_{item.name}"] = forms.ChoiceField(
                required=False, choices=columns, label=item.name,
                widget=forms.Select(_SELECT | {"aria-label": f"Column of {item.name}"}),
            )  # fmt: skip
            label = f"Always the same text for {item.name}"
            self.fields[f"constant_{item.name}"] = forms.CharField(
                required=False,
                max_length=200,
                widget=forms.TextInput(_TEXT | {"aria-label": label}),
            )
            hint = f"X={item.choices[0]}" if item.choices else ""
            words = f"Words of the file and ours for {item.name}"
            self.fields[f"values_{item.name}"] = forms.CharField(
                required=False,
                widget=forms.TextInput(_TEXT | {"aria-label": words, "placeholder": hint}),
            )
        for option in kind.options:
            self.fields[f"option_{option.name}"] = _option_field(option)

    def clean(self) -> dict[str, Any]:
        """What must be said once a box is ticked is asked for at its field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for option in self.kind.options:
            name = f"option_{option.name}"
            if data.get(f"option_{option.needed_with}") and not data.get(name):
                self.add_error(name, f"Needed where “{_label(option.needed_with)}” is ticked.")
        return data

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the page's table, with samples of the chosen column."""
        return [
            {
                "target": item,
                "column": self[f"column_{item.name}"],
                "constant": self[f"constant_{item.name}"],
                "words": self[f"values_{item.name}"],
                "samples": self._samples(item),
            }
            for item in self.targets
        ]

    @property
    def about(self) -> list[Any]:
        """The fields about the file as a whole."""
        names = (
            "encoding", "delimiter", "skip_lines", "footer_lines", "dates", "decimal", "country",
        )  # fmt: skip
        options = [f"option_{option.name}" for option in self.kind.options]
        return [self[name] for name in (*options, *names)]

    def _samples(self, item: TargetField) -> str:
        column = self[f"column_{item.name}"].value()
        if not column:
            return ""
        found = dict.fromkeys(
            text for row in self.table.rows[:50] if (text := row.cells.get(column, "").strip())
        )
        return " · ".join(text[:40] for text in list(found)[:SAMPLES])

    def options(self) -> dict[str, Any]:
        """What was said beside the file."""
        data = self.cleaned_data
        said: dict[str, Any] = {
            option.name: _said(data[f"option_{option.name}"]) for option in self.kind.options
        }
        return said | ({"leave_out": True} if data["leave_out"] else {})

    def mapping(self, before: dict[str, Any]) -> dict[str, Any]:
        """The mapping in its documented form; what the page can't show of `before` stays."""
        data = self.cleaned_data
        about = {
            name: data[name]
            for name in ("encoding", "delimiter", "skip_lines", "footer_lines", "dates", "country")
            if data[name]
        }
        about["decimal"] = "," if data["decimal"] == "comma" else "."
        kept = {
            key: value
            for key, value in before.get("file", {}).items()
            if key in ("format", "header")
        }
        fields: dict[str, Any] = {}
        for item in self.targets:
            source = self._source(item, before.get("fields", {}).get(item.name))
            if source:
                fields[item.name] = source
        made: dict[str, Any] = {"file": kept | about, "fields": fields}
        if before.get("skip_rows"):
            made["skip_rows"] = before["skip_rows"]
        return made

    def _source(self, item: TargetField, before: Any) -> dict[str, Any] | None:
        data = self.cleaned_data
        column, constant = data[f"column_{item.name}"], data[f"constant_{item.name}"].strip()
        if constant:
            return {"constant": constant}
        known = before if isinstance(before, dict) else {}
        if not column:
            return known if known.get("join") else None
        source = known | {"column": column} if known.get("column") == column else {"column": column}
        source.pop("values", None)
        if words := _words(data[f"values_{item.name}"]):
            source["values"] = words
        return source


def first_values(mapping: Mapping, kind: ImportKind, options: dict[str, Any]) -> dict[str, Any]:
    """What the mapping form shows at first."""
    about = write_mapping(mapping).get("file", {})
    values: dict[str, Any] = {
        "encoding": about.get("encoding", ""),
        "delimiter": about.get("delimiter", ""),
        "skip_lines": about.get("skip_lines", 0),
        "footer_lines": about.get("footer_lines", 0),
        "dates": mapping.dates,
        "decimal": "comma" if mapping.decimal == "," else "point",
        "country": mapping.country,
        "leave_out": bool(options.get("leave_out")),
    }
    for name, source in mapping.sources.items():
        values[f"column_{name}"] = source.column
        values[f"constant_{name}"] = source.constant
        values[f"values_{name}"] = ", ".join(f"{key}={word}" for key, word in source.values.items())
    return values | {
        f"option_{item.name}": options.get(item.name, "") == YES
        if item.type == "yes_no"
        else options.get(item.name, "")
        for item in kind.options
    }


def _option_field(option: TargetField) -> forms.Field:
    label = _label(option.name)
    if option.type == "yes_no":
        return forms.BooleanField(label=label, required=False, help_text=option.meaning)
    made = forms.CharField(
        label=label, required=option.required, help_text=option.meaning,
        widget=forms.TextInput(_TEXT),
    )  # fmt: skip
    if option.type == "date":
        made.widget = forms.DateInput(_TEXT | {"type": "date"})
    return made


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _said(value: Any) -> Any:
    """An option as the batch keeps it, which is how it is said in the shell."""
    return (YES if value else "") if isinstance(value, bool) else value


def _words(text: str) -> dict[str, str]:
    """`P=consumer, B=business` as pairs."""
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {key.strip(): word.strip() for key, _, word in pairs}
