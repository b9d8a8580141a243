"""The document's XML: parts of it by place, name and number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def parts(node: Any, is_unseen: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """All that is in it with plain names, without runs that are unseen, and without what old
    programs read in place of something.
    """
    waiting = [node]
    while waiting:
        part = waiting.pop()
        name = str(part.tag).rpartition("}")[2]
        if name != "Fallback" and not (name == "r" and is_unseen(part)):
            yield name, part
            waiting.extend(reversed(part))
