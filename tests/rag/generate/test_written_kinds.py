"""An answer of each kind, from a server that plays a script, through the check of its citations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.generate.kinds import AnswerKind
from rag.generate.llm import LLMGenerator
from rag.generate.prompt import load_prompt
from rag.llm import ChatModel
from rag.types import Draft, Query
from tests.scripted_llm import ScriptedServer, says
from tests.values import make_evidence, make_paper

EVIDENCE = (
    *make_evidence(
        make_paper(
            {
                "Attention": [
                    "We compute the dot products of the query with all keys, divide each by the "
                    "square root of d_k, and apply a softmax function to obtain the weights on "
                    "the values. Queries and keys have dimension d_k, values dimension d_v. "
                    "Positions are encoded by sines of pos / 10000. We employ h = 8 heads."
                ],
                "Training": ["We apply dropout at a rate of 0.1. We used the Adam optimizer."],
            },
            title="Attention Is All You Need",
        )
    ),
    *make_evidence(
        make_paper(
            {"Model": ["BERT has 12 attention heads and a masked language model objective."]},
            paper_id="bert",
            title="BERT",
        )
    ),
)

STEPS = r"""1. Dot products of the query with all keys are divided by the square root of $d_k$ \
[1: "divide each by the square root of d_k"].
2. A softmax gives the weights on the values [1: "apply a softmax function"].

The weights on the values are obtained by a softmax of the dot products [1]:

$$\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V$$

where $d_k$ is the dimension of queries and keys [1: "Queries and keys have dimension d_k"].

- Heads: 8 [1]
- Dropout: 0.1 [2: "dropout at a rate of 0.1"]
""".replace("\\\n", "")

TABLE = """| | Attention Is All You Need | BERT |
|---|---|---|
| Attention heads | 8 [1] | 12 [3] |
| Objective | – | masked language model [3] |

BERT has more attention heads [3: "BERT has 12 attention heads"].
"""

CASES = {
    AnswerKind.METHOD: ("How is the attention computed?", STEPS),
    AnswerKind.COMPARISON: ("Compare the two models.", TABLE),
    AnswerKind.YES_NO: (
        "Do they use dropout?",
        'Yes, they apply dropout at a rate of 0.1 [2: "We apply dropout at a rate of 0.1"].',
    ),
    AnswerKind.NUMBER: ("How many heads does BERT have?", "12 attention heads [3]."),
    AnswerKind.LIST: (
        "Which methods are used in training?",
        '- Dropout [2: "We apply dropout"]\n- The Adam optimizer [2: "the Adam optimizer"]',
    ),
    AnswerKind.PLAIN: ("What optimizer was used?", "They used the Adam optimizer [2]."),
}


def answered(
    server: ScriptedServer, make_model: Callable[..., ChatModel], question: str, said: str
) -> Draft:
    server.play(says(said))
    generator = LLMGenerator(make_model(), load_prompt(max_words=100))
    return generator.generate(Query(question), EVIDENCE)


@pytest.mark.parametrize("kind", AnswerKind)
def test_a_good_answer_of_each_kind_is_borne_out(
    kind: AnswerKind, server: ScriptedServer, make_model: Callable[..., ChatModel]
) -> None:
    question, said = CASES[kind]
    draft = answered(server, make_model, question, said)
    assert draft.unsupported == ()
    assert draft.citations
    asked = server.requests[0]["messages"][1]["content"]
    assert "Kind of answer:" in asked.partition("</evidence")[2]
    assert asked.index("Kind of answer:") < asked.index("<question")


@pytest.mark.parametrize(
    ("question", "said", "wrong"),
    [
        ("How is it computed?", STEPS.replace("0.1", "0.3"), "- Dropout: 0.3"),
        ("Compare the two.", TABLE.replace("12 [3]", "16 [3]"), "| Attention heads | 8 | 16 |"),
        (
            "How are positions encoded?",
            "Positions are encoded by sines [1]:\n\n$$\\sin(pos / 20000^{2i/d})$$",
            "$$\\sin(pos / 20000^{2i/d})$$",
        ),
        (
            "What is the loss?",
            "The loss is:\n\n$$L = x^2$$\n\nBERT has 12 heads [3].",
            "$$L = x^2$$",
        ),
    ],
)
def test_what_is_wrong_in_rows_items_and_formulas_is_named(
    question: str,
    said: str,
    wrong: str,
    server: ScriptedServer,
    make_model: Callable[..., ChatModel],
) -> None:
    assert answered(server, make_model, question, said).unsupported == (wrong,)


def test_a_formula_has_the_numbers_of_the_line_that_leads_to_it(
    server: ScriptedServer, make_model: Callable[..., ChatModel]
) -> None:
    said = "Positions are encoded by sines [1]:\n\n$$\\sin(pos / 10000^{2i/d})$$"
    draft = answered(server, make_model, "How are positions encoded?", said)
    assert draft.unsupported == ()
    assert draft.text.endswith("{2i/d})$$")
