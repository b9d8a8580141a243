"""What a follow-up leaves unsaid, by rules. Pure: words go in, words come out.

A follow-up is told by its pronouns, its opening ("and for ...") or its brevity. What it refers to
is taken to be what the question before was about: its names, or else its other words. They are
put after the question in brackets, where both indexes find them and the question stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text import analyse

MAX_TURNS = 6
MAX_CARRIED = 8

_WORD = re.compile(r"[^\W_]+(?:[-_.'’/][^\W_]+)*")
_OPENING = re.compile(
    r"^\W*(?:and|but|or|also|then|so|what about|how about|what if|why not|what else"
    r"|compared (?:to|with)|versus|vs|same)\b",
    re.I,
)
_REFERENCE = re.compile(
    r"\b(?:it|its|itself|they|them|this|these|those|that one|such an?"
    r"|the (?:same|former|latter|others?|(?:first|second|last) one))\b"
    r"|\b(?:about|of|with|for|in|on|to|is|was|does|did|do|and|how|why)\s+(?:that|there)\b"
    r"(?!\s+(?:is|are))"
    r"|\b(?:that|there|so)\W*$",
    re.I,
)
_POSSESSIVE = re.compile(r"\b(?:their|his|her|theirs)\b", re.I)
_EXPLETIVE = re.compile(r"\b(?:is|was) it (?:possible|true|known|common|necessary)\b", re.I)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|would|should|may|might"
    r"|\w+(?:ed|es))\b",
    re.I,
)
_QUESTION_WORD = re.compile(r"^\W*(?:what|which|how|why|when|where|who|whose)\b", re.I)
_WHAT_IS = re.compile(
    r"^\W*what(?:['’]s|\s(?:is|are|was|were))\s(?:an?\s)?(?P<thing>[^\W_](?:\S*[^\W_])?)\W*$",
    re.I,
)
_OF_SOMETHING = re.compile(
    r"\w+ed|new|novel|different|better|best|worse|special|important|missing|wrong|left|next|done"
    r"|shown|known|given|taken|limitations?|results?|contributions?|conclusions?|findings?"
    r"|advantages?|drawbacks?|differences?|implications?|inputs?|outputs?|numbers?",
    re.I,
)
_GENERIC = frozenset(
    """
    use used uses using get give gave got many much paper papers tell please show kind
    """.split()
)


def standalone(question: str, earlier: Sequence[str]) -> str:
    """``question`` with what it leaves to the ``earlier`` questions, oldest first.

    A question that can be understood by itself comes back as it is.
    """
    before = ""
    for each in [*earlier[-MAX_TURNS:], question]:
        before = _completed(each, before)
    return before


def is_follow_up(question: str) -> bool:
    """Whether ``question`` can't be understood by itself, as far as its form tells."""
    return bool(
        _OPENING.match(question)
        or (_REFERENCE.search(question) and not _EXPLETIVE.search(question))
        or _refers_back(question)
        or (_is_brief(question) and not _asks_what_a_thing_is(question))
    )


def content(text: str) -> list[str]:
    """The words of ``text`` that say what it is about, each once, in their order."""
    words = [w for w in _WORD.findall(text) if analyse(w) and w.casefold() not in _GENERIC]
    return list({word.casefold(): word for word in reversed(words)}.values())[::-1]


def names(text: str) -> list[str]:
    """Those of `content` that are written like names: BERT, ResNet-50, Adam (not as first word)."""
    first = next(iter(_WORD.findall(text)), "")
    return [
        word
        for word in content(text)
        if any(c.isupper() or c.isdigit() for c in word[1:])
        or (word[0].isupper() and word != first)
    ]


def _completed(question: str, before: str) -> str:
    if not before or not is_follow_up(question):
        return question
    carried = _carried(question, before)
    return f"{question.strip()} ({' '.join(carried)})" if carried else question


def _carried(question: str, before: str) -> list[str]:
    """What to add to ``question``: what is asked, or whom it is asked of, or both."""
    said, named = content(before), names(before)
    topic = [word for word in said if word not in named]
    known = set(analyse(question))
    if not content(question):
        chosen = said
    elif names(question) and not _REFERENCE.search(question):
        chosen = topic  # "And BERT?" asks the same of another
    else:
        chosen = named or topic
    return [word for word in chosen if not known.issuperset(analyse(word))][:MAX_CARRIED]


def _is_brief(question: str) -> bool:
    words = content(question)
    return len(words) <= 1 or bool(
        len(words) <= 3 and _QUESTION_WORD.match(question) and not _VERB.search(question)
    )


def _asks_what_a_thing_is(question: str) -> bool:
    """Whether it is "What is dropout?": not "the dropout", nor what is always of something."""
    found = _WHAT_IS.match(question)
    return bool(found and content(found["thing"]) and not _OF_SOMETHING.fullmatch(found["thing"]))


def _refers_back(question: str) -> bool:
    """Whether a possessive stands before anything of the question that it could belong to."""
    found = _POSSESSIVE.search(question)
    return found is not None and len(content(question[: found.start()])) < 2
