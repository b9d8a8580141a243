"""The one place that knows RapidOCR: lines of type in a picture.

Its models (PP-OCRv6, small) lie in the package, so that nothing is fetched. A page takes some
seconds of one core, most of them for telling the characters.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.layout import Word
from rag.errors import ConfigError

MOST_PIXELS = 4_500_000
"""Of one picture: A4 at 200 dots an inch has 3.9 million, and memory grows with them."""

INSTALL = "pip install -c constraints.txt -e '.[ocr]' in Scholium's checkout"

_PARAMS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # pages that stand on their head are not read anyhow
    "Global.max_side_len": 100_000,  # pictures are bounded before they come here
    "Det.use_dilation": False,  # it joins lines across the gutter between narrow columns
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # there is a worker a core
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_OUT_OF_MEMORY = ("alloc", "memory")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FIRST_CJK = "\u2e80"

Pixels = NDArray[np.uint8]
"""``(height, width, 3)``: red, green, blue."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of type in a picture; all coordinates are pixels from its top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    words: tuple[Word, ...] = ()


def check_installed() -> None:
    """Raises ConfigError if the optional packages are not there."""
    if find_spec("rapidocr") is None:
        raise ConfigError(
            f'[parser] ocr = "rapidocr" needs packages that are not installed: {INSTALL}, '
            'or set ocr = "off"'
        )


@functools.cache
def load_recogniser() -> Any:
    """RapidOCR with both of its models, loaded at first use (two seconds). Raises ConfigError."""
    check_installed()
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    engine = RapidOCR(params=_PARAMS)
    engine(np.full((64, 256, 3), 255, np.uint8))  # the models are loaded by the first picture
    return engine


def recognise(pixels: Pixels) -> list[Seen]:
    """What is written in the picture, from top to bottom. Raises MemoryError."""
    try:
        found = load_recogniser()(np.ascontiguousarray(pixels[:, :, ::-1]), return_word_box=True)
    except Exception as error:
        # Its layers have errors of their own for this, some of them only by their wording.
        if any(word in str(error).lower() for word in _OUT_OF_MEMORY):
            raise MemoryError(str(error)) from error
        raise
    if found.boxes is None or found.txts is None:
        return []
    words = found.word_results or ()
    known = words if len(words) == len(found.txts) else [()] * len(found.txts)
    return [
        _seen(box, text, parts)
        for box, text, parts in zip(found.boxes, found.txts, known, strict=True)
    ]


def _seen(box: NDArray[np.float32], text: str, parts: Any) -> Seen:
    """``box`` has the four corners of a line that may lean: its height is taken along the line."""
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    height = float(np.linalg.norm(box[3] - box[0]) + np.linalg.norm(box[2] - box[1])) / 2
    middle = float(top + bottom) / 2
    words = tuple(_word(*part) for part in parts)
    return Seen(
        text=_plain(text),
        # The detector's boxes are generous sideways, so that those of two columns may overlap.
        x0=max(float(left), words[0].x0 - height / 10) if words else float(left),
        y0=middle - height / 2,
        x1=min(float(right), words[-1].x1 + height / 10) if words else float(right),
        y1=middle + height / 2,
        words=words,
    )


def _word(text: str, _: float, corners: Any) -> Word:
    across = [float(x) for x, _ in corners]
    return Word(_plain(text), min(across), max(across))


def _plain(text: str) -> str:
    """Without the wide punctuation that it sometimes sees in Latin text."""
    return text if any(_FIRST_CJK <= c < "\uff00" for c in text) else text.translate(_FULL_WIDTH)
