"""Keeps a long conversation under a budget of tokens: its oldest turns become a summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.errors import ModelError
from rag.protocols import TokenCounter
from rag.query.asking import Asking
from rag.query.reading import passage
from rag.types import Turn, Usage

RECENT_SHARE = 0.5
"""Of the budget, for turns that stay as they are: so several come before the next summary."""

SUMMARY_SHARE = 0.25
"""Of the budget, for what becomes of the others."""

MAX_PAPERS = 12
_MAX_ANSWER_CHARS = 600
_TOKEN_CHARS = 4
_ITEM = "- "


@dataclass(frozen=True, slots=True)
class Condensed:
    """A conversation, its summary first if it needs one, and what that has cost."""

    turns: tuple[Turn, ...]
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a summary says, and what it has cost."""

    text: str
    usage: Usage = Usage()


Condense = Callable[[Sequence[Turn]], Condensed]
Summarise = Callable[[Sequence[Turn], int], Summary]
"""Earlier turns, the first perhaps a summary, in at most so many tokens."""


def estimated(texts: Sequence[str]) -> list[int]:
    """How many tokens English texts have, about, where no model is there to count them."""
    return [len(text) // _TOKEN_CHARS + 1 for text in texts]


@dataclass(frozen=True)
class Condensing:
    """Leaves a conversation of at most ``budget`` tokens as it is.

    Of a longer one the last turns stay, at least one; a turn without a question stands for all
    before them (see `Turn`).
    """

    budget: int
    summarise: Summarise
    count: TokenCounter = estimated

    def __call__(self, history: Sequence[Turn]) -> Condensed:
        lengths = self.count([told(turn) for turn in history])
        if sum(lengths) <= self.budget:
            return Condensed(tuple(history))
        recent = _fitting(lengths, int(RECENT_SHARE * self.budget))
        earlier, kept = history[:-recent], history[-recent:]
        if not any(turn.question for turn in earlier):
            return Condensed(tuple(history))  # nothing new to sum up
        made = self.summarise(earlier, int(SUMMARY_SHARE * self.budget))
        papers = {paper.paper_id: paper for turn in earlier for paper in turn.papers}
        summary = Turn("", made.text, tuple(papers.values())[-MAX_PAPERS:])
        return Condensed((summary, *kept), made.usage)


@dataclass(frozen=True)
class WrittenSummary:
    """Lets a model write the summary; where that fails, the questions are `listed`."""

    asking: Asking

    def __call__(self, turns: Sequence[Turn], most: int) -> Summary:
        parts = [("earlier", told(turn)) for turn in turns]
        try:
            reply = self.asking.ask("summarise-v1", parts, passage, max_words=most * 3 // 4)
        except ModelError as error:
            return Summary(listed(turns, most).text, error.usage or Usage())
        return Summary(reply.value[: most * _TOKEN_CHARS], reply.usage)


def listed(turns: Sequence[Turn], most: int) -> Summary:
    """The questions, the newest that ``most`` tokens hold; those of a summary among them."""
    lines = [line for turn in turns for line in _lines(turn)]
    fitting = _fitting(estimated(lines), most)
    return Summary("\n".join(lines[-fitting:])[-most * _TOKEN_CHARS :])


def told(turn: Turn) -> str:
    """A turn as a model is told it: question, the answer's beginning, the papers that it cites."""
    answer = turn.answer.strip()
    if len(answer) > _MAX_ANSWER_CHARS:
        answer = f"{answer[:_MAX_ANSWER_CHARS]} …"
    cited = "; ".join(paper.title or paper.paper_id for paper in turn.papers)
    return "\n".join(filter(None, [turn.question, answer, cited and f"Cited papers: {cited}"]))


def _lines(turn: Turn) -> list[str]:
    return [f"{_ITEM}{turn.question}"] if turn.question else turn.answer.splitlines()


def _fitting(lengths: Sequence[int], most: int) -> int:
    """How many of the last fit into ``most``; at least one."""
    total = count = 0
    for length in reversed(lengths):
        total += length
        if total > most and count:
            break
        count += 1
    return count
