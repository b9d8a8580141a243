"""What stands before the text: title, authors, affiliations, keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.parsers.latex.document import BREAK, DEEPEST, MARK, Front, clean, one_line
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tabular import skip
from ingest.parsers.latex.tokens import Token, Type
from ingest.parsers.latex.writing import Writer

ENVIRONMENTS = frozenset("IEEEkeywords keywords keyword".split())
_FIELDS = {
    **dict.fromkeys(("title", "icmltitle", "mlsystitle"), ("o", "title", "")),
    **dict.fromkeys(("affil", "affiliation", "institute", "address", "IEEEauthorblockA",
                     "aistatsaddress", "institution"), ("o", "affiliations", "")),
    "icmlaffiliation": ("d", "affiliations", ""),
    "icmlauthor": ("", "authors", "d"),
    **dict.fromkeys(("keywords", "icmlkeywords", "Keywords", "IEEEkeywords"), ("", "keywords", "")),
    "date": ("", "date", ""),
}  # fmt: skip
"""For each command the arguments before the telling one, what that is, and those after it."""

_AUTHORS = frozenset("author name IEEEauthorblockN aistatsauthor fnauthor addauthor".split())
_NOTES = {"textsuperscript": "d", "footnote": "od", "footnotemark": "o"}
_BETWEEN = frozenset({"and", "And", "AND"})
_SKIPPED = frozenset({"thanks", "email", "inst"})
COMMANDS = frozenset(
    {*_FIELDS, *_AUTHORS, *_BETWEEN, *_SKIPPED, "abstract", "maketitle", "tableofcontents"}
)
_NEXT = "\ue010"
"""Parts one author from the next."""

_SPLIT = re.compile(rf"{_NEXT}|\s*[,;&]\s*|\s+and\s+|^\s*and\s+", re.IGNORECASE)
_NOTE = re.compile(
    r"\$[^$]*\$|\^\{[^}]*\}|\^\S|[∗*†‡§¶⋆♠♣♦♥]+|(?<=[^\W\d])\d+(?:\s*,\s*\d+)*|\b\d+\b|\[[^\]]*\]"
)
_CONTACT = re.compile(r"@|https?:|www\.|\.(?:com|edu|org)\b")
_PLACE = re.compile(
    r"universi|institut|department|\bdept|\blabs?\b|laborator|research|college|school|faculty|"
    r"cent(?:er|re)\b|academy|technolog|\binc\b|\bcorp|google|microsoft|amazon|facebook|\bmeta\b|"
    r"openai|deepmind|\bibm\b|nvidia|\bai\b|science|engineering|hospital|company|"
    r"equal contribution",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w.'’‘-]*(?:\s+[^\W\d_][\w.'’‘-]*){1,5}")
_PLACE_SPLIT = re.compile(rf"{_NEXT}|{BREAK}|\n")


def command(name: str, reader: Reader, writer: Writer) -> bool:
    """Whether the command belongs to the front matter; then it and its arguments were read."""
    if name in _FIELDS:
        _take(name, reader, writer)
    elif name in _AUTHORS:
        writer.document.front.authors.append(_authors(reader, writer))
    elif name == "abstract":
        body = reader.argument()
        if body:  # of classes that have a command for it; else it is the environment's name
            begin, end = (Token(t, "", name="abstract") for t in (Type.BEGIN, Type.END))
            reader.push([begin, *body, Token(Type.PARAGRAPH, "\n\n"), end])
    elif name in _SKIPPED:
        reader.argument()
    return name in COMMANDS


def _take(name: str, reader: Reader, writer: Writer) -> None:
    before, field, after = _FIELDS[name]
    front = writer.document.front
    skip(reader, before)
    said = _said(reader, writer)
    skip(reader, after)
    if field == "title":
        front.title = front.title or one_line(said)
    elif field == "authors":
        front.authors.append(said)
    elif field == "affiliations":
        front.affiliations.append(said)
    elif field == "keywords":
        front.keywords = said
    else:
        front.date = said


def environment(name: str, reader: Reader, writer: Writer) -> None:
    """Keywords that stand in an environment of their own."""
    writer.document.front.keywords = writer.read(reader, name)


def authors(front: Front) -> tuple[str, ...]:
    """The names, in order, once each."""
    found = [name for written in front.authors for part in written.split(_NEXT)
             for name in _names_in(part)]  # fmt: skip
    return tuple(dict.fromkeys(found))


def affiliations(front: Front) -> tuple[str, ...]:
    """The places, as far as commands or lines below names give them."""
    below = [line for written in front.authors for part in written.split(_NEXT)
             for line in _lines(part)[1:]]  # fmt: skip
    lines = [line for place in front.affiliations for line in [" ".join(_lines(place))]]
    found = [_tidy(line) for line in (lines or below) if _PLACE.search(line)]
    return tuple(dict.fromkeys(place for place in found if place and not _CONTACT.search(place)))


def keywords(front: Front) -> tuple[str, ...]:
    """The keywords one by one."""
    parts = re.split(r"[,;·•]|\s-+\s|\\sep", one_line(front.keywords.replace(_NEXT, ",")))
    return tuple(word for part in parts if (word := part.strip(" .")))


def _said(reader: Reader, writer: Writer) -> str:
    """The next argument as text, without what is thanked in notes to it."""
    return MARK.sub("", _without_notes(writer, reader, reader.argument()))


def _authors(reader: Reader, writer: Writer) -> str:
    reader.option()
    tokens = [
        Token(Type.TEXT, _NEXT) if token.command in {*_BETWEEN, "sep"} else token
        for token in reader.argument()
    ]
    said = MARK.sub("", _without_notes(writer, reader, tokens))
    return (
        re.sub(r"\s{2,}|\u2003", " , ", said) if _NEXT not in said and BREAK not in said else said
    )


def _without_notes(writer: Writer, reader: Reader, tokens: Sequence[Token]) -> str:
    if writer.depth >= DEEPEST:
        return ""
    writer.depth += 1
    before = len(writer.notes)
    inner = reader.over(tokens)
    parts: list[str] = []
    while (token := inner.next()) is not None:
        if token.command in COMMANDS - _BETWEEN:
            command(token.command, inner, writer)
        elif token.command in _BETWEEN:
            parts.append(_NEXT)
        elif token.command in ("quad", "qquad", "hspace", "hfill"):
            parts.append(" , " if token.command != "hspace" else "")
        elif token.command in _NOTES:
            skip(inner, _NOTES[token.command])
        else:
            parts.append(writer.piece(token, inner))
    del writer.notes[before:]
    writer.depth -= 1
    return "".join(parts)


def _lines(part: str) -> list[str]:
    return [line.strip() for line in clean(part).split("\n") if line.strip()]


def _names_in(part: str) -> Iterator[str]:
    """The first line of an author's entry has names; so have further ones that look like it."""
    for at, line in enumerate(_lines(part)):
        if _CONTACT.search(line) or (at and _PLACE.search(line)):
            continue
        found = [_tidy(name) for name in _SPLIT.split(_NOTE.sub(",", line))]
        names = [name for name in found if name]
        if at and not all(_NAME.fullmatch(name) for name in names):
            continue
        if at and len(names) == 1:
            continue  # a place, as likely as a name
        yield from (name for name in names if _likely(name))


def _likely(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _PLACE.search(name)


def _tidy(text: str) -> str:
    said = " ".join(_NOTE.sub(" ", text).split()).strip(" ,;.:{}")
    return re.sub(r"^and\s+", "", said)
