"""What is told of text that no reader of a document sees, and that was left out for it."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})")


def remarked(characters: int) -> tuple[str, ...]:
    """The remark on so many characters; none where there are none."""
    return (f"{characters} characters that no reader sees left out",) if characters else ()


def without_comments(markdown: str) -> tuple[str, int]:
    """Markdown without the comments that stand outside of fenced code, and how many characters
    they held. Lines keep their numbers.
    """
    parts, plain, fence, hidden = [], "", "", 0
    for line in markdown.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            parts.append(line)
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark and _closed(plain):
            kept, count = _blanked(plain)
            parts += [kept, line]
            plain, fence, hidden = "", mark[1], hidden + count
        else:
            plain += line
    kept, count = _blanked(plain)
    return "".join([*parts, kept]), hidden + count


def _closed(text: str) -> bool:
    """Whether no comment is open at the end."""
    return text.rfind("<!--") <= text.rfind("-->")


def _blanked(text: str) -> tuple[str, int]:
    hidden = sum(len(" ".join(found.strip("<!->").split())) for found in _COMMENT.findall(text))
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text), hidden
