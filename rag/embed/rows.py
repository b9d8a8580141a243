"""What every model's output has to be before the indexes see it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rag.errors import EmbeddingError
from rag.types import Vector


def unit_rows(vectors: ArrayLike, source: str) -> Vector:
    """The rows of a matrix as float32 of norm 1.

    Raises EmbeddingError, naming ``source``, for numbers that are missing, infinite or all 0.
    """
    try:
        rows: Vector = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise EmbeddingError(f"{source} gave vectors of unequal length or no numbers") from error
    if rows.ndim != 2:
        raise EmbeddingError(f"{source} gave an array of {rows.ndim} dimensions instead of 2")
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not (norms > 0).all():
        raise EmbeddingError(f"{source} gave a vector without direction (zero, infinite or NaN)")
    unit: Vector = rows / norms
    return unit
