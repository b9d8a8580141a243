"""Where an entry of a bibliography says that a work appeared."""

from __future__ import annotations

import re

_IN = re.compile(r"[\s.,:;–—-]*(?:in|published in|appeared in|to appear in)\b:?\s+", re.IGNORECASE)
_EDITED = re.compile(r"^.{0,400}?(?:\beditors?|\(?\b[Ee]ds?\.\)?)[,.:;)]*\s+")
_ARXIV = re.compile(r"[\s.,:;]*(arxiv|corr|biorxiv|ssrn)\b", re.IGNORECASE)
_NAMES = {"arxiv": "arXiv", "corr": "CoRR", "biorxiv": "bioRxiv", "ssrn": "SSRN"}
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_ENDS = re.compile(
    r",?\s*\(?(?:\b(?:pages?|pp\.?|p\.|vol(?:umes?|s?\.)|nos?\.|number\s\d|chapter\s\d|art(?:icle|\.)\s(?:no|id|\d)"
    r"|ISSN|ISBN|doi|URL|https?|edition|abs/|available|arXiv)(?!\w))"
    r"|,\s*[A-Z]?\d|\s\d+\s*(?:[(:,]|$)|\s\(\d|,\s*[(\[]?(?:1[89]|20)\d\d|\s(?:1[89]|20)\d\d[a-z]?(?=[.,;)]|\s*$)"
    rf"|[,.]\s*{_MONTH}(?:\s|$)|\s*[;“]",
    re.IGNORECASE,
)
_STOP = re.compile(r"\.(?:\s+(?=[^\W_a-z])|\s*$)")
_SHORT = re.compile(
    r"\b(?:Proc|Trans|Conf|Int|Intl|Mach|Learn|Res|Intell|Syst|Technol|Comput|Comp|Stat|Ann|[A-Z]|Math|Sci"
    r"|Nat|Phys|Rev|Lett|Assoc|Soc|Adv|Neur|Inf|Process|Proces|Appl|Symp|Eng|Dept|Univ|Tech|Rep|Trends"
    r"|Found|Acad|Med|Biol|Chem|Opt|Discrete|Pattern|Anal|Acoust|Electr|Electron|Am|Amer|Nucl|St)$"
)
_LEADING_YEAR = re.compile(r"^[\s.,(\[]*(?:1[89]|20)\d\d[a-z]?[)\]]?[\s.,:]*")
_LONGEST = 200  # characters


def read_venue(text: str) -> str:
    """The journal, proceedings or institution that ``text``, which follows a title, begins with."""
    text = _LEADING_YEAR.sub("", text)
    if preprint := _ARXIV.match(text):
        return _NAMES[preprint[1].lower()]
    inside = _IN.match(text)
    rest = text[inside.end() :] if inside else text.lstrip(" .,:;-–—")
    if inside:
        rest = _EDITED.sub("", rest)
    if end := _ENDS.search(rest):
        rest = rest[: end.start()]
    venue = _to_stop(rest).strip(" .,:;[]-–")
    if venue.count("(") != venue.count(")"):
        venue = f"{venue})" if venue.rfind("(") > venue.rfind(")") else venue.strip(")")
    if len(venue) > _LONGEST or re.fullmatch(rf"(?:{_MONTH}|[\W\d]*)", venue):
        return ""
    return venue


def _to_stop(text: str) -> str:
    for stop in _STOP.finditer(text):
        if not _SHORT.search(text[: stop.start()]):
            return text[: stop.start()]
    return text
