"""Answers as somebody would give them, without a library."""

from __future__ import annotations

from dataclasses import replace

from eval.answers.outcome import AnswerOutcome, judge, top_paragraphs
from eval.answers.sections import Place
from eval.answers.support import lexical
from eval.answers.values import Cited, Given, Passage
from eval.datasets import Question
from eval.report import Origin
from rag.types import Usage

RATE = "We train with Adam and a learning rate of one tenth for ninety epochs in all."
PAIRS = "The corpus holds four million sentence pairs that were crawled from parliaments."
MARKUP = "What is <script>alert('x')</script> & why?"

TRAINING = Passage("c1", "one", RATE, ("3 Method", "3.1 Training"), (4,), "A Title", 2020)
DATA = Passage("c2", "one", PAIRS, ("4 Data",), (5, 6), "A Title", 2020)


def cited(passage: Passage, marker: str = "[1]", quote: str = "", page: int | None = None) -> Cited:
    return Cited(marker, passage, quote or passage.text, page or passage.pages[0])


def questions() -> list[Question]:
    return [
        Question(
            "rate",
            "Which learning rate?",
            ("one",),
            evidence=((RATE,),),
            answers=("one tenth", "0.1"),
            must_contain=("tenth",),
            section="3.1 Training",
            page=4,
        ),
        Question("pairs", MARKUP, ("one",), evidence=((PAIRS,),), answers=("4 million",)),
        Question("gpu", "Which GPU?", ("one",), answerable=False),
        Question("adam", "Do they use Adam?", ("one",), evidence=((RATE,),), answers=("Yes",)),
    ]


def good() -> list[Given]:
    """Right in all but a word."""
    return [
        Given("rate", f"{RATE} [1]", citations=(cited(TRAINING),), top=TRAINING, latency_ms=20),
        Given("pairs", f"{PAIRS} [1]", citations=(cited(DATA),), top=TRAINING, latency_ms=30),
        Given("gpu", "Not found.", abstained=True, top=DATA, latency_ms=10),
        Given(
            "adam",
            "Yes, they train with Adam [1].",
            citations=(cited(TRAINING),),
            top=TRAINING,
            usage=Usage(100, 10, 0.001),
            latency_ms=40,
            first_ms=25,
        ),
    ]


def poor() -> list[Given]:
    """Wrong in its numbers, its citations and its refusals; once it fails."""
    answers = good()
    return [
        replace(
            answers[0],
            text="The rate is 0.25 [1].",
            citations=(cited(DATA),),
            unsupported=("The rate is 0.25.",),
        ),
        replace(answers[1], text="Not found.", abstained=True, citations=()),
        replace(answers[2], text="They use <b>eight</b> GPUs.", abstained=False),
        Given("adam", error="The model is <down>"),
    ]


PLACES = {"rate": [Place(frozenset(), "3.1 Training")], "pairs": [Place(frozenset(), "4 Data")]}

ORIGIN = Origin(
    "made",
    "data4711",
    {},
    "code4711",
    7,
    {"python": "3.11"},
    "scholium eval answers made",
    ("A remark.",),
)


def outcomes() -> list[AnswerOutcome]:
    asked = questions()
    made = [
        AnswerOutcome(name, tuple(judge(asked, answers, PLACES, lexical)), what=what)
        for name, answers, what in (("good", good(), "recorded"), ("poor & co", poor(), ""))
    ]
    return [*made, top_paragraphs("good", asked, good(), PLACES)]
