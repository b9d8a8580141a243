"""What services answered before, on disk for some days."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from ingest.enrich.service import Question, Service
from ingest.file_cache import FileCache

MAX_BYTES = 64 << 20
_DAY_S = 86_400.0


class Answers:
    """Answers by question, those that there is no such work too, kept for ``days``.

    One folder for all libraries of a user. Keys of services are not in it.
    """

    def __init__(self, folder: Path, days: float) -> None:
        self._files = FileCache(folder, MAX_BYTES)
        self._age_s = days * _DAY_S

    def find(self, service: Service, question: Question) -> tuple[bytes | None] | None:
        """What was answered, as ``fetch`` gives it, in a tuple; None if nothing is kept."""
        kept = self._files.get(_name(service, question))
        if kept is None:
            return None
        head, _, body = kept.partition(b"\n")
        try:
            at, found = json.loads(head)
            fresh = 0 <= time.time() - at < self._age_s
        except (ValueError, TypeError):
            return None
        return (body if found else None,) if fresh else None

    def keep(self, service: Service, question: Question, answer: bytes | None) -> None:
        """Keeps an answer; where that fails, it is asked for again."""
        head = json.dumps([time.time(), answer is not None]).encode()
        self._files.put(_name(service, question), head + b"\n" + (answer or b""))


def _name(service: Service, question: Question) -> str:
    asked = [service.name, service.base_url, question.path, dict(question.parameters)]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
