"""What kind of question it is, as far as its words tell, and how many ways it is asked in."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

_KINDS = {
    "how_much": r"^\s*(?:and )?how (?:many|much|large|big|long|often|well|good|high)\b",
    "how": r"^\s*how\b(?! (?:many|much|large|big|long))",
    "why": r"^\s*(?:why|for what reason)\b",
    "yes_no": r"^\s*(?:do|does|did|is|are|was|were|can|could|has|have|will|would|should)\b",
    "which": r"^\s*which\b",
    "what": r"^\s*what\b",
    "who": r"^\s*(?:who|where|when|whose)\b",
    "data": r"\b(?:data ?sets?|corpus|corpora|data|benchmarks?)\b",
    "baseline": r"\b(?:baselines?|compar\w+|previous|state[- ]of[- ]the[- ]art|sota|existing"
    r"|other (?:models|methods|approaches))\b",
    "metric": r"\b(?:metrics?|evaluat\w*|measure[sd]?|assess\w*)\b",
    "result": r"\b(?:results?|performance|scores?|accurac\w+|improve\w*|outperform\w*|gain\w*"
    r"|better|best|achiev\w*|f1|bleu)\b",
    "model": r"\b(?:models?|architectures?|networks?|approach\w*|methods?|algorithms?|systems?"
    r"|techniques?)\b",
    "language": r"\b(?:languages?)\b",
    "annotation": r"\b(?:annotat\w*|label\w*|crowd\w*)\b",
    "size": r"\b(?:size|number|large|many|dimension\w*|layers?|epochs?|rate)\b",
    "limitation": r"\b(?:limitation\w*|future|weakness\w*|challenge\w*|problem\w*|drawback\w*)\b",
    "definition": r"\b(?:mean|defin\w*|what (?:is|are) (?:an? |the )?\w+(?: \w+)?\?*$)\b",
    "feature": r"\b(?:features?|embeddings?|representation\w*|input\w*)\b",
    "training": r"\b(?:train\w*|optimi\w*|loss|objective|pre-?train\w*|fine-?tun\w*)\b",
}
NAMES = (*_KINDS, "log_words", "log_variants")

_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _KINDS.values())


def kind_of_question(text: str, variants: float) -> NDArray[np.float32]:
    """The features `NAMES`: 1 for each kind that it is of, its length, and how many variants of it
    were searched for: what several say together is surer.
    """
    kinds = [float(bool(pattern.search(text))) for pattern in _PATTERNS]
    lengths = (math.log(len(text.split()) + 1), math.log(max(variants, 1.0)))
    return np.array([*kinds, *lengths], dtype=np.float32)
