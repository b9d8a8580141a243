from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Draft
from rag.verify import verify
from tests.values import make_evidence, make_paper

PAPER = make_paper(
    {
        "Attention": [
            "We employ h = 8 parallel attention layers, or heads. Each head has 64 dimensions."
        ],
        "Regularization": ["We apply dropout to the output of each sub-layer, at a rate of 0.1."],
        "Training": ["Training took 3.5 days on eight P100 GPUs for 300,000 steps."],
    },
    title="Attention Is All You Need",
    year=2017,
)
EVIDENCE = make_evidence(PAPER)


def check(text: str) -> Draft:
    """The draft, after what holds for every draft."""
    draft = verify(text, EVIDENCE)
    for citation in draft.citations:
        assert citation.marker in draft.text
        assert citation.quote == citation.span.of(PAPER.text)
        assert citation.quote in citation.evidence.chunk.text
        assert citation.evidence in EVIDENCE
    assert draft.text.count("[unsupported]") == len(draft.unsupported)
    return draft


@pytest.mark.parametrize(
    ("answer", "shown", "quotes"),
    [
        (
            'The model has 8 attention heads [1: "h = 8 parallel attention layers"].',
            "The model has 8 attention heads [1].",
            ["h = 8 parallel attention layers"],
        ),
        (
            "Each attention head has 64 dimensions. [1] Dropout is applied at 0.1. [2]",
            "Each attention head has 64 dimensions. [1] Dropout is applied at 0.1. [2]",
            [
                "Each head has 64 dimensions.",
                "We apply dropout to the output of each sub-layer, at a rate of 0.1.",
            ],
        ),
        (
            'Dropout of 0.1 and 8 heads [2: "a rate of 0.1"; 1: "h=8 parallel attention"].',
            "Dropout of 0.1 and 8 heads [2][1].",
            ["a rate of 0.1", "h = 8 parallel attention"],
        ),
        (
            "[3] Training took 3.5 days.\n[2] Dropout was applied.",
            "[3] Training took 3.5 days.\n[2] Dropout was applied.",
            [EVIDENCE[2].chunk.text, EVIDENCE[1].chunk.text],
        ),
        (
            "The dropout rate is 0.1 [2][2].",
            "The dropout rate is 0.1 [2].",
            [EVIDENCE[1].chunk.text],
        ),
        ("It took 300000 steps on 8 GPUs [3].", "It took 300000 steps on 8 GPUs [3].", None),
        ("Yes. Dropout is applied [2].", "Yes. Dropout is applied [2].", None),
        (
            "The settings are:\n- dropout of 0.1 [2]\n- 8 heads [1]",
            "The settings are:\n- dropout of 0.1 [2]\n- 8 heads [1]",
            None,
        ),
        (
            'Dropout is applied to the output [2: "we applied dropout to each sub-layer output"].',
            "Dropout is applied to the output [2].",
            [EVIDENCE[1].chunk.text],
        ),
        ('The rate is 0.1 [2: "0.1"].', "The rate is 0.1 [2].", [EVIDENCE[1].chunk.text]),
        ("Training took eight GPUs [3].", "Training took eight GPUs [3].", None),
        ("The dropout rate is 0.1 [2]. Yes [2].", "The dropout rate is 0.1 [2]. Yes [2].", None),
        ("No, dropout is applied [2].", "No, dropout is applied [2].", None),
        (
            "## Settings\n\n**The settings are:**\nDropout of 0.1 [2]",
            "## Settings\n\n**The settings are:**\nDropout of 0.1 [2]",
            None,
        ),
        (
            "| what | value |\n|---|---|\n| dropout rate | 0.1 [2] |\n| attention heads | 8 [1] |",
            "| what | value |\n|---|---|\n| dropout rate | 0.1 [2] |\n| attention heads | 8 [1] |",
            None,
        ),
        (
            "```python\ndropout = 0.1\n``` [2]\nDropout is applied [2].",
            "```python\ndropout = 0.1\n```\n[2]\nDropout is applied [2].",
            None,
        ),
    ],
)
def test_what_the_evidence_bears_out(answer: str, shown: str, quotes: list[str] | None) -> None:
    draft = check(answer)
    assert draft.unsupported == ()
    assert draft.text == shown
    if quotes is not None:
        assert [citation.quote for citation in draft.citations] == quotes


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("There are 8 heads.", "There are 8 heads. [unsupported]"),
        ("There are 8 attention heads [7].", "There are 8 attention heads. [unsupported]"),
        ("There are 8 heads [0].", "There are 8 heads. [unsupported]"),
        (
            'There are 8 heads [1: "we use eight heads throughout"].',
            "There are 8 heads. [unsupported]",
        ),
        (
            "There are 8 heads in the encoder [2].",
            "There are 8 heads in the encoder. [unsupported]",
        ),
        ("There are 16 attention heads [1].", "There are 16 attention heads [1]. [unsupported]"),
        ("Training took 3.5 days [0].", "Training took 3.5 days. [unsupported]"),
        (
            'Bananas grow on tall plants [2: "dropout to the output of each"].',
            "Bananas grow on tall plants. [unsupported]",
        ),
        (
            'The output gets dropout [2: "we never apply dropout to the output sub-layer rate"].',
            "The output gets dropout. [unsupported]",
        ),
        (
            'Dropout is applied [2: "we apply dropout to each output at a rate of 0.3"].',
            "Dropout is applied. [unsupported]",
        ),
        ("Bananas grow on tall plants [1].", "Bananas grow on tall plants. [unsupported]"),
        (
            "# Ignore it, use 0.5\nDropout is 0.1 [2].",
            "# Ignore it, use 0.5 [unsupported]\nDropout is 0.1 [2].",
        ),
        (
            "Dropout is applied [2].\nSend your key to http://evil.example:",
            "Dropout is applied [2].\nSend your key to http://evil.example: [unsupported]",
        ),
        (
            "Dropout is applied [2]\nIt is no use to send keys:",
            "Dropout is applied [2]\nIt is no use to send keys: [unsupported]",
        ),
        (
            "Dropout is applied [2]\n# All of the other papers are wrong about all of this",
            "Dropout is applied [2]\n"
            "# All of the other papers are wrong about all of this [unsupported]",
        ),
        (
            "```\nrm -rf /\n```\nDropout is applied [2].",
            "```\nrm -rf /\n```\n[unsupported]\nDropout is applied [2].",
        ),
        (
            "| a | b |\n|---|---|\n| dropout | 0.1 [2] |\n| GPT | 0.9 |",
            "| a | b |\n|---|---|\n| dropout | 0.1 [2] |\n| GPT | 0.9 [unsupported] |",
        ),
        (
            "a | b\n--- | ---\ndropout | 0.1 [2]\nGPT | 0.9",
            "a | b\n--- | ---\ndropout | 0.1 [2]\nGPT | 0.9 [unsupported]",
        ),
        (
            "Dropout is ninety percent [2].",
            "Dropout is ninety percent [2]. [unsupported]",
        ),
        (
            "The output never gets a dropout of 0.1 [2].",
            "The output never gets a dropout of 0.1 [2]. [unsupported]",
        ),
        (
            "The output doesn't get dropout [2].",
            "The output doesn't get dropout [2]. [unsupported]",
        ),
        (
            "Dropout is applied [2]. It was a triumph! The rate is 0.1 [2].",
            "Dropout is applied [2]. It was a triumph! [unsupported] The rate is 0.1 [2].",
        ),
    ],
)
def test_what_it_does_not_bear_out(answer: str, shown: str) -> None:
    draft = check(answer)
    assert draft.text == shown
    assert len(draft.unsupported) == 1


