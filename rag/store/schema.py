"""The catalog's tables, and how those of an older library become today's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

VERSION = "2"

READABLE = frozenset({"1", VERSION})
"""A library of version 1 has all but the glossary, so it is read as if that were empty."""

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, title TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER,
    arxiv_id TEXT NOT NULL, abstract TEXT NOT NULL, text TEXT NOT NULL, pages INTEGER NOT NULL,
    source TEXT NOT NULL, content_hash TEXT NOT NULL
);
CREATE INDEX papers_by_hash ON papers (content_hash);
CREATE INDEX papers_by_source ON papers (source);
CREATE TABLE sections (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    number TEXT NOT NULL, title TEXT NOT NULL, level INTEGER NOT NULL, role TEXT NOT NULL,
    parent INTEGER, page INTEGER, PRIMARY KEY (paper_id, position)
) WITHOUT ROWID;
CREATE TABLE elements (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    kind TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, section INTEGER NOT NULL,
    label TEXT NOT NULL, lines TEXT NOT NULL, PRIMARY KEY (paper_id, position)
) WITHOUT ROWID;
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    section INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
    context TEXT NOT NULL, elements TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE INDEX chunks_by_paper ON chunks (paper_id, start);
CREATE TABLE staged_chunks AS SELECT * FROM chunks WHERE 0;
CREATE TABLE unsettled (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""

_GLOSSARY = """
CREATE INDEX papers_by_year ON papers (year);
CREATE TABLE terms (
    short_key TEXT NOT NULL, long_key TEXT NOT NULL,
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    short TEXT NOT NULL, long TEXT NOT NULL, count INTEGER NOT NULL, word INTEGER NOT NULL,
    PRIMARY KEY (short_key, long_key, paper_id)
) WITHOUT ROWID;
CREATE INDEX terms_by_paper ON terms (paper_id);
CREATE TABLE term_counts (
    short_key TEXT NOT NULL, long_key TEXT NOT NULL, short TEXT NOT NULL, long TEXT NOT NULL,
    papers INTEGER NOT NULL, uses INTEGER NOT NULL, words INTEGER NOT NULL,
    PRIMARY KEY (short_key, long_key)
) WITHOUT ROWID;
CREATE INDEX term_counts_by_long ON term_counts (long_key);
CREATE TRIGGER term_in AFTER INSERT ON terms BEGIN
    INSERT INTO term_counts
        VALUES (new.short_key, new.long_key, new.short, new.long, 1, new.count, new.word)
        ON CONFLICT DO UPDATE SET
            papers = papers + 1, uses = uses + new.count, words = words + new.word;
END;
CREATE TRIGGER term_out AFTER DELETE ON terms BEGIN
    UPDATE term_counts SET papers = papers - 1, uses = uses - old.count, words = words - old.word
        WHERE short_key = old.short_key AND long_key = old.long_key;
    DELETE FROM term_counts
        WHERE short_key = old.short_key AND long_key = old.long_key AND papers = 0;
END;
CREATE TABLE names (
    key TEXT NOT NULL, kind TEXT NOT NULL,
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE,
    PRIMARY KEY (key, kind, paper_id)
) WITHOUT ROWID;
CREATE INDEX names_by_paper ON names (paper_id);
INSERT INTO meta VALUES ('glossary', '0');
"""

SCHEMA = _FIRST + _GLOSSARY

UPGRADES = {"1": _GLOSSARY}
"""What takes a library of the version before to today's; the glossary is mined after that."""


TO_FIRST = """
DROP TABLE terms; DROP TABLE term_counts; DROP TABLE names; DROP INDEX papers_by_year;
DELETE FROM meta WHERE key = 'glossary'; UPDATE meta SET value = '1' WHERE key = 'schema';
"""
"""The way back, for a program that reads version 1 alone; and for tests."""


def statements(script: str) -> Iterator[str]:
    """The single statements of a script; one that makes a trigger holds others."""
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""
