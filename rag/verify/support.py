"""Whether what a sentence cites bears it out, by words, numbers and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.negation import denies
from rag.numbers import borne_out, spelled_alike
from rag.quotes import is_sentence_of, lines_joined
from rag.tables import as_shown
from rag.text import analyse
from rag.types import Citation, Evidence
from rag.verify.attribution import is_said_of_another
from rag.verify.comparing import is_turned_round
from rag.verify.mentions import mentions
from rag.verify.names import is_for_own, unknown_names
from rag.verify.placing import numbers_hold
from rag.verify.polarity import contradicts, is_denied
from rag.verify.wording import headings

MIN_SHARED = 0.25
"""The share of a sentence's terms that its evidence must have.

docs/adr/0005-llm-and-citations.md has what it was chosen on.
"""

FEWEST_SHARED = 2
"""So many at least, of a sentence that has twice as many."""

NEARLY_ALL = 0.8
"""The share of a sentence's terms that other evidence must have to be the one meant."""

FAR_MORE = 0.3
"""The share of them that it must have besides what the cited evidence has."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What could be cited, and what was asked."""

    evidence: Sequence[Evidence]
    asked: str

    def around(self, cited: Sequence[Evidence]) -> list[str]:
        """Where the names of an answer may be from: all that was given of the papers cited, whose
        names for themselves may stand in another passage, and the question.
        """
        papers = {each.chunk.paper_id for each in cited}
        given = [readable(each) for each in self.evidence if each.chunk.paper_id in papers]
        return [*given, self.asked]


def is_on_topic(claim: str, cited: Evidence) -> bool:
    """Whether the two share enough words to have to do with one another."""
    terms = len(_terms(claim) - (_written(claim) - _terms(readable(cited))))
    fewest = FEWEST_SHARED if terms >= 2 * FEWEST_SHARED else 0
    return _shared(claim, cited) >= max(MIN_SHARED * terms, fewest)


def _written(claim: str) -> frozenset[str]:
    """The terms of its numbers and their units, which the evidence may write in another way."""
    said = mentions(spelled_alike(claim))
    return frozenset[str]().union(*(each.written for each in said if each.quantity.dimension))


def _shared(claim: str, *evidence: Evidence) -> int:
    return len(_terms(claim) & frozenset[str]().union(*(_terms(readable(e)) for e in evidence)))


@lru_cache(maxsize=512)
def _terms(text: str) -> frozenset[str]:
    return frozenset(analyse(text))


def _stands_elsewhere(claim: str, cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> bool:
    """Whether a piece of evidence has nearly all of the claim's terms, and all that was cited far
    fewer.
    """
    terms, here = len(_terms(claim)), _shared(claim, *cited)
    there = max((_shared(claim, each) for each in evidence if each not in cited), default=0)
    return there >= NEARLY_ALL * terms and there - here >= FAR_MORE * terms


def is_supported(claim: str, citations: Sequence[Citation], given: Cited) -> bool:
    """Whether what was cited, taken together, bears ``claim`` out.

    A sentence of it does, word for word. Else ``claim`` must not stand elsewhere by far; each
    number is there, with its unit, and said of the same; each name is known to the paper, was asked
    about, or may be the paper's own; nothing is said of another, or the other way round, or denied
    where it is affirmed, or affirmed where it is denied.
    """
    cited = list({c.evidence.chunk.chunk_id: c.evidence for c in citations}.values())
    if any(is_sentence_of(each.chunk.text, claim) for each in cited):
        return True
    if not cited or _stands_elsewhere(claim, cited, given.evidence):
        return False
    texts = [lines_joined(evidence.chunk.text) for evidence in cited]
    return (
        numbers_hold(claim, "\n".join(map(readable, cited)), cited)
        and all(is_for_own(n, claim, texts) for n in unknown_names(claim, given.around(cited)))
        and not is_said_of_another(claim, texts)
        and not is_turned_round(claim, cited)
        and (not denies(claim) or is_denied(claim, texts, [c.quote for c in citations]))
        and not contradicts(claim, texts, "\n".join(map(headings, cited)))
    )


def has_numbers_of(claim: str, cited: Sequence[Evidence]) -> bool:
    """Whether the numbers of ``claim`` are all in what was cited, wherever."""
    return borne_out(claim, "\n".join(map(readable, cited)))


def readable(evidence: Evidence) -> str:
    """All that the model was shown of a piece of evidence: its words, and its tables with the names
    of columns that may stand in another chunk.
    """
    text, shown = evidence.chunk.text, as_shown(evidence)
    return "\n".join([headings(evidence), *dict.fromkeys([text, lines_joined(text), shown])])
