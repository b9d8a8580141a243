"""An answer as HTML that a page may show as it is.

Its words come from papers and from a language model, so none of them is trusted: what looks like
HTML is shown as text, no picture is loaded, no link leads out, and what was made is
sanitised once more (`api.web.sanitise`), should any of that have a hole.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from api.characters import visible
from api.web.markdown import rendered
from api.web.sanitise import sanitised

LONGEST = 20_000
"""Characters that are read as Markdown: its readers take quadratic time over some texts. Longer
ones, which are no answers, are shown as they are."""

MOST_OPENERS = 400
"""Beginnings of formulas, each of which may be looked for an end of. Beyond, there are none."""


def answer_html(answer: str, markers: Iterable[str]) -> str:
    """``answer``, in Markdown, as HTML. ``markers`` are those that have a citation ("[1]").

    Each of these becomes ``<a class="citation" data-marker="[1]" href="#citation-1">[1]</a>``;
    any other stays text. Formulas become MathML, or code where they can't be converted.
    """
    text = visible(answer)
    if len(text) > LONGEST:
        return f"<pre>{escape(text, quote=False)}</pre>"
    openers = sum(text.count(opener) for opener in ("$", "\\(", "\\[", "\\begin{"))
    return sanitised(rendered(text, frozenset(markers), formulas=openers <= MOST_OPENERS))
