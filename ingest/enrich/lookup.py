"""One paper is looked up, service by service, until nothing is missing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.enrich.agreement import agrees
from ingest.enrich.answers import Answers
from ingest.enrich.fetching import Fetcher
from ingest.enrich.merging import lacks, merged, told
from ingest.enrich.pace import Unreachable
from ingest.enrich.service import Question, Record, Service
from rag.types import Metadata


@dataclass(frozen=True, slots=True)
class Found:
    """What is known now; ``remarks`` say what came from where, ``unreached`` which services gave
    no answer, and why.
    """

    metadata: Metadata
    remarks: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookUp:
    """Looks papers up; may be shared between threads."""

    services: tuple[Service, ...]
    fetcher: Fetcher
    answers: Answers

    def __call__(self, metadata: Metadata, until: float = float("inf")) -> Found:
        """Asks the services in order, until nothing is missing or it is ``until`` (of the
        monotonic clock). A service that gives no usable answer is passed over.
        """
        remarks: list[str] = []
        unreached: list[str] = []
        for service in self.services:
            if not lacks(metadata) or time.monotonic() > until:
                break
            try:
                records = self._ask(service, metadata, until)
            except Unreachable as error:
                unreached.append(f"{service.name}: {error}")
                continue
            for record in records:
                if agrees(metadata, record):
                    metadata, fields = merged(metadata, record)
                    remarks += [told(fields, service.name)] if fields else []
                    break
        return Found(metadata, tuple(remarks), tuple(unreached))

    def _ask(self, service: Service, metadata: Metadata, until: float) -> list[Record]:
        """Records that may be the paper's, those of the question that was first answered."""
        for question in service.questions(metadata):
            records = self._records(service, question, until)
            if any(agrees(metadata, record) for record in records):
                return list(records)
        return []

    def _records(self, service: Service, question: Question, until: float) -> Iterable[Record]:
        kept = self.answers.find(service, question)
        body = kept[0] if kept else self.fetcher.fetch(service, question, until)
        try:
            records = service.read(body) if body is not None else ()
        except ValueError as error:
            raise Unreachable(f"answered with what can't be read: {error}") from error
        if not kept:
            self.answers.keep(service, question, body)
        return records
