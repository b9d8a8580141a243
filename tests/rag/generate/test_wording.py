"""How sentences of papers read where they stand by themselves."""

from __future__ import annotations

import pytest

from rag.generate.wording import is_run_in, shown
from rag.types import Kind


@pytest.mark.parametrize(
    ("said", "kind", "line"),
    [
        ("3For CUB-200 we use VGG-M.", Kind.FOOTNOTE, "For CUB-200 we use VGG-M."),
        ("∗ Equal contributions.", Kind.FOOTNOTE, "Equal contributions."),
        ("1A grid is searched.", Kind.FOOTNOTE, "A grid is searched."),
        ("3D convolutions are used.", Kind.FOOTNOTE, "3D convolutions are used."),
        ("3For CUB-200 we use VGG-M.", Kind.PARAGRAPH, "3For CUB-200 we use VGG-M."),
        ("(2) Good models.", Kind.LIST, "Good models."),
        ("(2) Good models.", Kind.PARAGRAPH, "(2) Good models."),
    ],
)
def test_what_only_numbers_a_sentence_is_not_shown(said: str, kind: Kind, line: str) -> None:
    assert shown(said, kind) == line


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Comparison with other estimators.", Kind.PARAGRAPH),
        ("(2) Good Personalized Models.", Kind.LIST),
        ("Training and Implementation\nDetails.", Kind.PARAGRAPH),
        ("Supervised learning of irregular time series.", Kind.PARAGRAPH),
    ],
)
def test_headings_on_the_line_are_known(said: str, kind: Kind) -> None:
    assert is_run_in(said, kind)


@pytest.mark.parametrize(
    "said",
    [
        "We use optimal step sizes.",
        "Remarkably, this method wins.",
        "Attention is all there is.",
        "Dropout of 0.1 helps.",
        "Remarkably, EMA outperforms the ensemble.",
        "Models were trained on GPUs.",
        "Comparison with all of the others in the literature.",
        "We define the following:",
        "of the third kind.",
    ],
)
def test_short_sentences_are_no_headings(said: str) -> None:
    assert not is_run_in(said, Kind.PARAGRAPH)