LOSS = "The loss is\n\n$$L = 0.1 D$$\n\n[1]"


def test_a_line_may_lead_to_a_formula_without_a_colon() -> None:
    evidence = make_evidence(make_paper({"A": ["We set $L = 0.1 D$."]}))
    assert verify(LOSS, evidence).text == LOSS
    other = LOSS.replace("0.1", "0.2")
    assert verify(other, evidence).unsupported == ("$$L = 0.2 D$$",)


def test_code_keeps_its_indices() -> None:
    evidence = make_evidence(make_paper({"A": ["x[1] = net(x[0]) with dropout"]}))
    answer = "```\nx[1] = net(x[0])\n```\n[1]"
    assert verify(answer, evidence).text == answer


@pytest.mark.parametrize(
    "piece", ["the heads ", "8 heads, ", "heads? ", "...", "[1]", '[1: "', "8 "]
)
def test_what_is_repeated_without_end_is_read_all_the_same(piece: str) -> None:
    check("There are 8 parallel attention layers, or " + piece * 2000)


def test_the_unsupported_sentence_is_named() -> None:
    draft = check("Dropout is applied [2]. It was a triumph [9]!")
    assert draft.unsupported == ("It was a triumph!",)


def test_numbers_of_title_and_year_are_known() -> None:
    assert check("Attention heads were used in 2017 [1].").unsupported == ()


def test_no_text_is_no_answer() -> None:
    assert check(" \n") == Draft("", ())


def test_a_denial_may_be_put_in_other_words() -> None:
    paper = make_paper({"A": ["We use beam search instead of sampling. Dropout is 0.1."]})
    assert verify("They do not use sampling [1].", make_evidence(paper)).unsupported == ()


@pytest.mark.parametrize(
    ("answer", "asked", "unsupported"),
    [
        ("The Transformer employs 8 heads [1].", "", 0),  # "we employ": its own, known elsewhere
        ("Each layer of the Transformer has 8 heads [1].", "", 1),
        ("Each layer of the Transformer has 8 heads [1].", "Has the Transformer heads?", 0),
        ("The Transformer trained on P100 GPUs [3].", "", 1),  # nothing there speaks of its own
        ("Training took 3.5 days on eight H100 GPUs [3].", "", 1),
        ("Training took 3.5 days on eight P100s [3].", "", 0),
    ],
)
def test_names_are_the_papers_or_the_questions(answer: str, asked: str, unsupported: int) -> None:
    assert len(verify(answer, EVIDENCE, asked).unsupported) == unsupported


PIECES = st.sampled_from(
    [
        "We",
        "| ",
        "```",
        "\n# ",
        "|-|",
        "Yes. ",
        " heads",
        " dropout",
        ".",
        "\n",
        "- ",
        "[1]",
        '[2: "',
        "h = 8",
        '"]',
        " [9]",
        ": ",
        "8 ",
    ]
)


@given(st.lists(PIECES, max_size=25))
def test_every_draft_keeps_its_promises(pieces: list[str]) -> None:
    check("".join(pieces))
