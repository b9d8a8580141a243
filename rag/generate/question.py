"""What a question asks for, as far as its words tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rag.text import analyse

_NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|long|often|deep|wide|high|small|far|expensive|fast)\b"
    r"|\b(?:what|which) (?:\w+ ){0,3}(?:value|number|rate|size|percentage|score|accuracy|threshold"
    r"|dimension|dropout|temperature|epoch|step|probability|ratio|f1|bleu|perplexity|fraction"
    r"|batch|share|length|depth|width|budget|error)s?\b"
    r"|\b(?:learning rate|batch size|weight decay|dropout rate|size of|number of|value of)\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"\bwhy\b|\breasons?\b|\bhow come\b|\bexplain\b|\bpurpose\b|\bmotivat", re.I)
_DEFINITION = re.compile(
    r"^\s*(?:what (?:is|are|does) (?:an? |the )?[\w\s-]+(?:mean|stand for)?\??$|define\b)", re.I
)
_HOW = re.compile(r"^\s*(?:how|in what way|by what)\b", re.I)
_WHICH = re.compile(r"\bwhich\b|\bwhat (?:\w+ ){0,2}\w+s (?:are|do|did|were|is)\b", re.I)
_NAME = re.compile(
    r"^\s*(?:what|which)\b.*\b(?:data ?sets?|corpus|corpora|baselines?|models?|systems?|languages?"
    r"|embeddings?|metrics?|tools?|benchmarks?|methods?|tasks?|features?|algorithms?"
    r"|architectures?|optimi[sz]ers?)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b", re.I
)


@dataclass(frozen=True)
class Question:
    """A question's text, its search terms, and the kind of answer that it wants."""

    text: str

    @cached_property
    def terms(self) -> frozenset[str]:
        """The distinct search terms."""
        return frozenset(analyse(self.text))

    @cached_property
    def wants(self) -> dict[str, bool]:
        """Whether it wants a number, a reason, a definition, a way, a selection, names..."""
        return {
            "number": bool(_NUMBER.search(self.text)),
            "reason": bool(_WHY.search(self.text)),
            "definition": bool(_DEFINITION.search(self.text)),
            "way": bool(_HOW.search(self.text)) and not _NUMBER.search(self.text),
            "selection": bool(_WHICH.search(self.text)),
            "names": bool(_NAME.search(self.text)),
            "yes_no": bool(_YES_NO.search(self.text)),
        }
