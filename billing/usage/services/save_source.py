"""Keep a source that was added or changed in the back office, once its settings make sense."""

from __future__ import annotations

from typing import Any

import yaml

from billing.usage.arrivals.schedules import schedule_problems
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import UsageSource
from billing.usage.services.import_sources import KEYS
from billing.usage.services.source_mapping import read_mapping
from billing.usage.source_profiles import SourceProfile
from core.errors import DomainError, InputRefused
from core.input_tree import Entries, Fields, Problems
from core.input_yaml import parse_yaml


def mapping_as_text(mapping: dict[str, Any]) -> str:
    """A mapping as it is written in a catalogue file; empty if there is none."""
    if not mapping:
        return ""
    text: str = yaml.safe_dump(
        mapping, sort_keys=False, allow_unicode=True, default_flow_style=None, width=80
    )
    return text


def mapping_of_text(text: str, kind: str, usage_type: str) -> dict[str, Any]:
    """The mapping that a text says. Raises `DomainError` with each line and what is wrong."""
    problems = Problems("mapping")
    try:
        tree = parse_yaml(text, problems)
    except InputRefused as refused:
        raise DomainError(_told(refused.problems)) from None
    if not isinstance(tree, Entries):
        raise DomainError("Write the mapping as keys and values, such as columns: {start: …}.")
    mapping = read_mapping(Fields(tree, problems, "mapping"), kind, usage_type)
    if problems.found:
        raise DomainError(_told(problems.found))
    return mapping


def profile_values(profile: SourceProfile) -> dict[str, Any]:
    """What a profile says, by the names of a source's attributes."""
    problems = Problems("profiles.yaml")
    fields = Fields(profile.source, problems, "profile")
    values = fields.collect(KEYS, is_new=False)
    mapping = fields.table("mapping", "mapping")
    if mapping is not None:
        values["mapping"] = read_mapping(mapping, values["format"], values["usage_type"])
    problems.refuse_if_any()
    return values


def check_source(source: UsageSource) -> None:
    """Refuse settings that make no sense together. Raises `DomainError`."""
    layout_of(source)
    normaliser_of(source)
    told = [
        f"{what}; {remedy}"
        for _, what, remedy in schedule_problems(
            expected_every_hours=source.expected_every_hours,
            expected_by=source.expected_by,
            expected_from=source.expected_from,
            file_name_pattern=source.file_name_pattern,
            sequence_first=source.sequence_first,
            sequence_daily=source.sequence_daily,
        )
    ]
    supplier = source.supplier
    if supplier is not None and supplier.legal_entity_id != source.brand.legal_entity_id:
        told.append("the supplier sells to another legal entity than the brand's")
    if told:
        raise DomainError(" · ".join(told))


def save_source(source: UsageSource) -> None:
    """Store the source. Raises `DomainError` where its settings make no sense."""
    check_source(source)
    source.save()


def _told(problems: list[Any]) -> str:
    return " · ".join(
        f"line {each.line}: {each.what}" + (f"; {each.remedy}" if each.remedy else "")
        for each in sorted(problems, key=lambda one: one.line)
    )
