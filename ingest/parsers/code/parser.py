"""The parser of repositories."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from textwrap import dedent
from urllib.parse import urlsplit

from ingest.identity import paper_id_of
from ingest.parsers.code.files import LANGUAGES, is_markdown
from ingest.parsers.code.outline import parts_of
from ingest.parsers.frontmatter import split_front_matter
from ingest.parsers.markdown import read_body
from ingest.parsers.tree import Tree
from rag.errors import SourceError
from rag.types import Element, Kind, Metadata, Paper, Role, Section, Span

_BRANCH = re.compile(r"-(?:main|master|trunk)$")
_REMOTE = re.compile(r'\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', re.MULTILINE)
_SSH = re.compile(r"(?:ssh://)?[\w.-]+@([\w.-]+)[:/](.+)")
_FEWEST_WORDS = 8
_LONGEST_CONFIG = 1 << 16


class CodeParser:
    """Reads a repository as one paper: a section a file, and in it one for each function, class or
    method, which says on which lines of which file it stands.

    The text is the files' own, method bodies set flush left. There are no pages.
    """

    def parse(self, tree: Tree, source: Path, digest: str) -> Paper:
        """The paper. Raises SourceError if no file has anything in it."""
        parts = _Parts()
        for name, data in tree.files.items():
            text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
            if is_markdown(name):
                parts.add_markdown(name, text)
            else:
                parts.add_code(name, text)
        if not parts.elements:
            raise SourceError(source.name, "there is no code of a known language in it")
        url = remote_of(source)
        title = _BRANCH.sub("", tree.name) or "repository"
        metadata = Metadata(title=title, abstract=parts.opening, code=(url,) if url else ())
        identity = hashlib.sha256(url.encode()).hexdigest() if url else digest
        return Paper(
            paper_id=paper_id_of(metadata, identity, ""),
            metadata=metadata,
            text="\n\n".join(parts.texts),
            sections=tuple(parts.sections),
            elements=tuple(parts.elements),
            pages=0,
            source=str(source),
            content_hash=digest,
            remarks=tree.remarks,
        )


@dataclass
class _Parts:
    """What has been read so far."""

    sections: list[Section] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    opening: str = ""
    length: int = 0

    def add_code(self, name: str, text: str) -> None:
        file = self._section(name, 1, None)
        lines = text.split("\n")
        short = PurePosixPath(name).name
        for part in parts_of(text, LANGUAGES[PurePosixPath(name).suffix.lower()]):
            where = f"lines {part.first + 1}-{part.last}"
            title = f"{short}, {where}" + (f": {part.name}" if part.name else "")
            at = self._section(title, 2, file)
            label = f"{part.name}, {where}" if part.name else where
            self._element(Kind.CODE, dedent("\n".join(lines[part.first : part.last])), at, label)

    def add_markdown(self, name: str, text: str) -> None:
        file = self._section(name, 1, None)
        _, body = split_front_matter(text)
        _, sections, said, elements = read_body(body)
        at: list[int] = []
        for section in sections:
            if not at and not section.heading:  # what stands before the first heading
                at.append(file)
                continue
            parent = file if section.parent is None else at[section.parent]
            self.sections.append(replace(section, level=section.level + 1, parent=parent))
            at.append(len(self.sections) - 1)
        for element in elements:
            words = element.span.of(said)
            self._element(element.kind, words, at[element.section], element.label)
            if not self.opening and _is_prose(element.kind, words):
                self.opening = " ".join(words.split())

    def _section(self, title: str, level: int, parent: int | None) -> int:
        self.sections.append(Section("", title, level, Role.OTHER, parent))
        return len(self.sections) - 1

    def _element(self, kind: Kind, text: str, section: int, label: str) -> None:
        span = Span(self.length, self.length + len(text))
        self.elements.append(Element(kind, span, section, label=label))
        self.texts.append(text)
        self.length = span.end + 2


def remote_of(source: Path) -> str:
    """The address of the repository that a folder is a clone of; empty where there is none."""
    try:
        with (source / ".git" / "config").open(encoding="utf-8", errors="replace") as file:
            found = _REMOTE.search(file.read(_LONGEST_CONFIG))
    except OSError:
        return ""
    if found is None:
        return ""
    written = found[1]
    if "://" not in written or written.startswith("ssh:"):
        ssh = _SSH.fullmatch(written)
        return f"https://{ssh[1]}/{ssh[2]}".removesuffix(".git") if ssh else ""
    parts = urlsplit(written)  # a password in it is nobody's business
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return f"https://{parts.hostname}{parts.path}".removesuffix(".git")


def _is_prose(kind: Kind, words: str) -> bool:
    return kind is Kind.PARAGRAPH and len(words.split()) >= _FEWEST_WORDS and words[0] not in "<![|"
