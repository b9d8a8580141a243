"""Runs one phase of one system in a process of its own, and watches its memory."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import psutil

INTERVAL_S = 0.25
"""Between two looks at the memory, each of which takes some milliseconds of a core."""

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


class PhaseFailed(Exception):
    """A system's process ended with an error; the message names its log."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What one process did. ``first_s`` is None for a phase that answers nothing.

    ``start_s`` is from the start of the process until its clock started, ``seconds`` what the
    clock showed, ``first_s`` from the start of the process until the first answer; ``peak_mib``
    the most unique memory (USS) of the process and its children while the clock ran.
    """

    start_s: float
    seconds: float
    peak_mib: float
    papers: int
    chunks: int
    first_s: float | None
    versions: dict[str, str]


def run_phase(command: Sequence[str], facts: Path, log: Path, cores: int) -> Phase:
    """Runs ``command``, which writes ``facts``, on ``cores`` cores. Raises PhaseFailed."""
    facts.unlink(missing_ok=True)
    samples: list[tuple[float, int]] = []
    began = time.time()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(os.environ, cores),
            preexec_fn=lambda: os.sched_setaffinity(0, usable(cores)),
        )
        with _sampling(psutil.Process(process.pid), samples):
            status = process.wait()
    if status or not facts.exists():
        raise PhaseFailed(f"{' '.join(command[:3])} ended with status {status}: see {log}")
    return measured(json.loads(facts.read_text(encoding="utf-8")), began, samples)


def measured(
    facts: Mapping[str, object], began: float, samples: Sequence[tuple[float, int]]
) -> Phase:
    """Puts the process' own times and the samples of its memory together.

    A phase shorter than the sampling interval takes the sample nearest to its end.
    """
    ready, done = float(facts["ready"]), float(facts["done"])
    within = [size for when, size in samples if ready <= when <= done]
    if not within:
        within = [min(samples, key=lambda sample: abs(sample[0] - done))[1]]
    return Phase(
        start_s=ready - began,
        seconds=done - ready,
        peak_mib=max(within) / 2**20,
        papers=int(facts.get("papers", 0)),
        chunks=int(facts.get("chunks", 0)),
        first_s=float(facts["first"]) - began if "first" in facts else None,
        versions=dict(facts["versions"]),
    )


def usable(cores: int) -> set[int]:
    """The first ``cores`` of the cores that this process may use."""
    return set(sorted(os.sched_getaffinity(0))[:cores])


def environment(own: Mapping[str, str], cores: int) -> dict[str, str]:
    """``own`` without settings of Scholium, with as many threads as cores, and no network."""
    kept = {
        name: value
        for name, value in own.items()
        if not name.startswith("SCHOLIUM_") or name == "SCHOLIUM_CACHE"
    }
    return {
        **kept,
        **dict.fromkeys(THREADS, str(cores)),
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


class _sampling:  # noqa: N801
    """Adds (time, bytes) to ``samples`` as long as it is entered."""

    def __init__(self, root: psutil.Process, samples: list[tuple[float, int]]) -> None:
        self._ended = Event()
        self._thread = Thread(target=self._sample, args=(root, samples), daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self, root: psutil.Process, samples: list[tuple[float, int]]) -> None:
        while not self._ended.wait(INTERVAL_S):
            samples.append((time.time(), sum(_sizes(root))))


def _sizes(root: psutil.Process) -> Iterator[int]:
    with suppress(psutil.NoSuchProcess):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                yield process.memory_full_info().uss
