"""What kind of question it is, by its wording alone."""

from __future__ import annotations

import re

YES_NO = "yes or no"
OTHER = "other"

_RULES = (
    ("how many", r"how (many|much|large|big|long|often|deep|fast|far|high|small)\b|what number"),
    ("why", r"why|for what reason|what (is|was|are|were) the (reason|motivation|rationale)"),
    ("how", r"how|in (what|which) way|by what means"),
    ("which", r"which|(on|in|from|for|with|by|to|of|under|at|against) which"),
    ("who, where, when", r"who|whose|whom|where|when|what year"),
    ("what", r"what|(on|in|from|for|with|by|to|of|under|at|against) what"),
    (
        YES_NO,
        r"(is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must)"
        r"(n't)?( not)?",
    ),
)
_STARTS = tuple((name, re.compile(rf"(?:{pattern})\b")) for name, pattern in _RULES)
TYPES = (*(name for name, _ in _RULES), OTHER)

_CLAUSE = re.compile(r"[.!?:;]\s+|,\s+")


def question_type(text: str) -> str:
    """One of ``TYPES``. The last sentence counts, and in it the first clause that asks.

    "In Table 2, what is ...?" is a what-question; what begins with no question word is "other".
    """
    sentences = [s for s in re.split(r"[.!?]\s+", text.lower().strip()) if s.strip()]
    for sentence in reversed(sentences):
        for clause in (sentence, *_CLAUSE.split(sentence)[1:]):
            for name, start in _STARTS:
                if start.match(clause.strip()):
                    return name
    return OTHER
