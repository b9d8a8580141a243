"""The document's XML: parts of it by place, name and number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AROUND = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins"))


def children(node: Any) -> Iterator[Any]:
    """The children, those in the place of a content control or of a mark around them: a whole
    bibliography may stand in one.
    """
    waiting = list(reversed(node))
    while waiting:
        child = waiting.pop()
        if child.tag in _AROUND:
            waiting.extend(reversed(child))
        else:
            yield child


def parts(node: Any) -> Iterator[tuple[str, Any]]:
    """All that is in it with plain names, without what old programs read in place of something."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        name = str(part.tag).rpartition("}")[2]
        if name != "Fallback":
            yield name, part
            waiting.extend(reversed(part))
