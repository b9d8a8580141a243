"""The names of a paper's authors, from the lines between its title and its abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.frontpage.accents import composed
from ingest.layout import TextLine

_PLACE = re.compile(
    r"universi|institut|department|dept\b|\blabs?\b|laborator|research|college|school|cent(?:er|re)\b|"
    r"faculty|academy|technolog|\binc\b|\bcorp|\bltd\b|\bgmbh\b|google|facebook|microsoft|amazon|"
    r"openai|deepmind|\bibm\b|nvidia|baidu|tencent|alibaba|huawei|adobe|salesforce|\bai\b|company|"
    r"street|avenue|road\b|editors?:|science|engineering|equal contribution|hospital|ministry|"
    r"china|japan|germany|france|\busa\b|\buk\b|canada|india|italy|spain|korea|singapore|israel|"
    r"netherlands|switzerland|australia|sweden|austria|belgium|denmark|finland|ireland|brazil|"
    r"informati[ck]|mathemati|linguistics|polytechni|école|ecole|hochschule|project|group|team|"
    r"foundation|brain\b|abstract|correspondence|author|preprint|report|key\s?word|\bllp\b|"
    r"workshop|proceedings|conference|published",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|https?:|www\.|\{|\}|\.(?:com|edu|org|net|ac|de|cn|uk)\b|\d{3,}")
# "Corso Elvezia 36", "80290 München", "12 Main St": a number parted by a space from words, and
# no other mark of an affiliation.
_ADDRESS = re.compile(
    r"^[^\W\d][^\d,∗*†‡]*[^\W\d] \d{2,4}[a-z]?(?:,|$)|^(?:[A-Z]{1,2}-)?\d{4,6}\b|^\d{2,4} \w+"
    r"|\b(?:str(?:asse|aße)?|via|rue|corso|calle|boulevard|ave|p\.? ?o\.? box)\b\.?",
    re.IGNORECASE,
)
_CLOSE = 1.6  # sizes of type from one line of a block to the next
_WORD_OF_PROSE = 4  # letters
_SAME_SIZE = 0.6  # points by which names differ in size at most
_MARK = re.compile(
    r"[^\w\s.,;:&'’‘()@/|·•–—-]+|(?<=\s)[^\x00-\x7fÀ-ž](?=\s|$)|\b\d+(?!\w)|(?<=[^\W\d])\d+"
    r"|(?<=\d),\s?[a-z](?=\b|and\b)|\(.*?\)|[⁰¹²³⁴-⁹]+|[α-ω]+"
)
_MARKED = re.compile(r"\s*(?:\d{1,2}(?!\d)|[^\w\s.,;&()\"'’‘“-])")
_BETWEEN = re.compile(r"\s*[,;&·•|/]\s*|\s+and\s+|^\s*and\s+|\s{3,}", re.IGNORECASE)
_PARTICLES = frozenset(
    "de da di do du dal del della der den des van von vom zu zur af av la le el al bin ibn ben "
    "ter ten te dos das y e".split()
)
_TOKEN = re.compile(r"(?:(?:[dl]['’])?[A-ZÀ-ÞĀ-ɏḀ-ỿ][\w'’.–-]*|[A-Z]\.)$")
_RANKS = frozenset("Member Fellow Student Senior Life Associate IEEE ACM PhD Ph.D. M.D.".split())
_FORMS = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs|Sir)\b\.?\s+)+")
_NAME_TOKENS = range(2, 6)


def authors_of(lines: Sequence[TextLine], own: str) -> tuple[str, ...]:
    """Names in the order of reading, once each; ``own`` is the file's own list, taken where the
    page shows it.

    Most names tell how names are set, at a tie those set larger: where some are bold, lines that
    are not hold places; so do lines of another size, lines that are not italic as the others are,
    and those that open with a mark.
    """
    listed = [name for part in re.split(r"[,;]|\band\b|&", own) if (name := _clean(part))]
    page = " ".join(line.text for line in lines).lower()
    shown = all(name.split()[-1].lower() in page and _is_name(name) for name in listed)
    if listed and shown:
        return tuple(dict.fromkeys(listed))
    whole = list(_whole(_without_addresses(_in_rows(lines))))
    found = [(line, names) for line, text in whole if (names := list(_names(text)))]
    # Only then may a line hold a name with its place: "Ada Lovelace, University of London".
    found = found or [(line, names) for line, text in whole if (names := list(_names_before(text)))]
    if any(line.bold for line, _ in found):
        found = [(line, names) for line, names in found if line.bold]
    groups = (
        (
            round(first.size),
            [name for line, names in found if _alike(first, line) for name in names],
        )
        for first, _ in found
    )
    _, most = max(groups, key=lambda group: (len(group[1]), group[0]), default=(0, []))
    return tuple(dict.fromkeys(most))


def _alike(first: TextLine, line: TextLine) -> bool:
    """Whether ``line`` may hold names as ``first`` does, by its type and by what it opens with."""
    same = line.italic == first.italic
    marked = line is not first and _MARKED.match(line.text)
    return same and abs(line.size - first.size) < _SAME_SIZE and not marked


def _in_rows(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines from left to right and down, whatever columns they were read in."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.box.page, line.box.y0)):
        last = rows[-1][0].box if rows else None
        if last and last.page == line.box.page and line.box.y0 - last.y0 < line.size / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x0)]


def _whole(lines: Sequence[TextLine]) -> Iterator[tuple[TextLine, str]]:
    """The lines with their text; a name that goes on in the next line stands whole in that."""
    begun = ""
    for at, line in enumerate(lines):
        text = f"{begun} {composed(line.text)}".replace("- ", "-").strip()
        begun = ""
        tail = re.split(r"[,;]\s*", _MARK.sub(",", text))[-1].strip(" ,")
        listed = re.search(r"[,;]", text) and tail and not _CONTACT.search(text)
        if listed and _begins_name(tail) and at + 1 < len(lines) and _below(line, lines[at + 1]):
            begun, text = tail, text[: text.rfind(tail)]
        yield line, text


def _begins_name(tail: str) -> bool:
    """Whether the last of a list of names lacks its end: "M.", "Patrick N", "Hasegawa-"."""
    words = tail.split()
    initials = len(words) == 1 or len(words[-1].strip(".")) == 1 or tail.endswith("-")
    return len(words) < 3 and initials and all(map(_TOKEN.match, words))


def _below(line: TextLine, following: TextLine) -> bool:
    """Whether ``following`` goes on with the list in ``line``."""
    same = following.bold == line.bold and following.italic == line.italic
    return same and _over(line, following) and not _MARKED.match(following.text)


def _without_addresses(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines without streets and towns: those that share their column with a postal code or
    a street's number, and stand below another line of it.
    """
    return [
        line
        for at, line in enumerate(lines)
        if not (_ADDRESS.search(line.text) and any(_over(above, line) for above in lines[:at]))
    ]


