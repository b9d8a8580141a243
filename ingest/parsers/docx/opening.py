"""Opens a file, and reads the part of it that python-docx leaves alone: its footnotes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parsers.docx.unseen import is_unseen
from ingest.parsers.docx.xml import W, parts
from rag.errors import SourceError

if TYPE_CHECKING:
    from docx.document import Document

MAX_UNPACKED_BYTES = 256 << 20


def opened_document(source: Path) -> Document:
    """The document in the file. Raises SourceError."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        with zipfile.ZipFile(source) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise SourceError(
                    source.name, f"unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB"
                )
        return docx.Document(str(source))
    except OSError as error:
        raise SourceError(source.name, f"can't be read: {error.strerror or error}") from error
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        XMLSyntaxError,
        KeyError,
        ValueError,
    ) as error:
        raise SourceError(source.name, "not a Word document (.docx), or damaged") from error


def footnotes(document: Document) -> dict[str, str]:
    """The texts by id."""
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            return {
                note.get(f"{W}id", ""): " ".join(
                    "".join(
                        part.text or "" for name, part in parts(note, is_unseen) if name == "t"
                    ).split()
                )
                for note in root.iter(f"{W}footnote")
            }
    return {}
