"""A judge adds to what is marked, takes nothing away, and is missed softly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from rag.errors import EmbeddingError, ModelError, ScholiumError
from rag.generate.llm import LLMGenerator
from rag.judge.asked import LLMJudge
from rag.llm import ChatModel
from rag.types import Query, Statement, Usage, Verdicts
from rag.verify import verify
from tests.scripted_llm import ScriptedServer, fails, says
from tests.values import make_evidence, make_paper

EVIDENCE = make_evidence(
    make_paper(
        {
            "Attention": ["We employ h = 8 parallel attention layers, or heads."],
            "Regularization": ["We apply dropout at a rate of 0.1 to each sub-layer."],
        }
    )
)
ANSWER = "## Settings\nThere are 8 attention heads [1]. Dropout has a rate of 0.1 [2]. It is best."


@dataclass
class Sworn:
    """Says the same of every statement, or fails; keeps what it was asked."""

    word: bool = True
    error: ScholiumError | None = None
    asked: list[Statement] = field(default_factory=list)
    name: str = "sworn"

    def judge(self, statements: Sequence[Statement]) -> Verdicts:
        self.asked += statements
        if self.error:
            raise self.error
        return Verdicts((self.word,) * len(statements), Usage(7, 3))


def test_what_it_doubts_is_marked_and_keeps_its_citation() -> None:
    draft = verify(ANSWER, EVIDENCE, judge=Sworn(word=False))
    assert draft.text == (
        "## Settings\nThere are 8 attention heads [1]. [unsupported]"
        " Dropout has a rate of 0.1 [2]. [unsupported] It is best. [unsupported]"
    )
    assert draft.unsupported == (
        "There are 8 attention heads.",
        "Dropout has a rate of 0.1.",
        "It is best.",
    )
    assert len(draft.citations) == 2
    assert draft.usage == Usage(7, 3)


def test_what_it_believes_stays_marked_where_the_words_did_not_hold() -> None:
    judge = Sworn(word=True)
    assert replaced(verify(ANSWER, EVIDENCE, judge=judge)) == replaced(verify(ANSWER, EVIDENCE))


def test_it_is_asked_only_of_what_was_found_supported_with_what_is_cited() -> None:
    judge = Sworn()
    verify(ANSWER, EVIDENCE, judge=judge)
    assert judge.asked == [
        Statement("There are 8 attention heads.", EVIDENCE[:1]),
        Statement("Dropout has a rate of 0.1.", EVIDENCE[1:]),
    ]


def test_it_is_not_asked_of_nothing() -> None:
    judge = Sworn(error=ModelError("it was called"))
    assert verify("It is best.", EVIDENCE, judge=judge).note == ""


@pytest.mark.parametrize(
    ("error", "usage"),
    [
        (ModelError("The model x failed", "try again", Usage(5, 0)), Usage(5, 0)),
        (ModelError("The model x failed", "try again"), Usage()),
        (EmbeddingError("The model x failed: try again"), Usage()),
    ],
)
def test_without_it_the_first_check_stands_and_a_note_says_so(
    error: ScholiumError, usage: Usage
) -> None:
    draft = verify(ANSWER, EVIDENCE, judge=Sworn(error=error))
    assert replaced(draft) == replaced(verify(ANSWER, EVIDENCE))
    said = "The second check of the answer did not happen: The model x failed: try again."
    assert (draft.note, draft.usage) == (said, usage)


def replaced(draft: object) -> tuple[object, ...]:
    return tuple(getattr(draft, name) for name in ("text", "citations", "unsupported"))


def test_the_generator_has_its_sentences_judged(
    server: ScriptedServer, make_model: Callable[..., ChatModel]
) -> None:
    """The first reply is the answer, the second the verdicts."""
    written, said = says(ANSWER), says("1: no\n2: yes")
    server.play(written, said)
    model = make_model()
    draft = LLMGenerator(model, judge=LLMJudge(model)).generate(Query("How many?"), EVIDENCE)
    assert draft.unsupported == ("There are 8 attention heads.", "It is best.")
    assert draft.usage == Usage(200, len(written.pieces) + len(said.pieces))


def test_the_answer_outlives_a_judge_that_fails(
    server: ScriptedServer, make_model: Callable[..., ChatModel]
) -> None:
    server.play(says(ANSWER), fails(500, "boom"))
    model = make_model(retries=0)
    draft = LLMGenerator(model, judge=LLMJudge(model)).generate(Query("How many?"), EVIDENCE)
    assert draft.unsupported == ("It is best.",)
    assert "The second check of the answer did not happen" in draft.note
