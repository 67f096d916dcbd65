"""The part of OData's ``$filter`` that StatLine users write, compiled to a test on one row.

    expression := and_terms ("or" and_terms)*
    and_terms  := comparison ("and" comparison)*
    comparison := value (("eq" | "ne" | "gt" | "ge" | "lt" | "le") value)? | value "in" "(" value ("," value)* ")"
    value      := "(" expression ")" | function "(" value ("," value)* ")" | column | literal
    function   := startswith(text, start) | substringof(needle, text) | substring(text, start[, length])
                  and in v4: contains(text, needle) | endswith(text, end), without substringof
    literal    := 'text' ('' is a quote) | number | true | false | null

Text is compared as it stands, padding included: ``RegioS eq 'NL01'`` finds nothing where the code is ``'NL01
'``.
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Value = str | int | float | bool | None
Predicate = Callable[[Mapping[str, Any]], bool]

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)[LlDdFfMm]?\b|(?P<name>[^\W\d]\w*)|(?P<sign>[(),]))"
)
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}


class FilterError(ValueError):
    """The filter can't be read, names an unknown column, or compares things that can't be compared."""


class Token(NamedTuple):
    """A piece of the filter: its kind (text, number, name, sign or end), what it says and where it starts."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Node:
    """A part of the filter: its value for a row, and whether that is a truth value."""

    source: str
    value: Callable[[Mapping[str, Any]], Value]
    is_truth: bool = False


def parse_filter(text: str, columns: Collection[str], functions: "Functions | None" = None) -> Predicate:
    """Compile a filter on rows with these columns (none given: any name is accepted); ``functions`` default to v3's.

    Raises ``FilterError`` here for a filter that can't be read or an unknown column, and from the returned
    test when a comparison makes no sense for the values it meets.
    """
    parser = _Parser(text, columns, FUNCTIONS if functions is None else functions)
    try:
        node = parser.expression()
    except RecursionError:
        message = "$filter is nested too deeply."
        raise FilterError(message) from None
    parser.expect_end()
    return lambda row: bool(_truth(node).value(row))


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            rest = text[at:].lstrip()
            message = f"$filter can't be read at position {len(text) - len(rest)}: {rest[:20]!r}."
            raise FilterError(message)
        tokens.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return [*tokens, Token("end", "the end of the filter", end)]


class _Parser:
    """Recursive descent over the grammar in the module's docstring, one method per rule."""

    def __init__(self, text: str, columns: Collection[str], functions: "Functions") -> None:
        self._tokens = _tokens(text)
        self._columns = columns
        self._functions = functions
        self._next = 0

    def expression(self) -> Node:
        return self._terms("or", any, self._and_terms)

    def expect_end(self) -> None:
        if self._peek().kind != "end":
            raise self._unexpected("'and', 'or' or the end")

    def _and_terms(self) -> Node:
        return self._terms("and", all, self._comparison)

    def _terms(self, word: str, combine: Callable[..., bool], term: Callable[[], Node]) -> Node:
        terms = [term()]
        while self._accept("name", word):
            terms.append(term())
        if len(terms) == 1:
            return terms[0]
        tests = [_truth(node).value for node in terms]
        source = f" {word} ".join(node.source for node in terms)
        return Node(source, lambda row: combine(test(row) for test in tests), is_truth=True)

    def _comparison(self) -> Node:
        left = self._value()
        if self._functions is V4_FUNCTIONS and self._accept("name", "in"):
            return self._membership(left)
        word = self._peek().text
        if self._peek().kind != "name" or word not in COMPARISONS:
            return left
        self._take()
        right = self._value()
        source = f"{left.source} {word} {right.source}"
        compare = _comparer(source, word)
        return Node(source, lambda row: compare(left.value(row), right.value(row)), is_truth=True)

    def _membership(self, left: Node) -> Node:
        self._expect("(")
        choices = [self._value()]
        while self._accept("sign", ","):
            choices.append(self._value())
        self._expect(")")
        source = f"{left.source} in ({', '.join(choice.source for choice in choices)})"
        compare = _comparer(source, "eq")
        return Node(source, lambda row: any(compare(left.value(row), each.value(row)) for each in choices), True)

    def _value(self) -> Node:
        if self._accept("sign", "("):
            inner = self.expression()
            self._expect(")")
            return Node(f"({inner.source})", inner.value, inner.is_truth)
        token = self._peek()
        if token.kind == "name":
            return self._named(self._take().text)
        if token.kind in ("text", "number"):
            return _constant(self._take())
        raise self._unexpected("a column, a value, a function or '('")

    def _named(self, name: str) -> Node:
        if self._accept("sign", "("):
            return self._function(name)
        if name in CONSTANTS:
            constant = CONSTANTS[name]
            return Node(name, lambda _row: constant, isinstance(constant, bool))
        if self._columns and name not in self._columns:
            message = f"$filter names column {name!r}, which is not here. {known_columns(self._columns)}"
            raise FilterError(message)
        return Node(name, lambda row: row.get(name))

    def _function(self, name: str) -> Node:
        arguments = [self._value()]
        while self._accept("sign", ","):
            arguments.append(self._value())
        self._expect(")")
        source = f"{name}({', '.join(argument.source for argument in arguments)})"
        known = self._functions.get((name, len(arguments)))
        if known is None:
            names = ", ".join(f"{function} with {count} arguments" for function, count in self._functions)
            message = f"$filter calls {source}, which the recording server does not know. It knows {names}."
            raise FilterError(message)
        is_truth = name != "substring"
        return Node(source, lambda row: known(source, *(part.value(row) for part in arguments)), is_truth)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _accept(self, kind: str, text: str) -> bool:
        found = self._peek().kind == kind and self._peek().text == text
        self._next += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._accept("sign", sign):
            raise self._unexpected(f"'{sign}'")

    def _unexpected(self, expected: str) -> FilterError:
        token = self._peek()
        return FilterError(f"$filter at position {token.at}: expected {expected}, found {token.text}.")


