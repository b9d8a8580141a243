"""Holds an answer to its evidence: what a citation does not bear out is marked as unsupported.

A sentence (or row, or block of code) is supported when at least one of its markers names a
chunk that was given, the quote (if there is one) is in that chunk, and chunk and sentence have to
do with one another; `support` has what is asked of all that it cites together. This goes by words,
numbers and where they stand. A judge, if there is one, takes a second look at what was found
supported: it can only add to what is marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.citations import cite
from rag.claims import Claim, claims
from rag.errors import EmbeddingError, ModelError
from rag.markers import Marker, parse
from rag.protocols import Judge
from rag.quotes import FEWEST_WORDS, best_passage, find_misquote, find_quote, sentence_at
from rag.types import Citation, Draft, Evidence, Span, Statement, Usage, Verdicts
from rag.verify.support import Cited, has_numbers_of, is_on_topic, is_supported

UNSUPPORTED = "[unsupported]"
"""Stands in the text after a sentence that no citation supports."""

_NO_SECOND_CHECK = "The second check of the answer did not happen"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Checked:
    """A claim, its markers that hold, and whether they support it."""

    claim: Claim
    held: tuple[tuple[Marker, Citation], ...]
    supported: bool

    @property
    def statement(self) -> Statement:
        """What a judge is asked."""
        cited = {citation.evidence.chunk.chunk_id: citation.evidence for _, citation in self.held}
        return Statement(self.claim.text, tuple(cited.values()))


def verify(
    text: str, evidence: Sequence[Evidence], asked: str = "", judge: Judge | None = None
) -> Draft:
    """The answer ``text`` to ``asked`` with the citations that hold, by marker and in order.

    Marker ``[n]`` is ``evidence[n - 1]``. Markers that do not hold are taken out. Each
    (marker, quote) is listed once. A judge that fails is named in the note, with what it cost in
    the usage.
    """
    marked = parse(text.strip())
    checked: list[_Checked] = []
    for claim in claims(marked.plain, marked.markers):
        before = checked[-1] if checked else None
        checked.append(_checked(claim, before, Cited(evidence, asked)))
    checked, second = _second_look(checked, judge)
    return Draft(
        text=_inserted(marked.plain, [each for c in checked for each in _inserts(marked.plain, c)]),
        citations=tuple({(c.marker, c.span): c for k in checked for _, c in k.held}.values()),
        unsupported=tuple(each.claim.text for each in checked if not each.supported),
        note=second.note,
        usage=second.usage,
    )


def _checked(claim: Claim, before: _Checked | None, given: Cited) -> _Checked:
    evidence = given.evidence
    found = {
        (number, quote): _resolve(number, quote, claim.text, evidence)
        for number, quote in {(m.number, m.quote): None for m in claim.markers}
    }
    held = tuple((m, c) for m in claim.markers if (c := found[m.number, m.quote]))
    supported = (
        not claim.needs_support
        or is_supported(claim.text, [citation for _, citation in held], given)
        or _is_led_to(claim, before)
    )
    return _Checked(claim, held, supported)


def _is_led_to(claim: Claim, before: _Checked | None) -> bool:
    """Whether it is a formula that stands behind a line with citations, which have its numbers:
    papers' formulas lose too much on the way from the page for more to be compared.
    """
    cited = [citation.evidence for _, citation in before.held] if before else []
    return bool(claim.formula and cited) and has_numbers_of(claim.formula, cited)


def _second_look(
    checked: Sequence[_Checked], judge: Judge | None
) -> tuple[list[_Checked], Verdicts]:
    """The claims, those marked that the judge does not find borne out; and what it said."""
    places = [
        place
        for place, each in enumerate(checked)
        if each.held and each.supported and each.claim.needs_support
    ]
    if judge is None or not places:
        return list(checked), Verdicts(())
    try:
        verdicts = judge.judge([checked[place].statement for place in places])
    except (ModelError, EmbeddingError) as error:
        usage = error.usage if isinstance(error, ModelError) else None
        return list(checked), Verdicts((), usage or Usage(), f"{_NO_SECOND_CHECK}: {error}.")
    refused = {at for at, so in zip(places, verdicts.borne_out, strict=True) if not so}
    done = [
        replace(each, supported=each.supported and place not in refused)
        for place, each in enumerate(checked)
    ]
    return done, verdicts


def _inserts(plain: str, checked: _Checked) -> list[tuple[int, str]]:
    """What to put where for a claim: its markers, and the mark if nothing supports it."""
    inserts = _shown(plain, checked.held)
    if checked.supported:
        return inserts
    at = max([checked.claim.end, *(marker.at for marker, _ in checked.held)])
    return [*inserts, (at, f"{_gap(plain, at)}{UNSUPPORTED}")]


def _resolve(number: int, quote: str, claim: str, evidence: Sequence[Evidence]) -> Citation | None:
    """The citation that a marker stands for, if there is such evidence and it bears it out."""
    if not 1 <= number <= len(evidence):
        return None
    cited = evidence[number - 1]
    span = _quoted(quote, claim, cited.chunk.text)
    if span is None or not is_on_topic(claim, cited):
        return None
    return cite(number, cited, span)


def _quoted(quote: str, claim: str, text: str) -> Span | None:
    if not quote:
        return best_passage(claim, text)
    span = find_quote(quote, text)
    if span is None:
        return find_misquote(quote, text)
    return sentence_at(text, span) if len(_WORD.findall(quote)) < FEWEST_WORDS else span


def _shown(plain: str, held: Sequence[tuple[Marker, Citation]]) -> list[tuple[int, str]]:
    """What to put where for the markers that hold: each once at each place."""
    places = {(marker.at, citation.marker): None for marker, citation in held}
    return [
        (at, f"{mark} " if _opens(plain, at) else f"{_gap(plain, at)}{mark}") for at, mark in places
    ]


def _opens(plain: str, at: int) -> bool:
    return at == 0 or plain[at - 1] == "\n"


def _gap(plain: str, at: int) -> str:
    """What sets a mark off: a fence with anything behind it would not close its block."""
    line = plain[:at].rpartition("\n")[2].strip()
    return "\n" if line in ("```", "~~~") else " "


def _inserted(plain: str, inserts: Sequence[tuple[int, str]]) -> str:
    """``plain`` with the texts put in at their offsets; markers side by side are not spaced."""
    ordered = sorted(inserts, key=lambda insert: insert[0])
    cuts = [0, *(at for at, _ in ordered), len(plain)]
    parts = [plain[start:end] for start, end in pairwise(cuts)]
    texts = ["", *(text for _, text in ordered)]
    joined = "".join(text + part for text, part in zip(texts, parts, strict=True))
    return re.sub(r"(\[\d+\]) (?=\[\d+\])", r"\1", joined).strip()
