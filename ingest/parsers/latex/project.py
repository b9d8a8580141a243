"""A project's files: which one is the document, and what a name in a command means.

Names are looked up among the files of the project and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ingest.parsers.latex.tokens import FILE_END, Token, Type, tokens_of
from ingest.parsers.tree import Tree

ENDINGS = frozenset({".tex", ".ltx", ".latex", ".bib", ".bbl", ".sty", ".cls"})
MAX_READ = 400
"""Files that may be read in one document, the same one several times included."""

_CLASS = re.compile(
    r"^[^%\n]*\\document(?:class|style)\b(?:\s{0,99}\[[^\]]{0,2000}\])?\s{0,99}\{([^}]{0,99})\}",
    re.MULTILINE,
)
_BEGIN = re.compile(r"^[^%\n]*\\begin\s*\{document\}", re.MULTILINE)
BEGIN_WITHIN = 1 << 20
"""Bytes of a file after which nobody begins a document."""
_CLASS_WITHIN = 128 << 10
_END = re.compile(r"\\end\s*\{document\}")
USUAL = ("main", "ms", "paper", "article", "manuscript", "arxiv", "root", "template")
"""How the names of documents begin."""
_NOT_READ = frozenset({"article", "report", "book", "beamer", "standalone", "subfiles"})


def is_source(name: str) -> bool:
    """Whether a file may be read for a document's text; of folders, all but hidden ones."""
    if name.endswith("/"):
        return not PurePosixPath(name).name.startswith(".")
    return PurePosixPath(name).suffix.lower() in ENDINGS or name.endswith("00README.json")


def main_file(files: Mapping[str, bytes]) -> str:
    """The file that is the document, "" where there is none.

    It has a class and a beginning, and is no part of another; of several, one that arXiv's list or
    custom names, that lies nearest the top, that has its own ``.bbl``, or that is longest.
    """
    texts = {
        name: decoded(data)
        for name, data in files.items()
        if name.lower().endswith((".tex", ".ltx", ".latex"))
    }
    found = [
        name
        for name, text in texts.items()
        if (kind := _CLASS.search(text, 0, _CLASS_WITHIN))
        and kind[1].strip() not in ("subfiles", "standalone")
        and _BEGIN.search(text, 0, BEGIN_WITHIN)
    ]  # fmt: skip
    listed = decoded(files.get("00README.json", b""))

    def rank(name: str) -> tuple[bool, int, bool, bool, int, str]:
        stem = PurePosixPath(name).stem.lower()
        bbl = f"{name.rpartition('.')[0]}.bbl" in files
        return (f'"{name}"' not in listed, name.count("/"), not stem.startswith(USUAL), not bbl,
                -len(texts[name]), name)  # fmt: skip

    return min(found, key=rank, default="")


def has_beginning(text: str) -> bool:
    r"""Whether there is a preamble, up to ``\begin{document}``."""
    return bool(_BEGIN.search(text))


def decoded(data: bytes) -> str:
    """UTF-8, or else Latin-1, which has no wrong bytes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass
class Project:
    """The files of one document; `tokens` is what a `Reader` asks. It is ``telling`` of files that
    aren't there once the text begins: a preamble reads many that come with TeX.
    """

    tree: Tree
    main: str
    remark: Callable[[str], None]
    telling: bool = False
    _open: set[str] = field(default_factory=set)
    _read: int = 0

    def __post_init__(self) -> None:
        self._open.add(self.main)

    def text(self, name: str) -> str:
        """A file's text."""
        return decoded(self.tree.files[name])

    def tokens(self, command: str, name: str) -> list[Token]:
        """The tokens of a file by the kind of command that names it."""
        if command == "end":
            self._open.discard(name)
            return []
        if command == "bibliography":
            printed = self.bbl()
            return tokens_of(printed) if r"\bibitem" in printed else []
        if command == "package":
            found = "" if name in _NOT_READ else self._find(name, (".sty", ".cls"))
        else:
            found = self._find(name, (".tex", "", ".ltx", ".bbl", ".tikz", ".sty"))
            if not found and name and self.telling:
                self.remark(f"{name} is not in the project, so its text is missing")
        if not found or not self._may_read(found):
            return []
        self._open.add(found)
        return [*tokens_of(_inner(self.text(found))), Token(Type.END, "", name=FILE_END + found)]

    def bib(self, name: str) -> str:
        """The text of a ``.bib`` file; empty where there is none."""
        found = self._find(name, (".bib", ""))
        return self.text(found) if found else ""

    def bbl(self) -> str:
        """The text of the ``.bbl`` that belongs to the document; empty where there is none."""
        own = f"{self.main.rpartition('.')[0]}.bbl"
        others = [name for name in self.tree.files if name.endswith(".bbl")]
        found = own if own in self.tree.files else others[0] if len(others) == 1 else ""
        return self.text(found) if found else ""

    def _find(self, name: str, endings: tuple[str, ...]) -> str:
        """The file of that name, from the project's top or from the document's folder."""
        parts: list[str] = []
        for part in name.strip().strip('"').replace("\\", "/").split("/"):
            if part == "..":
                if not parts:
                    return ""
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        plain = "/".join(parts)
        folder = self.main.rpartition("/")[0]
        tops = [f"{folder}/{plain}", plain] if folder else [plain]
        paths = (top + ending for top in tops for ending in endings)
        return next((path for path in paths if plain and path in self.tree.files), "")

    def _may_read(self, name: str) -> bool:
        self._read += 1
        if name in self._open:
            self.remark(f"{name} was not read again inside itself")
            return False
        if self._read > MAX_READ:
            self.remark(f"{name} was not read: the document reads more than {MAX_READ} files")
            return False
        return True


def _inner(text: str) -> str:
    """What a file adds to the document: of one with a document of its own, that."""
    begin = _BEGIN.search(text)
    if begin is None:
        return text
    end = _END.search(text, begin.end())
    return text[begin.end() : end.start() if end else None]
