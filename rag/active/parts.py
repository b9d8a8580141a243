"""The parts of a question that can be looked up one by one, by rule.

Pure; English. For where there is no model to decompose a question. A comparison of two names is
looked up by each; a question that joins two is taken apart. What fits no rule stays whole: half a
question finds less than the whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.text import STOP_WORDS

_NAME = re.compile(r"(?<![\w-])[A-Z][\w.+-]*\w(?:[ -][A-Z0-9][\w.+-]*\w)*|(?<![\w-])[A-Z]\b")
_CUE = re.compile(
    r"\b(?:differ\w*|compar\w*|versus|vs|than|unlike|between|common|better|worse|contrast\w*"
    r"|similar\w*|alike|respectively)\b",
    re.I,
)
_SETTING = re.compile(r"\b(?:on|in|for|at)\s+(?:the\s+)?$", re.I)
"""What stands before the name of a data set or a task rather than of what is compared."""

_OPENERS = (
    "what which how why when where who whose does do did is are was were can could should has have"
    " in on for compare describe explain".split()
)
_EMPTY = frozenset(["many", "much", *_OPENERS])
_JOINT = re.compile(rf",?\s+and\s+(?=(?:{'|'.join(_OPENERS)})\b)|\?\s+(?:and\s+)?(?=\w)", re.I)
_WORD = re.compile(r"[\w+-]+(?:\.\w+)*")
_FEWEST_WORDS = 3


def parts(question: str) -> tuple[str, ...]:
    """Two or more parts, in their order; none where the question is to stay whole."""
    return _compared(question) or _joined(question)


def _compared(question: str) -> tuple[str, ...]:
    """Each of the first two names that are compared, with what else the question is about."""
    names = list(dict.fromkeys(_names(question)))[:2]
    if len(names) < 2 or not _CUE.search(question):
        return ()
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    rest = re.sub(rf"(?<![\w-])(?:{either})(?![\w-])", " ", question)
    words = _WORD.findall(_CUE.sub(" ", rest))
    telling = [w for w in words if len(w) > 1 and not {w.lower()} & (STOP_WORDS | _EMPTY)]
    about = " ".join(telling)
    return tuple(f"{name} {about}".strip() for name in names)


def _names(question: str) -> Iterator[str]:
    for match in _NAME.finditer(question):
        name, at = match[0], match.start()
        if at == 0:  # "Does BERT": the opener has a capital for its place
            opener, _, name = name.partition(" ")
            name = name if opener.lower() in _OPENERS else match[0]
        if name and name.lower() not in _OPENERS and not _SETTING.search(question[:at]):
            yield name


def _joined(question: str) -> tuple[str, ...]:
    """Questions that stand side by side, each of some length."""
    cuts = [0, *(match.end() for match in _JOINT.finditer(question)), len(question)]
    found = [question[start:end].strip(" ,?") for start, end in pairwise(cuts)]
    found = [re.sub(r",?\s+and$", "", each, flags=re.I) for each in found if each]
    enough = len(found) > 1 and all(len(each.split()) >= _FEWEST_WORDS for each in found)
    return tuple(f"{each}?" for each in found) if enough else ()
