"""The list of authors that an entry of a bibliography begins with.

Names stand as "Ada M. Lovelace", "A. M. Lovelace", "Lovelace, A. M." or "Lovelace AM"; lists of the
last two kinds may go on with names of the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_LETTER = r"(?:[^\W\d_]|[˘˙˝˚˛¸¨ˇ˜])"  # accents may stand beside their letters
WORD = rf"(?:[dDlL]['’´`])?[˘˙˝˚´`¨ˇ˜]?{UPPER}{_LETTER}*(?:[-‐‑–’'´`]{_LETTER}+)*['’]?"
PARTICLE = (
    r"(?:y|v[ao][nm]|de[nrls]?|della|di|d[ao]s?|du|la|le|el|al|bin|ibn|t[eo]n|ter|zu[rm]?|af|av)"
)
_INITIAL = rf"{UPPER}\.(?:\s?[-‐‑–]\s?{UPPER}\.)*"
_SUFFIX = r"(?:,?\s(?:Jr|Sr|II|III|IV)\b\.?)?"
_DIRECT = re.compile(
    rf"(?:(?:Th|Ch|Ph)\.\s)?(?:{_INITIAL}\s?|{WORD}\s|{PARTICLE}\s){{0,7}}{WORD}(?![^\W\d_]){_SUFFIX}"
)
_FAMILY = rf"(?:{PARTICLE}\s){{0,3}}{WORD}(?:\s{WORD}|\s{PARTICLE}\s{WORD})?"
_GIVEN = (
    rf"(?:{_INITIAL}(?:\s?{_INITIAL}){{0,4}}|{WORD}(?:\s{WORD}){{0,3}}(?:\s?{_INITIAL}){{0,4}})"
    rf"(?:\s{PARTICLE}\b)?{_SUFFIX}"
)
_INVERTED = re.compile(rf"({_FAMILY}),\s?({_GIVEN})(?![^\W\d_])")
_OPENS_INVERTED = re.compile(
    rf"(?:(?:{PARTICLE}\s){{0,3}}{WORD},\s?{_GIVEN}"
    rf"|{_FAMILY},\s?{_INITIAL})\s*(?:[,.;:&(\[]|and\s|\d{{4}}|$|(?<=\.))"
)
_BARE = r"[A-Z]{1,3}t?(?![\w.’'])"  # "Yih Wt" too
_POSTPOSED = re.compile(rf"({_FAMILY})\s({_BARE})")
_OPENS_POSTPOSED = re.compile(rf"(?:{PARTICLE}\s){{0,3}}{WORD}\s{_BARE}(?:,\s|\s\(|\.\s|$)")
_OTHERS = re.compile(r",?\s*(?:and\s+|&\s*)?(?:et\.?\s?al\b\.?|others\b|\.\.\.|…)")
_AND = re.compile(r"\s*[,;]?\s*(?:and|&|und|et)\s+")
_COMMA = re.compile(r"\s*[,;]\s*")
_CLOSES = re.compile(r"\s*(?:[.:,;(\[“\"]|$|(?:19|20)\d\d\b)")
_FORMS = ((_INVERTED, _OPENS_INVERTED), (_POSTPOSED, _OPENS_POSTPOSED))
_MOST = 400  # names; the longest lists have thousands
_EDITORS = re.compile(r",?\s*\(?(?:editors?|eds?\.)\)?[.,]?")


@dataclass(frozen=True, slots=True)
class Names:
    """Names as printed, those with the family first turned round; ``end`` is where in the
    text the list ends, 0 where there is none.
    """

    names: tuple[str, ...]
    end: int


def read_names(text: str) -> Names:
    """The names that ``text`` begins with, as far as a list of names can be told."""
    form = next((form for form, opens in _FORMS if opens.match(text)), _DIRECT)
    names: list[str] = []
    at = 0
    last = False
    while len(names) < _MOST and (found := _name(text, at, form)):
        name, at = found
        names.append(name)
        if others := _OTHERS.match(text, at):
            at = others.end()
            break
        if last:
            break
        if joined := _AND.match(text, at):
            last = True
        joined = joined or _COMMA.match(text, at)
        if joined is None or _name(text, joined.end(), form) is None:
            break
        at = joined.end()
    if not names or not (len(names) == _MOST or _CLOSES.match(text, at) or text[at - 1] == "."):
        return Names((), 0)
    editors = _EDITORS.match(text, at)
    return Names(tuple(names), editors.end() if editors else at)


def family_of(name: str) -> str:
    """The family name, with the particles before it, of a name as `read_names` gives it."""
    words = bare(name).split()
    first = len(words) - 1
    while first > 0 and re.fullmatch(PARTICLE, words[first - 1], re.IGNORECASE):
        first -= 1
    return " ".join(words[max(first, 0) :])


def bare(name: str) -> str:
    """The name without "Jr.", "III" and the like."""
    return re.sub(rf"{_SUFFIX}$", "", name)


def _name(text: str, at: int, form: re.Pattern[str]) -> tuple[str, int] | None:
    """The name that stands at ``at``, and where it ends."""
    if form is not _DIRECT and (match := form.match(text, at)):
        return f"{match[2].strip()} {match[1]}", match.end()
    match = _DIRECT.match(text, at)
    return (match[0], match.end()) if match else None
