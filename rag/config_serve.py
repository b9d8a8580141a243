"""The table [serve]: where a server listens, who may use it, and how much at once."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from rag.config_values import Positive, Seconds, Table

Count = Annotated[int, Field(ge=0)]


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or text != _bare(text):
        raise ValueError(f"{text!r} is no origin: write it as https://example.org, without a path")
    return text


def _bare(text: str) -> str:
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


Origin = Annotated[str, AfterValidator(_origin)]


class Serve(Table):
    """Of `scholium serve`.

    ``origins`` are the other web pages whose scripts may call (the widget's hosts), ``hosts`` the
    names besides loopback's under which the server is reached. ``keys`` "auto" requires a key
    wherever it is reached by other than loopback, and wherever the library has any.
    ``searches`` run at once in each worker process (0: one per core), ``queue`` more may wait;
    ``answers`` are written at once. Answers outside of threads are kept for ``keep_days`` (0: for
    ever). Limits of uploads are for one request.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    workers: Positive = 1
    origins: tuple[Origin, ...] = ()
    hosts: tuple[str, ...] = ()
    keys: Literal["auto", "required"] = "auto"
    per_minute: Count = 0
    max_upload_mb: Positive = 100
    max_upload_files: Positive = 50
    max_body_kb: Positive = 256
    max_jobs: Positive = 200
    searches: Count = 0
    queue: Count = 64
    answers: Positive = 256
    send_timeout_s: Seconds = 30.0
    drain_s: Seconds = 15.0
    keep_days: Count = 0
    reports: str = ""
    log: Literal["text", "json"] = "text"
