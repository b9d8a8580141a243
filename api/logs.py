"""The server's log on standard error: lines for people, or JSON for programs."""

from __future__ import annotations

import json
import logging
from typing import Any, Literal

FIELDS = ("request_id", "method", "path", "status", "ms", "key")
"""What a record may have besides its message."""


class _Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


class _Text(logging.Formatter):
    """Time, level and message; with the request's id where there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        took = f" {record.ms} ms" if hasattr(record, "ms") else ""
        return f"{line}{took}" + (
            f" [{record.request_id}]" if hasattr(record, "request_id") else ""
        )


def log_to_stderr(kind: Literal["text", "json"]) -> None:
    """Sets the log up; what libraries say below a warning is left out."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if kind == "json" else _Text())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("scholium", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
