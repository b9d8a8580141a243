"""What comes in as JSON: the requests, apart from the values that they become."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.questions import MAX_QUESTION
from rag.types import CitedPaper, Filter, Role, Turn

Text = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
PaperIds = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=100)
]
Year = Annotated[int, Field(ge=1000, le=3000)]


class Body(BaseModel):
    """The body of a request; unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Within(Body):
    """Where to look: in these papers, sections with these roles, papers of these years."""

    papers: PaperIds = Field(default=[], description="Ids of papers; none: the whole library.")
    sections: Annotated[list[Role], Field(max_length=20)] = Field(
        default=[], description="Roles of sections; none: all."
    )
    year_from: Year | None = None
    year_to: Year | None = None

    @model_validator(mode="after")
    def _years(self) -> Within:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise ValueError(f"year_from {self.year_from} is after year_to {self.year_to}")
        return self

    def filter(self) -> Filter:
        """As the library takes it."""
        return Filter(
            frozenset(self.papers), frozenset(self.sections), self.year_from, self.year_to
        )


class SearchRequest(Within):
    """A search."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"query": "label smoothing", "k": 5},
                {"query": "learning rate", "papers": ["1706.03762"], "sections": ["experiments"]},
            ]
        }
    )
    query: Text
    k: Annotated[int, Field(ge=1, le=100)] = 10


class TurnJson(Body):
    """An earlier question of a conversation, what was answered, and which papers that cites."""

    question: Text
    answer: Annotated[str, Field(max_length=100_000)] = ""
    papers: PaperIds = Field(default=[], description="Ids, in the order of the citations.")


class AskRequest(Within):
    """A question; in a thread, or with a history of its own, or with neither."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "Which optimizer was used?", "papers": ["1706.03762"]},
                {
                    "question": "And with which learning rate?",
                    "history": [{"question": "Which optimizer was used?", "answer": "Adam. [1]"}],
                },
            ]
        }
    )
    question: Text
    thread_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    history: Annotated[list[TurnJson], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _one_history(self) -> AskRequest:
        if self.thread_id and self.history:
            raise ValueError("a thread has a history of its own: give thread_id or history")
        return self

    def turns(self) -> tuple[Turn, ...]:
        """The history, as the library takes it."""
        return tuple(
            Turn(turn.question, turn.answer, tuple(map(CitedPaper, turn.papers)))
            for turn in self.history
        )


class CompareRequest(Within):
    """A question, or a claim, to be put to several papers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "Does warm-up help?", "papers": ["1706.03762", "1810.04805"]}]
        }
    )
    question: Text
    most: Annotated[int, Field(ge=2, le=12)] = Field(
        default=4, description="How many papers to look for where none is named."
    )


class ThreadRequest(Body):
    """What a thread is called, and the papers that it is pinned to; what is left out stays."""

    title: Annotated[str, Field(max_length=200)] | None = None
    papers: PaperIds | None = Field(
        default=None, description="Ids of the papers that its questions are put to; []: to all."
    )


class FeedbackRequest(Body):
    """What a reader thinks of an answer."""

    rating: Annotated[str, Field(pattern="^(good|bad)$")]
    comment: Annotated[str, Field(max_length=2000)] = ""
