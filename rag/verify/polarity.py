"""Whether a sentence says yes where the evidence says no, or no where it says yes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.negation import denials, denies, may_deny, negations, says_without, taken_out
from rag.quotes import best_passages
from rag.text import analyse
from rag.verify.wording import clauses, own, parts, telling

_NEARLY_ALL = 0.8
_SCOPE_TERMS = 3
_AFFIRMS = re.compile(
    r"\b(?:us(?:e[sd]?|ing)|appl(?:y|ies|ied)|employ\w*|includ\w+|add(?:s|ed)?|kept)\b", re.I
)
_EXCEPTS = re.compile(r"\s*(?:except|but not|not)\b", re.I)
_ASIDE = re.compile(
    r",\s(?:in contrast|by contrast|in turn|however|on the other hand|surprisingly|in fact),\s",
    re.I,
)
_OPPOSITES = [
    (
        "rise raise increase grow higher larger greater more longer up",
        "fall lower decrease reduce drop decline shrink smaller fewer less shorter down",
    ),
    ("improve help benefit better best", "hurt harm degrade worsen worse worst"),
    ("faster fast quicker quickly", "slower slowly slow"),
    ("lowest smallest fewest least", "highest largest most"),
    ("minimise minimize", "maximise maximize"),
    ("succeed success successful", "fail failure"),
    ("positive", "negative"),
    ("supervised", "unsupervised"),
    ("freeze frozen fixed", "tuned trainable"),
    ("easier easy", "harder difficult"),
    ("always", "never"),
    ("strong", "weak"),
    ("increases", "decreases"),
]


def _signs() -> dict[str, tuple[int, int]]:
    """Each term that has an opposite: which pair it is of, and on which side."""
    return {
        term: (pair, side)
        for pair, sides in enumerate(_OPPOSITES)
        for side, words in zip((1, -1), sides, strict=True)
        for term in analyse(words)
    }


_SIGNS = _signs()


def is_denied(claim: str, texts: Sequence[str], quotes: Sequence[str]) -> bool:
    """Whether what a sentence denies is denied in what is quoted, or in the passages of ``texts``
    that come nearest to it: in a clause that shares about as much with it as any other.
    """
    first, *rest = clauses(claim) or ("",)
    denying = [first] * denies(first) + [clause for clause in rest if negations(clause)]
    if _is_denied(claim, texts, quotes):
        return True
    return bool(denying) and all(_is_denied(clause, texts, quotes) for clause in denying)


def _is_denied(claim: str, texts: Sequence[str], quotes: Sequence[str]) -> bool:
    nearest = [span.of(text) for text in texts for span in best_passages(claim, text)]
    return any(_has_denial(telling(claim) | own(claim), passage) for passage in (*quotes, *nearest))


def _has_denial(terms: frozenset[str], passage: str) -> bool:
    shares = [(may_deny(clause), len(terms & told)) for clause, told in _told(terms, passage)]
    denying = max((shared for denial, shared in shares if denial), default=0)
    affirming = max((shared for denial, shared in shares if not denial), default=0)
    return denying > 0 and denying >= affirming - 1


def _told(terms: frozenset[str], passage: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Its clauses and their terms; "all of A, except B" says of B what it says of A."""
    before: frozenset[str] = frozenset()
    for clause in clauses(passage):
        told = telling(clause) | own(clause)
        excepted = _EXCEPTS.match(clause) and terms & told - negations(clause)
        yield clause, told | before if excepted else told
        before = told


def contradicts(claim: str, texts: Sequence[str], headings: str) -> bool:
    """Whether ``texts`` deny what ``claim`` affirms, or say the opposite of it."""
    sentences = [_ASIDE.sub(" ", sentence) for text in texts for sentence in parts(text)]
    terms = telling(claim) - telling(headings) or telling(claim)
    lost = not says_without(claim) and _lost_denial(claim, terms, sentences)
    return lost or (not negations(claim) and _is_opposite(claim, sentences))


def _lost_denial(claim: str, terms: frozenset[str], sentences: Sequence[str]) -> bool:
    """Whether nearly all that is claimed stands where it is denied, and not where it is not."""
    units = [unit for sentence in sentences for unit in {sentence, *clauses(sentence)}]
    denied = [_covered(terms, unit) for unit in units if _is_in_scope(terms, unit)]
    if _AFFIRMS.search(claim):
        named = terms - telling(" ".join(_AFFIRMS.findall(claim)))
        denied += [_covered(named, taken_out(unit)) for unit in units]
    affirmed = [_covered(terms, unit) for unit in units if not may_deny(unit)]
    most = max(denied, default=0.0)
    return most >= _NEARLY_ALL and most > max(affirmed, default=0.0)


def _covered(terms: frozenset[str], unit: str) -> float:
    return len(terms & telling(unit)) / len(terms) if terms else 0.0


def _is_in_scope(terms: frozenset[str], unit: str) -> bool:
    """Whether a word that denies is followed, in its clause, by what is claimed."""
    for clause in clauses(unit):
        for scope in denials(clause):
            denied = list(dict.fromkeys(t for t in analyse(scope) if t in telling(scope)))
            first = denied[:_SCOPE_TERMS]
            if first and 2 * len(terms.intersection(first)) >= len(first):
                return True
    return False


def _is_opposite(claim: str, sentences: Sequence[str]) -> bool:
    """Whether a clause of the claim says the opposite of the clause that is like it, and no clause
    is as like it and says the same.
    """
    found = [_claused(sentence) for sentence in sentences]
    units = [clause for each in found for clause in each]
    for clause in _claused(claim):
        for term in _one_sided(clause):
            rest = telling(clause) - _SIGNS.keys()
            against = [_covered(rest, unit) for unit in units if _side(unit, term) == -1]
            along = [_covered(rest, unit) for unit in units if _side(unit, term) != -1]
            worst = max(against, default=0.0)
            if worst >= _NEARLY_ALL and worst > max(along, default=0.0):
                return True
    return False


def _one_sided(clause: str) -> list[str]:
    """The terms with opposites, but for those whose opposite is there, too."""
    found = telling(clause) & _SIGNS.keys()
    signs = {_SIGNS[term] for term in found}
    return [t for t in found if (_SIGNS[t][0], -_SIGNS[t][1]) not in signs]


def _side(unit: str, term: str) -> int:
    """1 where ``unit`` has a term of the same sense, -1 where it has only opposite ones, else 0."""
    pair, side = _SIGNS[term]
    sides = {s for p, s in (_SIGNS[t] for t in telling(unit) & _SIGNS.keys()) if p == pair}
    if side in sides or negations(unit):
        return 1
    return -1 if sides else 0


def _claused(sentence: str) -> Iterator[str]:
    for clause in clauses(sentence):
        halves = clause.split(" and ")
        apart = len(halves) == 2 and all(telling(half) & _SIGNS.keys() for half in halves)
        yield from halves if apart else [clause]
