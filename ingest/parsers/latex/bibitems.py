r"""A ``thebibliography``: its entries as printed, and what can be told of each."""

from __future__ import annotations

import re

from ingest.parsers.latex.document import BREAK, Entry, one_line
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Token, Type
from ingest.parsers.latex.writing import Writer
from rag.types import Reference

_NATBIB = re.compile(r"(?P<names>.*?)\((?P<year>\d{4}[a-z]?|[^()]{0,20})\)(?P<all>.*)", re.DOTALL)
_BLOCK = "\ue011"
_YEAR = re.compile(r"(?<![\d.:/-])(?:19|20)\d\d(?![\d.:/-]*\d)")
_ARXIV = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf)/|[:\s.,]*(?:e-prints?|preprint)?[:\s,]*(?:arxiv:)?\s*)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;]+[^\s,;.)]")
_URL = re.compile(r"https?://[^\s,;]+[^\s,;.)]")
_AND = re.compile(r",?\s+(?:and|&)\s+|,\s+")
_INITIALS = re.compile(r"(?:[A-Z]\.?[\s-]?){1,4}")


def entries(reader: Reader, writer: Writer) -> list[Entry]:
    """The entries up to the end of the environment, whose beginning was read."""
    found: list[tuple[str, str, list[str]]] = []
    while (token := reader.next()) is not None:
        if token.type is Type.END and token.name == "thebibliography":
            break
        if token.command == "bibitem":
            option = reader.option()
            label = writer.text(reader, option) if option else ""
            found.append((reader.name(), label, []))
        elif token.command == "newblock" and found:
            found[-1][2].append(_BLOCK)
        elif found:
            found[-1][2].append(_piece(token, reader, writer))
        else:
            writer.piece(token, reader)
    return [entry for key, label, parts in found if (entry := _entry(key, label, "".join(parts)))]


def _piece(token: Token, reader: Reader, writer: Writer) -> str:
    match token.command:
        case "bibinfo" | "bibfield" | "bibnamefont" | "bibfnamefont":
            if token.command in ("bibinfo", "bibfield"):
                reader.argument()
            return ""
        case "href":
            address = writer.plain(reader, reader.argument())
            said = writer.plain(reader, reader.argument())
            return said if "doi" not in address or address in said else f"{said} {address}"
    return writer.piece(token, reader)


def _entry(key: str, label: str, text: str) -> Entry | None:
    blocks = [one_line(part) for part in text.replace(BREAK, " ").split(_BLOCK)]
    printed = " ".join(filter(None, blocks))
    if not printed:
        return None
    names, year = "", ""
    if natbib := _NATBIB.fullmatch(label):
        names, year = one_line(natbib["names"]), natbib["year"]
    plain = "" if natbib else one_line(label)
    return Entry(key, printed, told(blocks, year), plain, names, year, bool(natbib))


def told(blocks: list[str], year: str = "") -> Reference:
    """What an entry printed in ``blocks`` (authors, title, the rest) says of the work."""
    printed = " ".join(filter(None, blocks))
    if len(blocks) < 3:
        blocks = _sentences(printed)
    arxiv = _ARXIV.search(printed)
    doi, url = _DOI.search(printed), _URL.search(printed)
    years = [found[0] for found in _YEAR.finditer(printed)]
    said = year[:4] if year[:4].isdigit() else years[-1] if years else ""
    return Reference(
        element=0,
        authors=_authors(blocks[0]) if len(blocks) > 1 else (),
        title=blocks[1].strip(' .,“”"') if len(blocks) > 1 else "",
        year=int(said) if said else None,
        venue=_venue(blocks[2]) if len(blocks) > 2 else "",
        arxiv_id=arxiv[1] if arxiv else "",
        doi=doi[0] if doi else "",
        url=url[0] if url else "",
    )


def _sentences(printed: str) -> list[str]:
    """Authors, title and the rest, where only full stops part them; initials are no ends."""
    quoted = re.search(r"[“\"](.{8,300}?)[,.]?[”\"]", printed)
    if quoted:
        return [printed[: quoted.start()], quoted[1], printed[quoted.end() :]]
    parts = re.split(r"(?:(?<=[^\W\d_]{2})|(?<=[\d)?!]))[.?!]\s+(?=[A-Z\d“\"(])", printed)
    return [parts[0], parts[1], ". ".join(parts[2:])] if len(parts) > 1 else [printed]


def _authors(block: str) -> tuple[str, ...]:
    block = re.sub(r"\(?\b(?:19|20)\d\d[a-z]?\)?|\bet al\b\.?|\(?\beds?\.?\)?$", "", block)
    names: list[str] = []
    for part in _AND.split(block.strip(" .,:")):
        name = part.strip(" ,:;")
        if names and _INITIALS.fullmatch(name):  # "Vaswani, A."
            names[-1] = f"{name} {names[-1]}"
        elif name and name.lower() not in ("others", "and"):
            names.append(name if len(name) < 80 else "")
    return tuple(name for name in names if name)


def _venue(block: str) -> str:
    found = re.split(r",|\.\s|\(", re.sub(r"^\s*(?:In:?|in)\s+", "", block.strip()))[0]
    return found.strip(" .") if not _URL.match(found) else ""
