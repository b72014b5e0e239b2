"""YAML is read as texts with lines: nothing is guessed, nothing goes through a float."""

from __future__ import annotations

import pytest
import yaml

from core import input_yaml
from core.input_tree import Entries, Items, Problems, Scalar
from core.input_yaml import parse_yaml


@pytest.fixture(params=["libyaml", "python"])
def loader(request, monkeypatch) -> str:
    """Both loaders of PyYAML: not every machine has the fast one."""
    if request.param == "python":
        slow = type("Slow", (yaml.SafeLoader,), {"resolve": input_yaml._TextLoader.resolve})
        monkeypatch.setattr(input_yaml, "_TextLoader", slow)
    return str(request.param)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("399.00", "399.00"),
        ('"399.00"', "399.00"),
        ("0150", "0150"),
        ("NO", "NO"),
        ("1e3", "1e3"),
        ("2026-11-01", "2026-11-01"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("~", ""),
        ("null", ""),
        ('"null"', "null"),
        ("", ""),
        ("!!float 1.10", "1.10"),
    ],
)
def test_a_value_is_the_text_that_was_written(loader: str, written: str, text: str) -> None:
    problems = Problems("f.yaml")

    tree = parse_yaml(f"# first\nkey: {written}\n", problems)

    assert tree == Entries(2, {"key": Scalar(2, text)})
    assert not problems.found


def test_every_value_knows_its_line(loader: str) -> None:
    tree = parse_yaml("a:\n  - b: 1\n    c:\n      d: 2\n  - e\n", Problems("f.yaml"))

    assert tree == Entries(
        1,
        {
            "a": Items(
                2,
                (
                    Entries(2, {"b": Scalar(2, "1"), "c": Entries(4, {"d": Scalar(4, "2")})}),
                    Scalar(5, "e"),
                ),
            )
        },
    )


def test_an_alias_is_the_same_again(loader: str) -> None:
    tree = parse_yaml("a: &x {b: 1}\nc: *x\n", Problems("f.yaml"))

    assert isinstance(tree, Entries)
    assert tree.values["a"] == tree.values["c"]


def test_aliases_of_aliases_cost_nothing(loader: str) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 25)
    )

    tree = parse_yaml(bomb, Problems("f.yaml"))

    assert isinstance(tree, Entries)
    assert len(tree.values) == 25
