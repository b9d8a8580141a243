"""Whether the evidence says of another what a sentence says of its subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.text import analyse
from rag.verify.wording import clauses, parts, subject, telling

_ENOUGH = 0.6
"""The share of its terms by which a clause is like the claim."""

_FEWEST = 3

_SLOT = re.compile(
    r"\b(?P<slot>with|on|by|from|using|uses?|in)\s+(?:the\s+)?"
    r"(?P<name>[A-Z][\w-]+|[a-z]+\d\w*)"
)
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")


def is_said_of_another(claim: str, texts: Sequence[str]) -> bool:
    """Whether ``texts`` say what ``claim`` says, with another subject or another name.

    "A walks a graph, while B builds one" does not bear out that A builds one; nor does "trained
    with A; B was tried" that something was trained with B.
    """
    sentences = [sentence for text in texts for sentence in parts(text)]
    return any(
        _has_other_subject(claim, sentence)
        or _has_other_name(claim, sentence, sentences)
        or _has_another_instead(claim, sentence, sentences)
        for sentence in sentences
    )


def _has_other_subject(claim: str, sentence: str) -> bool:
    """Whether one clause has the claim's subject, and only one of another subject has the rest."""
    mine, terms = subject(claim), telling(claim)
    said = terms - mine
    parted = clauses(_PARENTHESIS.sub("", sentence))
    found = [(subject(clause), telling(clause)) for clause in parted]
    if not mine or not said or mine not in [own for own, _ in found]:
        return False
    if any(own == mine and said <= words for own, words in found):
        return False
    others = [(own, words) for own, words in found if own and not own & terms]
    return any(said <= words and not mine & words for _, words in others)


def _has_other_name(claim: str, sentence: str, sentences: Sequence[str]) -> bool:
    """Whether a clause like the claim has another name after the same preposition, and the claim's
    stands elsewhere.
    """
    terms = telling(claim)
    for slot, name in _slots(claim):
        rest = terms - name
        if not any(name <= telling(each) for each in sentences):
            continue
        there = [clause for s in sentences for clause in clauses(_PARENTHESIS.sub("", s))]
        if any((slot, name) in _slots(each) and _is_like(rest, each) for each in there):
            continue
        for clause in clauses(sentence):
            words = telling(clause)
            others = [other for same, other in _slots(clause) if same == slot]
            like = _is_like(rest, clause) and not name & words
            if like and others and not any(other & terms for other in others):
                return True
    return False


def _is_like(terms: frozenset[str], text: str) -> bool:
    return len(terms & telling(text)) >= _ENOUGH * len(terms)


def _has_another_instead(claim: str, sentence: str, sentences: Sequence[str]) -> bool:
    """Whether a clause has, in their order, all words of the claim but some, which stand elsewhere:
    "it helps the server on clean speech" where it helps the phone on clean speech.
    """
    said = _in_order(claim)
    near = [c for c in clauses(sentence) if len(telling(c) & telling(claim)) >= _FEWEST]
    exchanged = [_exchanged(said, _in_order(clause)) for clause in near]
    return any(
        instead
        and not instead & telling(sentence)
        and any(instead <= telling(s) for s in sentences)
        for instead in exchanged
    )


def _exchanged(said: Sequence[str], there: Sequence[str]) -> frozenset[str]:
    """What of ``said`` is exchanged for other words in ``there``, amid words that are the same."""
    changes = SequenceMatcher(None, said, there, autojunk=False).get_opcodes()
    kinds = [kind for kind, *_ in changes]
    if kinds.count("replace") != 1 or "delete" in kinds:
        return frozenset()
    at = kinds.index("replace")
    _, start, end, first, last = changes[at]
    amid = kinds[max(at - 1, 0) : at + 2] == ["equal", "replace", "equal"]
    same = len(said) - (end - start)
    words, others = frozenset(said[start:end]), frozenset(there[first:last])
    apart = not words & frozenset(there) and not others & frozenset(said)
    return words if amid and apart and same >= max(_FEWEST, _ENOUGH * len(said)) else frozenset()


def _in_order(text: str) -> list[str]:
    return [term for term in analyse(text) if term in telling(text) and not term[0].isdigit()]


def _slots(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each preposition that a name follows, and the name's terms."""
    for match in _SLOT.finditer(text):
        yield match["slot"], telling(match["name"])
