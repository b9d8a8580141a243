"""The catalog's tables, and how those of an older library become today's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

VERSION = "5"

UNSTRUCTURED = frozenset({"1", "2", "3"})
"""These lack what `STAND_INS` has in its place."""

READABLE = UNSTRUCTURED | {"4", VERSION}
"""A library of version 1 has all but the glossary, so it is read as if that were empty; one of
version 2 lacks what a server keeps, and one of version 4 what threads are pinned to and their
summaries, which no reader looks for."""

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

_SERVICE = """
CREATE TABLE threads (
    thread_id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX threads_by_owner ON threads (owner, updated);
CREATE TABLE answers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, answer_id TEXT NOT NULL UNIQUE,
    thread_id TEXT REFERENCES threads ON DELETE CASCADE, owner TEXT NOT NULL,
    request TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, created REAL NOT NULL,
    finished REAL, answer TEXT, problem TEXT
);
CREATE INDEX answers_by_thread ON answers (thread_id, number);
CREATE TABLE feedback (
    answer_id TEXT PRIMARY KEY REFERENCES answers (answer_id) ON DELETE CASCADE,
    rating TEXT NOT NULL, comment TEXT NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL,
    kind TEXT NOT NULL, paper_id TEXT, state TEXT NOT NULL, created REAL NOT NULL, started REAL,
    finished REAL, problem TEXT, cancel INTEGER NOT NULL, crashes INTEGER NOT NULL
);
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE TABLE job_files (
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE, position INTEGER NOT NULL,
    name TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, status TEXT NOT NULL,
    paper_id TEXT, title TEXT, pages INTEGER, chunks INTEGER, reason TEXT,
    PRIMARY KEY (job_id, position)
) WITHOUT ROWID;
CREATE TABLE job_events (
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE, number INTEGER NOT NULL,
    kind TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (job_id, number)
) WITHOUT ROWID;
CREATE TABLE keys (
    key_id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, scopes TEXT NOT NULL,
    per_minute INTEGER, budget_usd REAL, created REAL NOT NULL, expires REAL, revoked REAL
) WITHOUT ROWID;
CREATE TABLE spending (
    key_id TEXT NOT NULL, month TEXT NOT NULL, answers INTEGER NOT NULL, tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL, PRIMARY KEY (key_id, month)
) WITHOUT ROWID;
"""

_STRUCTURE = """
ALTER TABLE papers ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
ALTER TABLE elements ADD COLUMN grid TEXT NOT NULL DEFAULT '';
ALTER TABLE elements ADD COLUMN area TEXT NOT NULL DEFAULT '';
CREATE TABLE bibliography (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    element INTEGER NOT NULL, label TEXT NOT NULL, authors TEXT NOT NULL, title TEXT NOT NULL,
    year INTEGER, venue TEXT NOT NULL, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL, url TEXT NOT NULL,
    PRIMARY KEY (paper_id, position)
) WITHOUT ROWID;
CREATE TABLE links (
    paper_id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, position INTEGER NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, kind TEXT NOT NULL, target INTEGER NOT NULL,
    PRIMARY KEY (paper_id, position)
) WITHOUT ROWID;
"""

_CONVERSATION = """
ALTER TABLE threads ADD COLUMN papers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE threads ADD COLUMN summary TEXT NOT NULL DEFAULT 'null';
"""

SCHEMA = _FIRST + _GLOSSARY + _SERVICE + _STRUCTURE + _CONVERSATION

UPGRADES = {
    "1": _GLOSSARY + _SERVICE + _STRUCTURE + _CONVERSATION,
    "2": _SERVICE + _STRUCTURE + _CONVERSATION,
    "3": _STRUCTURE + _CONVERSATION,
    "4": _CONVERSATION,
}
"""What takes a library of an older version to today's; the glossary is mined after that."""


STAND_INS = """
CREATE TEMP VIEW papers AS SELECT *, '{}' AS more FROM main.papers;
CREATE TEMP VIEW elements AS SELECT *, '' AS grid, '' AS area FROM main.elements;
CREATE TEMP VIEW bibliography AS SELECT '' AS paper_id, 0 AS position, 0 AS element, '' AS label,
    '' AS authors, '' AS title, 0 AS year, '' AS venue, '' AS arxiv_id, '' AS doi,
    '' AS url WHERE 0;
CREATE TEMP VIEW links AS SELECT '' AS paper_id, 0 AS position, 0 AS start, 0 AS stop, '' AS kind,
    0 AS target WHERE 0;
"""
"""For a reader of a version before 4: the connection's own, the file stays as it is."""

STEP_BACK = """
DROP VIEW IF EXISTS temp.papers; DROP VIEW IF EXISTS temp.elements;
DROP VIEW IF EXISTS temp.bibliography; DROP VIEW IF EXISTS temp.links;
"""
"""Once another process has upgraded the file that it reads."""

TO_FOURTH = """
ALTER TABLE threads DROP COLUMN summary; ALTER TABLE threads DROP COLUMN papers;
UPDATE meta SET value = '4' WHERE key = 'schema';
"""

_FOURTH_TO_THIRD = """
DROP TABLE links; DROP TABLE bibliography; ALTER TABLE elements DROP COLUMN area;
ALTER TABLE elements DROP COLUMN grid; ALTER TABLE papers DROP COLUMN more;
UPDATE meta SET value = '3' WHERE key = 'schema';
"""

TO_THIRD = TO_FOURTH + _FOURTH_TO_THIRD

_THIRD_TO_SECOND = """
DROP TABLE spending; DROP TABLE keys; DROP TABLE job_events; DROP TABLE job_files;
DROP TABLE jobs; DROP TABLE feedback; DROP TABLE answers; DROP TABLE threads;
UPDATE meta SET value = '2' WHERE key = 'schema';
"""

TO_SECOND = TO_THIRD + _THIRD_TO_SECOND

_SECOND_TO_FIRST = """
DROP TABLE terms; DROP TABLE term_counts; DROP TABLE names; DROP INDEX papers_by_year;
DELETE FROM meta WHERE key = 'glossary'; UPDATE meta SET value = '1' WHERE key = 'schema';
"""

TO_FIRST = TO_SECOND + _SECOND_TO_FIRST
"""The ways back, for a program that reads an older version alone; and for tests."""


def statements(script: str) -> Iterator[str]:
    """The single statements of a script; one that makes a trigger holds others."""
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""