def _over(above: TextLine, line: TextLine) -> bool:
    """Whether the line follows closely below another of its block, centred or set flush."""
    a, b = above.box, line.box
    near = a.page == b.page and 0 < b.y0 - a.y0 < _CLOSE * line.size
    return near and min(a.x1, b.x1) > max(a.x0, b.x0)


def _names(line: str) -> Iterator[str]:
    if _CONTACT.search(line) or _PLACE.search(line):
        return
    named: list[str] = []
    for part in _BETWEEN.split(_MARK.sub(",", line)):
        name = _clean(part)
        words = name.split()
        if len(words) > 5 and len(words) % 2 == 0:  # names side by side, nothing between them
            named += [f"{a} {b}" for a, b in zip(words[::2], words[1::2], strict=True)]
        else:
            named.append(name)
    # "Li Yi" and "Lu Xu" are names, but by themselves might be anything.
    listed = any(map(_is_name, named))
    yield from (name for name in named if _is_name(name) or (listed and _is_short(name)))


def _names_before(line: str) -> Iterator[str]:
    """The names that a line begins with, before a place."""
    for part in re.split(r"\s*[,;(]\s*|\s+and\s+", line):
        if _PLACE.search(part) or not (names := list(_names(part))):
            return
        yield from names


def _clean(part: str) -> str:
    name = " ".join(_MARK.sub(" ", composed(part)).split()).strip(" .,:-").replace("- ", "-")
    words = name.split()
    while words and _is_stray(words[0]):
        words = words[1:]
    if name.isupper():
        words = [w if len(w.strip(".")) == 1 else w.title() for w in words]
    return _FORMS.sub("", " ".join(words))


def _is_stray(word: str) -> bool:
    """Whether a part that opens with ``word`` may still be a name behind it: "a", "by"."""
    return word[0].islower() and len(word) < _WORD_OF_PROSE and word not in _PARTICLES


def _is_name(name: str) -> bool:
    words = name.split()
    if all(word in _RANKS for word in words):  # "Senior Member, IEEE"
        return False
    fit = all(_TOKEN.match(word) or word.lower() in _PARTICLES for word in words)
    return len(words) in _NAME_TOKENS and fit and any(len(word) > 2 for word in words)


def _is_short(name: str) -> bool:
    words = name.split()
    return len(words) == 2 and all(len(w) == 2 and w[0].isupper() and w[1].islower() for w in words)
