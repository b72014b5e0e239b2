"""Reads YAML into a tree that keeps each text as it was written, with its line."""

from __future__ import annotations

from typing import Any

import yaml

from core.errors import InputProblem, InputRefused
from core.input_text import collector_paused
from core.input_tree import Entries, Items, Node, Problems, Scalar

# The loader of libyaml is ten times as fast; both make the same nodes.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_MERGE = "<<"
_DEPTH_MAX = 30


class _TextLoader(_BASE):  # type: ignore[misc]  # either of the two
    """Makes no guesses what a text might be: that is said by the key it stands behind."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """Give every node the same tag."""
        del kind, value, implicit
        return "text"


def parse_yaml(text: str, problems: Problems) -> Node:
    """The tree of a YAML document. Nothing is interpreted: `399.00` and `NO` stay these texts.

    Text that isn't YAML raises `InputRefused` with the line; repeated keys are reported.
    """
    try:
        with collector_paused():
            node = yaml.compose(text, Loader=_TextLoader)
            return _Converter(problems).convert(node, 0) if node else Entries(1, {})
    except yaml.YAMLError as error:
        raise InputRefused([_not_yaml(error, problems.file)]) from None


class _Converter:
    """Turns PyYAML's nodes into ours, each shared node (an alias) once."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.done: dict[int, Node] = {}

    def convert(self, node: Any, depth: int) -> Node:
        if (ready := self.done.get(id(node))) is not None:
            return ready
        line = node.start_mark.line + 1
        if depth > _DEPTH_MAX:
            problem = InputProblem(
                self.problems.file, line, "the nesting is too deep", "use no alias within itself"
            )
            raise InputRefused([problem])
        if isinstance(node, yaml.ScalarNode):
            is_null = not node.style and node.value in _NULLS
            made: Node = Scalar(line, "" if is_null else node.value)
        elif isinstance(node, yaml.SequenceNode):
            made = Items(line, tuple(self.convert(item, depth + 1) for item in node.value))
        else:
            made = self._mapping(node, line, depth)
        self.done[id(node)] = made
        return made

    def _mapping(self, node: Any, line: int, depth: int) -> Entries:
        values: dict[str, Node] = {}
        for key, value in node.value:
            key_line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.problems.add(key_line, "a key must be a word", "write “key: value”")
            elif key.value == _MERGE and not key.style:
                self.problems.add(key_line, "“<<” is not supported", "write the keys out")
            elif key.value in values:
                self.problems.add(
                    key_line, f"the key {key.value!r} stands here twice", "keep one of them"
                )
            else:
                values[key.value] = self.convert(value, depth + 1)
        return Entries(line, values)


def _not_yaml(error: yaml.YAMLError, file: str) -> InputProblem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    remedy = "check indentation, colons and quotes there and in the line before"
    return InputProblem(file, line, f"this is not YAML: {why}", remedy)
