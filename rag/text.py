r"""The analyser that every lexical index shares: text to search terms, the same for text and query.

Lower case, NFKC and ASCII folding, Greek letters by name, no stop words, English stems
(Snowball; Porter 2001). What papers write in several ways meets: ``resnet-50`` and ``ResNet50``
give ``resnet50`` and its parts, ``ResNet 50`` the parts; ``β₂``, ``beta_2`` and ``\beta_{2}``
give ``beta2``; ``pre-training`` is ``pretraining``. Words of other scripts stay whole; Chinese,
Japanese and Korean are cut into pairs of characters.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import Stemmer

ANALYSER_VERSION = "1"
"""Changes whenever the same text may give other terms, and so asks for a reindex."""

MAX_TERM_CHARS = 64

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each either et etc few
    for from further had has have having he her here hers him his how i if in into is it its
    itself just may me might more most must my nor of off on once only or other ought our ours
    out over own same shall she should so some such than that the their theirs them then there
    these they this those through thus to too under until up upon us very was we were what when
    where whether which while who whom whose why will with within would you your yours
    al eg ie don doesn isn aren didn wasn weren won couldn wouldn shouldn hasn haven hadn
    """.split()
)

# "pre-training" is a spelling of "pretraining", not two words.
_PREFIXES = frozenset(
    """
    anti auto bi co hyper inter intra macro meta micro multi non pre re semi sub un
    """.split()
)

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
_LETTERS = rf"[^\W_{_CJK}]"
_SURFACE = re.compile(rf"[{_CJK}]+|{_LETTERS}+(?:[-_.']{_LETTERS}+)*")
_INDEXED = re.compile(r"\b([a-z]+)(?:[_^]\{|\^)(\d{1,4})(?!\w)")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_CONTRACTION = re.compile(r"'(?:s|t|re|ve|ll|d|m)$")
_RUN = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_GREEK_RUN = re.compile(r"[α-ω]+")
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
        sigma tau upsilon phi chi psi omega""".split(),
        strict=True,
    )
)
# Letters and marks that Unicode does not decompose into ASCII.
_FOLDED = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "",
    "\u2060": "", "\ufeff": "",
}  # fmt: skip

_stemmer = Stemmer.Stemmer("english", 0)
_stemming = threading.Lock()


def analyse(text: str) -> list[str]:
    """The search terms of ``text``, with repetitions; none is empty or holds white space."""
    folded = _THOUSANDS.sub(_without_commas, fold(text))
    terms: list[str] = []
    for surface in _SURFACE.findall(folded):
        terms += _terms(surface) if len(surface) <= MAX_TERM_CHARS else _new_terms(surface)
    terms += [letter + index for letter, index in _INDEXED.findall(folded)]
    return terms


def fold(text: str) -> str:
    """``text`` in lower case, its Latin letters as ASCII, its lone Greek letters by name."""
    if text.isascii():
        return text.lower()
    plain = _NOT_ASCII.sub(_fold_match, unicodedata.normalize("NFKC", text).casefold())
    return _GREEK_RUN.sub(_name_greek, plain)


def _fold_match(match: re.Match[str]) -> str:
    return _fold_character(match[0])


@lru_cache(maxsize=1 << 16)
def _fold_character(character: str) -> str:
    if character in _FOLDED:
        return _FOLDED[character]
    if character in "\u3099\u309a" or re.match(f"[{_CJK}]", character):
        return character  # kana and Hangul decompose too, and must not
    base = "".join(
        c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c)[0] != "M"
    )
    return "".join(_FOLDED.get(c, c) for c in base.casefold())


def _name_greek(match: re.Match[str]) -> str:
    """Names the letters of a formula; a run of three or more is taken for a Greek word."""
    letters, text = match[0], match.string
    if len(letters) > 2:
        return letters
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    names = " ".join(_GREEK[c] for c in letters if c in _GREEK)
    return f"{' ' if before.isalnum() else ''}{names}{' ' if after.isalpha() else ''}"


def _without_commas(match: re.Match[str]) -> str:
    return match[0].replace(",", "")


def _new_terms(surface: str) -> tuple[str, ...]:
    """The terms of one run of letters and digits, which ``-``, ``_``, ``.`` or ``'`` may join."""
    if re.match(f"[{_CJK}]", surface):
        return tuple(a + b for a, b in pairwise(surface)) or (surface,)
    if _NUMBER.fullmatch(surface):
        return (surface[:MAX_TERM_CHARS],)
    return tuple(term[:MAX_TERM_CHARS] for term in _compound(_CONTRACTION.sub("", surface)))


_terms = lru_cache(maxsize=1 << 16)(_new_terms)


def _compound(surface: str) -> Iterator[str]:
    runs = _RUN.findall(surface)
    numbers = [run[0].isdigit() for run in runs]
    if len(runs) == 1 or (len(runs) == 2 and runs[0] in _PREFIXES and not numbers[1]):
        yield from _word("".join(runs))
    elif all(numbers):
        yield from runs
    else:
        # Besides the parts, which say less: what has a number or a lone letter in it.
        if any(numbers) or any(len(run) == 1 for run in runs):
            yield from _word("".join(runs))
        if len(runs) > 2:
            yield from (a + b for a, b in pairwise(runs) if not a[0].isdigit() and b[0].isdigit())
        for run in runs:
            if len(run) > 1:
                yield from _word(run)


def _word(word: str) -> Iterator[str]:
    if word not in STOP_WORDS:
        yield _stem(word) or word


def _stem(word: str) -> str:
    with _stemming:  # the stemmer keeps state while it works
        return str(_stemmer.stemWord(word))
