"""Which kind of answer a question wants, and how long that is: rules on its wording, in English.

What fits none of the rules gets a plain answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from rag.fence import instructions


class AnswerKind(StrEnum):
    """What an answer looks like; each has a prompt ``kind-NAME-v1``."""

    PLAIN = "plain"
    YES_NO = "yes-no"
    NUMBER = "number"
    LIST = "list"
    COMPARISON = "comparison"
    METHOD = "method"


LENGTHS: Mapping[AnswerKind, float] = {
    AnswerKind.PLAIN: 1.0,
    AnswerKind.YES_NO: 0.5,
    AnswerKind.NUMBER: 0.5,
    AnswerKind.LIST: 1.0,
    AnswerKind.COMPARISON: 1.5,
    AnswerKind.METHOD: 2.0,
}
"""How long each may be, as a multiple of ``answer.max_words``."""

_POLITE = re.compile(
    r"^\W*(?:please\W+|(?:can|could|would|will)\s(?:you|we)\s(?:please\s)?|(?:so|and|but|then)\W+"
    r"|i(?:['’]d| would)\s(?:like|want)\sto\s(?:know|see)\s|tell\s(?:me|us)\s(?:about\s)?)+",
    re.I,
)
_CONTRACTED = re.compile(r"^(what|which|how|who|where|when|why)['’](s|re)\b", re.I)
_AUXILIARY = re.compile(
    r"^(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|might|must)\b",
    re.I,
)
_ALTERNATIVE = re.compile(r"\bor\b(?!\snot\b)", re.I)
_COMPARED = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|isons?)|differ(?:s|ed|ences?|ent from)?|contrast|versus|vs"
    r"|trade-?offs?|advantages?\b.{1,60}\bover|in common|similarities|distinguish\w*)\b",
    re.I,
)
_COMPARED_WITH_WHAT = re.compile(
    r"\b(?:were|was|are|is|been)\b.{0,40}\bcompared\b|\bbaselines?\b|\bfor comparison\b"
    r"|^(?:(?:against|with|to)\s)?(?:what|which)\b.*\bcompar(?:e|es|ed)\b"
    r"|^(?:by\s)?how\s(?:much|many)\b",
    re.I,
)
_NUMBER = re.compile(
    r"\bhow\s(?:many|much|large|big|long|often|deep|wide|high|small|far|fast|expensive|old)\b"
    r"|^(?:what|which)\s(?:(?:is|are|was|were)\s)?(?:the\s|their\s|its\s)?(?:[\w-]+\s){0,3}?"
    r"(?:value|number|rate|size|percentage|score|accuracy|threshold|dimension(?:ality)?"
    r"|temperature|probability|ratio|f1|bleu|perplexity|fraction|length|depth|width|budget|error"
    r"|batch size|weight decay|year)\b",
    re.I,
)
_LIST = re.compile(
    r"^(?:list|name|enumerate)\b"
    r"|^(?:what|which)\s(?!of\b)(?:(?:are|were)\sthe\s)?(?:[\w-]+\s){0,3}?(?:datasets|data\ssets|corpora"
    r"|baselines|models|systems|languages|metrics|measures|tools|benchmarks|methods|tasks|features"
    r"|algorithms|architectures|optimi[sz]ers|hyper-?parameters|contributions|limitations"
    r"|components|experiments|papers|types|kinds|categories|domains|settings|findings"
    r"|embeddings|techniques|strategies|aspects|characteristics|properties|challenges|sources)\b",
    re.I,
)
_METHOD = re.compile(
    r"^how\s(?:do|does|did|is|are|was|were|can|could|should|would|to|exactly)\b"
    r"|^(?:explain|describe|derive|implement|walk)\b"
    r"|\b(?:algorithm|procedure|pseudo-?code|steps?|equation|formula|(?:objective|loss)\sfunction"
    r"|training\sobjective|mechanism|re-?implement)\b",
    re.I,
)


def kind_of(question: str) -> AnswerKind:
    """The kind of answer that ``question`` wants."""
    asked = _CONTRACTED.sub(_in_full, _POLITE.sub("", question.strip()))
    if _AUXILIARY.match(asked) and not _ALTERNATIVE.search(asked):
        return AnswerKind.YES_NO
    if _COMPARED.search(asked) and not _COMPARED_WITH_WHAT.search(asked):
        return AnswerKind.COMPARISON
    for kind, rule in _RULES.items():
        if rule.search(asked):
            return kind
    return AnswerKind.PLAIN


def _in_full(match: re.Match[str]) -> str:
    return f"{match[1]} {'is' if match[2].lower() == 's' else 'are'}"


_RULES = {AnswerKind.NUMBER: _NUMBER, AnswerKind.LIST: _LIST, AnswerKind.METHOD: _METHOD}
"""In the order in which they are tried."""


def guidance(kind: AnswerKind, max_words: int) -> str:
    """What a model is told of this kind; ``max_words`` are those of a plain answer."""
    words = round(max_words * LENGTHS[kind])
    return instructions("rag.generate", f"kind-{kind}-v1", max_words=words)
