"""A question and a passage as the reader takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

QUESTION_TOKENS = 64
PASSAGE_TOKENS = 288
"""Beyond these, tokens are not seen. Chunks have 170 on average."""

CLS, SEP = 101, 102

Tokens = NDArray[np.int64]


def pair(question: list[int], passage: list[int]) -> tuple[dict[str, Tokens], int]:
    """The inputs ``(1, tokens)``, and at which token the passage begins."""
    asked, told = question[:QUESTION_TOKENS], passage[:PASSAGE_TOKENS]
    ids = np.array([[CLS, *asked, SEP, *told, SEP]], dtype=np.int64)
    start = len(asked) + 2
    types = np.zeros_like(ids)
    types[0, start:] = 1
    return {"input_ids": ids, "token_type_ids": types}, start


def token_ids(tokenizer: Any, text: str) -> list[int]:
    """Of the text, special tokens left out."""
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids
