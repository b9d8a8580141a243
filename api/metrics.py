"""What is counted, for Prometheus: the only module that knows its client.

With several worker processes, PROMETHEUS_MULTIPROC_DIR makes them count together.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

__all__ = [
    "ANSWERS",
    "CONTENT_TYPE_LATEST",
    "REQUESTS",
    "RUNNING",
    "SECONDS",
    "TOKENS",
    "exposition",
]

REQUESTS = Counter("scholium_requests", "Requests", ["method", "route", "status"])
SECONDS = Histogram(
    "scholium_request_seconds",
    "How long requests took, streams included",
    ["route"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.25, 2.5, 5, 10, 30, 90),
)
ANSWERS = Counter("scholium_answers", "Answers, by what became of them", ["state"])
RUNNING = Gauge("scholium_answers_running", "Answers being written", multiprocess_mode="livesum")
TOKENS = Counter("scholium_model_tokens", "Tokens of the language model", ["kind"])


def exposition() -> bytes:
    """All of it, in Prometheus' text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
