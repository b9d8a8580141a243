"""Keeps what users and papers write from being read as what the model is told.

A text stands between two marks that hold a code. Whoever wrote the text can't have known the
code, so nothing in it can end the fence; should the code turn up in a text all the same, it is
taken out there.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from importlib.resources import files
from string import Template

# What looks like a fence, and what some servers read as the end of a turn wherever it stands;
# a blank takes the sense away.
_CONTROL = re.compile(
    r"<(?=[|｜])|(?<=[|｜])>|<(?=/?s>|/?(?:start|end)_of_turn>|[be]os>|/?think>|/?tool_\w+>"
    r"|/?(?:evidence|question|earlier|title|abstract|section|passage|sentence|statement|sofar|doubt"
    r"|note|own|claim)\b|<SYS>>|</SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])",
    re.I,
)
# Control characters, direction marks, fillers, selectors of variants and tags: a tokenizer sees
# what a reader doesn't.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def random_code() -> str:
    """A code that nobody can have known beforehand."""
    return secrets.token_hex(8)


def content_code(*texts: str) -> str:
    """A code that is the same for the same texts, so that a repeated request is recognised.

    It is drawn from all that the fences hold: a text that holds its own code is not to be found.
    """
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def fenced(label: str, text: str, code: str, number: int | None = None) -> str:
    """``text`` between ``<label CODE n>`` and ``</label CODE n>``."""
    mark = f"{label} {code}" if number is None else f"{label} {code} {number}"
    return f"<{mark}>\n{inert(text, code)}\n</{mark}>"


def inert(text: str, code: str) -> str:
    """``text`` without the code, invisible characters, and marks that end a turn."""
    seen = re.sub(re.escape(code), "…", visible(text), flags=re.I)
    return _CONTROL.sub(lambda mark: _apart(mark[0]), seen)


def visible(text: str) -> str:
    """``text`` with blanks for the characters that nobody sees, or that are none."""
    return _SURROGATE.sub(" ", _INVISIBLE.sub(" ", text))


def instructions(package: str, name: str, **values: object) -> str:
    """The prompt ``name`` in the folder ``prompts`` of ``package``, its ``$names`` filled in."""
    text = (files(package) / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    return Template(text).substitute(values).strip()


def _apart(mark: str) -> str:
    return f" {mark}" if mark == ">" else f"{mark} "
