"""Profiles of usage sources: ready-made mappings of well-known formats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.input_tree import Entries, Fields, Problems, Unreadable, listed
from core.input_tree import Node as TreeNode
from core.input_values import code as read_code
from core.input_values import scalar, text
from core.input_yaml import parse_yaml

_FILE = Path(__file__).with_name("profiles.yaml")


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """What a source of this kind is like: `source` holds its keys as a catalogue has them."""

    code: str
    title: str
    about: str
    source: Entries


@cache
def source_profiles() -> dict[str, SourceProfile]:
    """All profiles by code, in the order of their file."""
    problems = Problems(_FILE.name)
    tree = parse_yaml(_FILE.read_text("utf-8"), problems)
    assert isinstance(tree, Entries)
    tables = Fields(tree, problems, "profiles").tables("profiles", "profile")
    found = [_profile(fields) for fields in tables]
    problems.refuse_if_any()
    return {profile.code: profile for profile in found}


def _profile(fields: Fields) -> SourceProfile:
    source = fields.node.values["source"]
    assert isinstance(source, Entries)
    return SourceProfile(
        code=fields.require("code", read_code()) or "",
        title=fields.require("title", text(80)) or "",
        about=fields.require("about", text(200)) or "",
        source=source,
    )


def profile_of(node: TreeNode) -> SourceProfile:
    """The profile that a text names."""
    name = scalar(node)
    if name not in source_profiles():
        raise Unreadable(f"{name!r} is not a profile", f"known are: {listed(source_profiles())}")
    return source_profiles()[name]


def filled_up(given: Entries, profile: SourceProfile) -> Entries:
    """The keys of a source, and those of the profile where it says nothing; so too within its
    mapping and the mapping's columns."""
    values = _merged(profile.source, given).values
    ours, theirs = profile.source.values.get("mapping"), given.values.get("mapping")
    if isinstance(ours, Entries) and isinstance(theirs, Entries):
        mapping = _merged(ours, theirs)
        columns, own = ours.values.get("columns"), theirs.values.get("columns")
        if isinstance(columns, Entries) and isinstance(own, Entries):
            mapping.values["columns"] = _merged(columns, own)
        values["mapping"] = mapping
    return Entries(given.line, values)


def _merged(one: Entries, other: Entries) -> Entries:
    return Entries(other.line, {**one.values, **other.values})
