"""Outcomes as a run would make them, without a library."""

from __future__ import annotations

from collections.abc import Sequence

from eval.datasets import Question
from eval.outcome import Outcome
from eval.report import Findings, Origin, find
from eval.rows import Effort, Found, Row
from eval.scoring import measures_of, score_hits
from rag.config import Search, Settings
from rag.types import Role, Usage

PASSAGE = "we train the model with adam and a learning rate of one tenth"
OTHER = "the corpus holds four million pairs of sentences in two languages"
MARKUP = "What is <script>alert('x')</script> & why?"


def hit(text: str, *, paper: str = "one", section: str = "3 Method", page: int = 4) -> Found:
    return Found(f"c{abs(hash(text))}", paper, section, Role.METHOD, (page,), text)


def row(question: Question, texts: Sequence[str], ms: float = 5.0, usage: int = 0) -> Row:
    hits = tuple(hit(text) for text in texts)
    scores = score_hits(question, texts, [h.paper for h in hits], measures_of([question]))
    troubles = ("hyde late",) if usage else ()
    return Row(question, hits, ms, scores, Effort(Usage(usage, usage // 2, usage / 1e4), troubles))


def questions(count: int) -> list[Question]:
    wordings = ("How many layers?", "Why?", "Which rate?", MARKUP)
    return [
        Question(f"q{i}", wordings[i % 4], ("one",), evidence=((PASSAGE,),)) for i in range(count)
    ]


def findings(*, spends: bool = False) -> Findings:
    """A baseline that fails every fourth of 24 questions, one that never does, one without hits."""
    asked = questions(24)
    usual = Settings()
    words = Settings(search=Search(retrievers=("bm25",)))
    filler = " ".join(f"filler{i}" for i in range(800))
    outcomes = [
        Outcome(
            "default",
            usual,
            tuple(
                row(q, [filler, OTHER, PASSAGE] if i % 4 == 3 else [PASSAGE], 10 + i)
                for i, q in enumerate(asked)
            ),
        ),
        Outcome(
            "best", usual, tuple(row(q, [PASSAGE], 50, 100 * spends) for q in asked), (), "all"
        ),
        Outcome("words & co", words, tuple(row(q, []) for q in asked)),
    ]
    origin = Origin(
        "made",
        "data4711",
        {o.name: f"settings-{i}" for i, o in enumerate(outcomes)},
        "code4711",
        7,
        {"python": "3.11"},
        "scholium eval retrieval made",
        ("The model may have known these papers.",),
    )
    roles = {q.question_id: frozenset({"method"}) for q in asked}
    return find(origin, outcomes, tuple(outcomes[0].means), roles)
