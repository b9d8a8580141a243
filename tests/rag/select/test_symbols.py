"""Symbols, and the sentences that say what they stand for."""

from __future__ import annotations

import pytest

from rag.select.symbols import definitions, symbols


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("scaled by $\\sqrt{d_k}$ and $\\lambda$", ["d_k", "λ"]),
        ("with weight λ and rate ηt", ["λ", "η"]),
        ("$d_{model}$ is 512", ["d_model"]),
        ("of $h$ heads", ["h"]),
        ("a plain h is a letter", []),
        ("snake_case names and x_y_z are none", []),
        ("a word in Greek, αλφα, is no symbol", []),
        ("$\\lambda$ again: λ", ["λ"]),
    ],
)
def test_symbols_are_found_as_tex_and_as_print(text: str, found: list[str]) -> None:
    assert [symbol.shown for symbol in symbols(text)] == found


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ("$d_k$", "where $d_k$ is the dimension of the keys."),
        ("$d_k$", "Let d_{k} be the dimension."),
        ("λ", "Here λ denotes the rank."),
        ("$\\lambda$", "where λ weighs nothing, and λ is a constant."),
        ("$\\lambda$", "We denote the rank by $\\lambda$."),
        ("$h$", "where $h$ stands for the number of heads."),
        ("$W_q$", "$W_q$ represents the queries."),
    ],
)
def test_definitions_are_known_by_their_wording(symbol: str, text: str) -> None:
    [wanted] = symbols(symbol)
    assert list(definitions(wanted, text))


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ("$d_k$", "where $d_v$ is the dimension of the values."),
        ("$d_k$", "where $D_k$ is another one."),
        ("$d_k$", "We divide by d_k. Where this is done matters."),
        ("$h$", "where the h is a letter."),
        ("λ", "where \\lambdabar is another letter."),
    ],
)
def test_what_defines_something_else_is_no_definition(symbol: str, text: str) -> None:
    [wanted] = symbols(symbol)
    assert not list(definitions(wanted, text))


@pytest.mark.parametrize("letter", "α β γ δ ε θ λ μ π σ ω Γ Ω x_1 W_{q} $\\Phi$ $y$".split())
def test_every_kind_of_symbol_can_be_looked_for(letter: str) -> None:
    [symbol] = symbols(letter)
    assert list(definitions(symbol, f"They are many, where {letter} is one of them."))


def test_a_definition_begins_with_its_first_letter() -> None:
    """The blank before it may be the end of another chunk."""
    text = "It ends here.\n\nλ is a rate."
    [symbol] = symbols("λ")
    assert [span.of(text) for span in definitions(symbol, text)] == ["λ is a"]