def known_columns(columns: Collection[str]) -> str:
    """Name the columns in a sentence; of a wide table the first twenty."""
    names = sorted(columns)
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return f"Columns: {', '.join(names[:20])}{more}."


def _constant(token: Token) -> Node:
    value: Value
    if token.kind == "text":
        value = token.text[1:-1].replace("''", "'")
    else:
        value = float(token.text) if "." in token.text else int(token.text)
    return Node(token.text, lambda _row: value)


def _truth(node: Node) -> Node:
    if not node.is_truth:
        message = f"$filter: {node.source} is a value, not a condition. Compare it: {node.source} eq '...'."
        raise FilterError(message)
    return node


def _comparer(source: str, word: str) -> Callable[[Value, Value], bool]:
    holds = COMPARISONS[word]

    def compare(left: Value, right: Value) -> bool:
        if left is None or right is None:
            # As in OData v3: null equals only null, and is neither larger nor smaller than anything.
            return word in ("eq", "ne") and holds(left, right)
        if _kind(left) != _kind(right):
            message = (
                f"$filter: {source} compares {_kind(left)} with {_kind(right)}. Text stands between quotes; "
                "the figures of UntypedDataSet are text, those of TypedDataSet are numbers."
            )
            raise FilterError(message)
        return holds(left, right)

    return compare


def _kind(value: Value) -> str:
    if isinstance(value, str):
        return "text"
    return "a truth value" if isinstance(value, bool) else "a number"


def _texts(source: str, *values: Value) -> list[str] | None:
    """Check that the values are texts; None when one of them is null."""
    if any(value is not None and not isinstance(value, str) for value in values):
        message = f"$filter: {source} works on text, found {', '.join(repr(value) for value in values)}."
        raise FilterError(message)
    texts = [value for value in values if isinstance(value, str)]
    return texts if len(texts) == len(values) else None


def _startswith(source: str, text: Value, start: Value) -> Value:
    texts = _texts(source, text, start)
    return texts is not None and texts[0].startswith(texts[1])


def _substringof(source: str, needle: Value, text: Value) -> Value:
    texts = _texts(source, needle, text)
    return texts is not None and texts[0] in texts[1]


def _substring(source: str, text: Value, start: Value, length: Value = None) -> Value:
    texts = _texts(source, text)
    if type(start) is not int or start < 0 or (length is not None and (type(length) is not int or length < 0)):
        message = f"$filter: {source} needs whole numbers from 0 as start and length."
        raise FilterError(message)
    end = None if length is None else start + int(length)
    return None if texts is None else texts[0][start:end]


def _endswith(source: str, text: Value, end: Value) -> Value:
    texts = _texts(source, text, end)
    return texts is not None and texts[0].endswith(texts[1])


def _contains(source: str, text: Value, needle: Value) -> Value:
    return _substringof(source, needle, text)


Functions = Mapping[tuple[str, int], Callable[..., Value]]
FUNCTIONS: Functions = {
    ("startswith", 2): _startswith,
    ("substringof", 2): _substringof,
    ("substring", 2): _substring,
    ("substring", 3): _substring,
}
V4_FUNCTIONS: Functions = {
    ("startswith", 2): _startswith,
    ("endswith", 2): _endswith,
    ("contains", 2): _contains,
    ("substring", 2): _substring,
    ("substring", 3): _substring,
}
