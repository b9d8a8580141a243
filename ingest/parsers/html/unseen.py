"""Elements that a page sets so that nobody sees them, as far as their own style says so."""

from __future__ import annotations

import re

from ingest.markup import Node, words

_UNSEEN = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0*(?:\.0+)?(?:[;%!]|$)"
    r"|font-size:(?:0|[01](?:\.\d+)?(?:px|pt)|0?\.[0-2]\d{0,2}r?em)(?:[;!]|$)"
    r"|(?:left|top|right|text-indent|margin-left|margin-top):-\d{3,}"
    r"|clip(?:-path)?:(?:rect|inset)\((?:0[a-z]*[,)]|1px,1px|100%|50%)"
    r"|(?:^|;)(?:max-)?(?:height|width):0(?:px)?;.*overflow:hidden"
    r"|overflow:hidden;.*(?:^|;)(?:max-)?(?:height|width):0(?:px)?(?:;|$)"
)
_WHITE = re.compile(
    r"(?:^|;)color:(?:white|#f[0-9a-f]f[0-9a-f]f[0-9a-f]|#f[0-9a-f]?f[0-9a-f]?f[0-9a-f]?"
    r"|transparent|rgba?\(25[0-5],25[0-5],25[0-5]|rgba\(\d+,\d+,\d+,0?\.?0*\)|snow|ivory)"
)
_GROUND = re.compile(r"(?:^|;)background(?:-color|-image)?:(?!white|#fff|none|transparent)")


def is_unseen(node: Node) -> bool:
    """Whether its style hides it, or makes it white where no style around it sets a ground."""
    style = _style(node)
    if not style or _is_spoken_formula(node):
        return False
    return bool(_UNSEEN.search(style)) or (
        bool(_WHITE.search(style))
        and not any(_GROUND.search(_style(each)) for each in (node, *node.iterancestors()))
    )


def unseen_characters(root: Node) -> int:
    """How many characters such elements below ``root`` hold, each counted once.

    A page that hides itself until its scripts have run is itself not hidden.
    """
    count, waiting = 0, list(root)
    while waiting:
        node = waiting.pop()
        if not isinstance(node.tag, str):
            continue
        if is_unseen(node):
            count += len(words(node))
        else:
            waiting.extend(node)
    return count


def _is_spoken_formula(node: Node) -> bool:
    """Whether it is a formula for screen readers, which MathJax sets beside the one to be seen."""
    return [child.tag for child in node] == ["math"] and not (node.text or "").strip()


def _style(node: Node) -> str:
    return re.sub(r"\s+|/\*.*?\*/", "", node.get("style") or "").lower()
