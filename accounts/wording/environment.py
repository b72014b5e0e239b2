"""The language of templates: a small part of Liquid, without a way out.

Values are frozen plain data, names are looked up by key and never as attributes, nothing is
loaded, nothing is computed but conditions and lists. What templates cost is limited by length,
nesting, rows and output, so that the worst of them ends soon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from liquid import BoundTemplate, Environment, Mode, RenderContext, StrictUndefined
from liquid.ast import Node
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from core.errors import DomainError

SOURCE_LENGTH_MAX = 64 * 1024
OUTPUT_LENGTH_MAX = 1024 * 1024
NESTING_MAX = 10
ROWS_MAX = 2_000
# Characters of template that are gone through, over all rounds of all lists.
WORK_MAX = 2_000_000
TAGS = {"if", "unless", "case", "for", "break", "continue", "comment", "#"}
INNER_TAGS = {"content", "illegal", "output"}  # the library's own names of text and output
FILTERS = {"capitalize", "default", "downcase", "size", "strip", "truncate", "upcase"}


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with a template: in which part and line, and how to mend it."""

    part: str
    line: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.part}, line {self.line}: {self.what}" + (
            f" {self.remedy}" if self.remedy else ""
        )


class TemplateRefused(DomainError):
    """A template breaks the rules of the language; holds what to mend."""

    def __init__(self, problem: TemplateProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class _Language(Environment):
    """Liquid with the tags and filters of the lists above and no others."""

    block_nesting_limit = NESTING_MAX
    context_depth_limit = NESTING_MAX + 5
    output_stream_limit = OUTPUT_LENGTH_MAX
    local_namespace_limit = SOURCE_LENGTH_MAX

    def __init__(self, *, escape: bool, rows: int) -> None:
        self.loop_iteration_limit = rows  # type: ignore[misc]  # the library wants a class each
        super().__init__(
            tolerance=Mode.STRICT,
            undefined=StrictUndefined,
            strict_filters=True,
            autoescape=escape,
        )
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS | INNER_TAGS}
        self.filters = {name: call for name, call in self.filters.items() if name in FILTERS}


@lru_cache(maxsize=512)
def parsed(source: str, part: str, *, escape: bool, own: bool = False) -> BoundTemplate:
    """The template ready to be rendered; raises TemplateRefused with the line.

    The product's `own` templates may go through their lists in full.
    """
    if len(source) > SOURCE_LENGTH_MAX:
        raise refused(part, 1, f"It is longer than {SOURCE_LENGTH_MAX:,} characters.")
    rows = ROWS_MAX if own else max(1, min(ROWS_MAX, WORK_MAX // max(1, len(source))))
    try:
        template = _Language(escape=escape, rows=rows).from_string(source)
    except LiquidError as error:
        raise refused(part, line_of(error), in_words(error)) from None
    except (RecursionError, ValueError, OverflowError):
        raise refused(part, 1, "It is too deeply nested to be read.") from None
    for expression in expressions_of(template.nodes):
        if isinstance(expression, RangeLiteral):
            line = source[: max(0, expression.token.start_index)].count("\n") + 1
            raise refused(part, line, "Ranges like (1..9) are not allowed.", "Go over a list.")
    return template


def rendered(template: BoundTemplate, part: str, values: Mapping[str, object]) -> str:
    """The text; raises TemplateRefused where the template asks for what isn't there or too much."""
    try:
        return template.render(**values)
    except LiquidError as error:
        raise refused(part, line_of(error), in_words(error)) from None
    except (RecursionError, ValueError, TypeError, ArithmeticError, KeyError, IndexError) as error:
        raise refused(part, 1, f"It can't be filled in: {type(error).__name__}.") from None


def refused(part: str, line: int, what: str, remedy: str = "") -> TemplateRefused:
    return TemplateRefused(TemplateProblem(part, line, what, remedy))


def line_of(error: LiquidError) -> int:
    """The line where the library found the mistake; the first if it says none."""
    try:
        context = error.context()
    except ValueError:
        return 1
    return context[0] if context else 1


def in_words(error: LiquidError) -> str:
    """The library's one-line message as a sentence."""
    message = " ".join(str(error.message or type(error).__name__).split())[:300]
    return f"{message[:1].upper()}{message[1:]}."


def expressions_of(nodes: list[Node]) -> Iterator[Expression]:
    """Every expression of the template, those inside of others too."""
    waiting: list[Node] = list(nodes)
    # Nothing is ever loaded: the context is only asked where partial templates are.
    context = RenderContext(BoundTemplate(env=Environment(), nodes=[]))
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children(context, include_partials=False))
        inner = list(node.expressions())
        while inner:
            expression = inner.pop()
            yield expression
            inner.extend(expression.children())
