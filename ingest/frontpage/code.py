"""The URLs of a paper's own code, models and project pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.layout import TextLine

_URL = re.compile(
    r"(?:https?:\s?//\s?|(?<![\w./@])(?=(?:www\.)?git(?:hub|lab)\.com/))[^\s<>\"“”{}|]+"
)
_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?(?:github\.com/[\w.-]+/[\w.-]+|gitlab\.[\w.]+/[\w.-]+/[\w.-]+|"
    r"bitbucket\.org/[\w.-]+/[\w.-]+|huggingface\.co/[\w./-]+|[\w-]+\.(?:github|gitlab)\.io|"
    r"sites\.google\.com/|codeberg\.org/|zenodo\.org/|sourceforge\.net/|code\.google\.com/)",
    re.IGNORECASE,
)
_WORK = (
    r"(?:code(?:[- ]?base)?|implementations?|models?|checkpoints?|toolkit|package|library|software|"
    r"scripts?|system|tool|demo|framework)\b"
)
_OFFERED = (
    r"\b(?:availabl|releas|found|accessib|open[- ]?sourced?|publish|download|hosted|provided)"
)
# How a sentence that ends in a URL says that what is there is the paper's own.
_OURS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:our|the|all|source|this)\s+(?:[\w,/’-]+\s+){{0,5}}?{_WORK}[^.!?]{{0,90}}{_OFFERED}",
        rf"\b(?:code|implementations?)\b[^.!?]{{0,80}}(?:{_OFFERED}|\b(?:is|are) (?:at|here)\b)",
        rf"\b(?:we|authors)\b[^.!?]{{0,80}}\b(?:release|publish|open[- ]?source|make|made|share)"
        rf"\b[^.!?]{{0,90}}{_WORK}",
        rf"\b(?:release|publish|provide)\s+(?:[\w-]+\s+){{0,3}}{_WORK}",
        r"\b(?:we|our)\b[^.!?]{0,90}\bavailable\b",
        r"\bavailable as (?:an )?open[- ]source\b",
        r"\b(?:code|web ?site|project (?:web)?(?:site|page)|demo|repository)\b[\w ]{0,12}\W{0,3}$",
    )
)
_OPENLY = re.compile(r"\bavailable\b[^.!?]{0,40}$|\bproje[c]?t page\b", re.IGNORECASE)
_THEIRS = re.compile(
    r"\b(?:their|provided by|based on|et al|using the|implementations? (?:of|by)\b|"
    r"we (?:use|used|adopt|employ|follow|re-?run)\b)"
)
# A full stop ends a sentence, unless there is no host yet: "https://github."
_UNFINISHED = re.compile(
    r"[/_:-]$|^https?:(?://(?:[\w-]+\.)*(?!(?:io|com|org|net|edu|ai|dev)\.)[\w-]+\.)?$"
)
_NOTE = re.compile(r"^(\d{1,2})\s?(?=[A-Zh]|github|www\.|available)")
_BARE_NOTE = re.compile(r"^(\d{1,2})\s?(?=https?:|github|www\.)")
_BEFORE = 240  # characters of text before a URL, or before the call of its note, that tell of it
_LINES_BEFORE = 4
_FACES = 2.5  # points by which a fixed-width face differs from that of the text
_BIBLIOGRAPHY = re.compile(r"^(?:\d+\.?\s+)?(?:references|bibliography|literature cited)\s*$", re.I)


def code_of(lines: Sequence[TextLine]) -> tuple[str, ...]:
    """URLs on hosts of code that the text calls the paper's own ("our code is available at"), in
    the order of the text, once each; ``lines`` are the document's.
    """
    ends = (i for i, line in enumerate(lines) if _BIBLIOGRAPHY.match(line.text.strip()))
    before_end = lines[: next(ends, len(lines))]
    found = [url for at in range(len(before_end)) for url in _own_urls(before_end, at)]
    return tuple(dict.fromkeys(found))


def _own_urls(lines: Sequence[TextLine], at: int) -> Iterator[str]:
    line = lines[at]
    for match in _URL.finditer(_opened(lines, at)):
        url = re.sub(r"(?:[.,;:)\]’'†‡*]|\.git)+$", "", re.sub(r"\s", "", match[0]))
        if match.start() >= len(line.text) or not _HOST.match(url):
            continue
        if called := _BARE_NOTE.match(line.text):
            own = any(_is_own(text, line.box.page) for text in _callers(lines, at, called[1]))
        else:
            own = _is_own(_text_before(lines, at) + line.text[: match.start()], line.box.page)
        if own:
            yield url if url.startswith("http") else f"https://{url}"


def _opened(lines: Sequence[TextLine], at: int) -> str:
    """The line with the rest of a URL that goes on in the next ones."""
    text = lines[at].text.rstrip()
    for line in lines[at + 1 : at + 4]:
        begun = re.search(r"https?:[^\s]*$", text)
        first, _, rest = line.text.strip().partition(" ")
        if begun is None or not _UNFINISHED.search(begun[0]) or first.endswith(":"):
            return text
        text += first
        if rest:
            return text
    return text


def _text_before(lines: Sequence[TextLine], at: int) -> str:
    """The lines above that lead to line ``at``, from the beginning of its note if it is in one."""
    first = at
    while at - first < _LINES_BEFORE and first > 0 and not _NOTE.match(lines[first].text):
        above, line = lines[first - 1], lines[first]
        if above.box.page != line.box.page or abs(above.size - line.size) > _FACES:
            break
        first -= 1
    return "".join(f"{line.text} " for line in lines[first:at])


def _callers(lines: Sequence[TextLine], at: int, number: str) -> Iterator[str]:
    """The texts before the places of the page that may call the note in line ``at``."""
    page = [line for line in lines if line.box.page == lines[at].box.page and line is not lines[at]]
    text = " ".join(line.text for line in page)
    for call in re.finditer(rf"[^\W\d][.,;:)”]?{number}(?!\d|\.\d)(?=[\s,.;)]|$)", text):
        yield text[: call.start() + 1]


def _is_own(before: str, page: int) -> bool:
    """Whether the sentence that ends in a URL, or in the call of its note, tells of own work; on
    the first page it is enough that it is about something available.
    """
    sentence = re.split(r"(?<=[a-z)])[.!?]\d{0,2}\s+(?=[A-Z\d])", before[-_BEFORE:].rstrip())[-1]
    if _THEIRS.search(sentence):
        return False
    first = page == 1 and _OPENLY.search(sentence)
    return bool(first) or any(pattern.search(sentence) for pattern in _OURS)
