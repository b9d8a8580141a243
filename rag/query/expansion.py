"""Adds the other form of short and long forms: LoRA to low-rank adaptation, and the other way.

A paper that defines a short form uses it from then on, and another may never. The pairs are those
that the library's papers define (`ingest.acronyms`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.naming import key, runs, words
from rag.protocols import Terms
from rag.text import STOP_WORDS
from rag.types import KnownTerm, Query, Rewriting, Variant

_MAX_WORDS = 64
_LONGEST = 8
_MOST = 4


class Expansion:
    """Looks the question's short and long forms up in ``terms``.

    The other forms follow the question in one variant. Where the question is restricted to papers,
    only what these define counts, and only long forms are replaced: those who ask by the short form
    ask in the papers' own words. Else what most papers of the library mean by a short form, and a
    second meaning where more than half as many papers have it; it is searched for by words, as its
    vector was found to add nothing. What is there in both forms is left.
    """

    name = "expansion"

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def transform(self, query: Query) -> Rewriting:
        """One variant with up to four other forms; nothing where there are none."""
        question = words(query.text)[:_MAX_WORDS]
        said = {found for _, _, found in runs(question, 1, _LONGEST)}
        short = self._spelt_out([word.text for word in question], query)
        long = self._shortened({found for _, _, found in runs(question, 2, _LONGEST)}, query)
        both = {form for form, other in (*short, *long) if key(other) in said}
        added = [pair for pair in (*short, *long) if pair[0] not in both][:_MOST]
        if not added:
            return Rewriting()
        others = dict.fromkeys(other for _, other in added)
        note = "; ".join(f"{form} = {other}" for form, other in added)
        variant = Variant(
            self.name, f"{query.text} {' '.join(others)}", by_words=not query.where.papers
        )
        return Rewriting(variants=(variant,), note=note)

    def _spelt_out(self, question: Sequence[str], query: Query) -> list[tuple[str, str]]:
        """Short forms of the question with what they stand for."""
        if query.where.papers:
            return []
        as_written = {key(word): word for word in question if _may_be_short(word)}
        found = self._terms.of_short(as_written, frozenset())
        return [
            (word, term.long)
            for form, word in as_written.items()
            for term in _likely([t for t in found if t.short_key == form], "long_key")
            if not word.islower() or _meant_in_small_letters(term)
        ]

    def _shortened(self, question: set[str], query: Query) -> list[tuple[str, str]]:
        """Long forms of the question with what they are called for short."""
        found = self._terms.of_long(question, query.where.papers)
        longest = [t for t in found if not any(_inside(t, other) for other in found)]
        return [
            (term.long, term.short)
            for form in dict.fromkeys(term.long_key for term in longest)
            for term in _likely([t for t in longest if t.long_key == form], "short_key")
        ]


def _meant_in_small_letters(term: KnownTerm) -> bool:
    """Many an ordinary word is what a single paper of a large library calls its method."""
    return len(term.short_key) > 2 and not term.word and term.papers > 1


def _may_be_short(word: str) -> bool:
    return len(key(word)) > 1 and word.lower() not in STOP_WORDS


def _inside(term: KnownTerm, other: KnownTerm) -> bool:
    return term.long_key != other.long_key and term.long_key in other.long_key


def _likely(terms: Sequence[KnownTerm], form: str) -> list[KnownTerm]:
    """The commonest, and the next that means another thing if it is more than half as common."""
    if not terms:
        return []
    best = terms[0]
    others = [t for t in terms[1:] if not _near(getattr(best, form), getattr(t, form))]
    return [best, *(t for t in others[:1] if 2 * t.papers > best.papers)]


def _near(form: str, other: str) -> bool:
    """Whether one is a spelling of the other, or the other with a word more."""
    return form in other or other in form
