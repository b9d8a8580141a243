"""Is a text in English? Pure, and no model: unsure means yes."""

from __future__ import annotations

import re
import unicodedata

FOREIGN_SHARE = 0.3
"""Of the letters: more than this in other scripts, and the text is not in English."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    """
    the a an of to and or is are was were be been do does did can could how what which who whom why
    when where whether with without for from by on at as into than then this that these those it its
    they their there has have had will would should not between during many much used use uses using
    """.split()
)
# Function words that are no English words, nor parts of names (van den Oord), nor "et al.".
_FOREIGN = frozenset(
    """
    der das ein eine einen einem einer eines und oder ist sind waren wird werden wurde wurden wie
    warum welche welchem welcher welches welchen womit wozu nicht für auf aus nach über zwischen
    haben kann wenn auch durch zum zur sich ihre
    le les des une ou est sont était quel quelle quels quelles comment pourquoi avec sans pour dans
    sur entre pas que qui dont cette ces leur leurs utilisé
    el la las una unos es son fue qué cuál cuáles cómo por para con sin cuántos cuántas cuando donde
    dónde esta este estos usa utiliza del
    il gli uno di della dello delle degli dei nel nella che perché quale quali quanto quanti quante
    è sono viene vengono tra fra anche usato usata
    é uma uns são qual quais como porque com sem não das nos nas pelo pela
    het een zijn wordt worden welke hoe waarom niet voor uit naar tussen wat
    och är inte för hur vad vilken vilka från jest są jak jaki jaka jakie dlaczego nie czy przez
    bir ve nedir nasıl neden hangi için
    """.split()
)


def is_foreign(text: str) -> bool:
    """Whether ``text`` is plainly not in English: by its script, else by its function words."""
    letters = [c for c in text if c.isalpha()]
    if letters and sum(map(_is_other, _without_symbols(text))) > FOREIGN_SHARE * len(letters):
        return True
    words = _WORD.findall(text.casefold())
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    marked = any(not c.isascii() and not _is_other(c) for c in letters) or "¿" in text
    return foreign > english and (foreign >= 2 or (marked and not english))


def _is_other(letter: str) -> bool:
    return letter.isalpha() and not unicodedata.name(letter, "LATIN").startswith("LATIN")


def _without_symbols(text: str) -> str:
    """``text`` without the Greek letters and the like of formulas, which stand alone."""
    return "".join(word for word in _WORD.findall(text) if len(word) > 2 or not _is_symbol(word))


def _is_symbol(word: str) -> bool:
    return all(unicodedata.name(c, "").startswith(("GREEK", "MATHEMATICAL")) for c in word)
