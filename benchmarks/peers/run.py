"""Scholium beside LangChain, LlamaIndex and paper-qa: quality, times and memory in one run.

    python benchmarks/peers/run.py --data FOLDER --set famous --set qasper-pdf --out build/peers \
        --peers-python ENVIRONMENT/bin/python

Runs in Scholium's environment, the peers in theirs (see README.md beside this file). Each system
ingests in one process and answers in another, one after the other, on the same cores. With
``--only`` the others' results are taken from ``--out``, and the tables say so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from outcomes import Outcome, read_run, score_run
from phases import Phase, PhaseFailed, run_phase, usable
from table import OURS, render, versions

from eval.datasets import Dataset, Files, load_dataset
from rag.errors import UsageError

HERE = Path(__file__).parent

MARK = "<!-- results of run.py follow -->"

SYSTEMS = {
    "scholium": (OURS, "scholium_peer.py"),
    "langchain": ("LangChain", "langchain_peer.py"),
    "llamaindex": ("LlamaIndex", "llamaindex_peer.py"),
    "paperqa": ("paper-qa, chunks of 1000", "paperqa_peer.py"),
    "paperqa-default": ("paper-qa, chunks of 5000", "paperqa_default_peer.py"),
}
"""By the name that ``--only`` takes: what the tables call it, and its module."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all systems of a run share. ``name`` is when it began."""

    name: str
    commit: str
    cores: int
    peers_python: str


def main() -> int:
    given = arguments()
    cores = len(usable(given.cores))
    bench = Bench(time.strftime("%Y-%m-%d %H:%M:%S"), commit(), cores, given.peers_python)
    sets = [load_dataset(given.data / name) for name in given.set]
    failures = []
    for data in sets:
        for system in given.only or SYSTEMS:
            print(f"{data.name}: {system}", file=sys.stderr, flush=True)
            try:
                measure(bench, data, system, given.out / data.name / system)
            except PhaseFailed as error:
                failures.append(f"{data.name}, {system}: {error}")
    text = report(bench, {data.name: [*known(data, given.out / data.name)] for data in sets})
    (given.out / "results.md").write_text(text, encoding="utf-8")
    if given.page:
        given.page.write_text(on_page(given.page.read_text(encoding="utf-8"), text), "utf-8")
    print("\n".join([text, *failures]))
    return 1 if failures else 0


def report(bench: Bench, found: Mapping[str, Sequence[Outcome]]) -> str:
    """Markdown with a section for each data set that Scholium got through."""
    complete = {name: rows for name, rows in found.items() if rows and rows[0].system == OURS}
    head = f"Run of {bench.name}, commit {bench.commit}, {bench.cores} cores.\n"
    sections = [render(name, outcomes) for name, outcomes in complete.items()]
    latest = [versions(outcomes) for outcomes in complete.values()][-1:]
    return "\n".join([head, *sections, "## Versions\n", *latest, ""])


def on_page(page: str, results: str) -> str:
    """``page`` with ``results`` in place of all that follows its mark."""
    head, mark, _ = page.partition(MARK)
    if not mark:
        raise UsageError(f"the page has no line {MARK!r}: put one where the results go")
    return f"{head}{mark}\n\n{results}"


def measure(bench: Bench, data: Dataset, system: str, folder: Path) -> None:
    """Ingests and asks, and leaves run.jsonl and measured.json in ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    asked = [{"id": q.question_id, "question": q.text, "papers": q.papers} for q in data.questions]
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(q)}\n" for q in asked))
    python = sys.executable if system == "scholium" else bench.peers_python
    program = [python, str(HERE / SYSTEMS[system][1])]
    store = folder / "store"
    places = {
        "ingest": [papers_of(data), store, folder / "ingest.json"],
        "query": [store, folder / "questions.jsonl", folder / "query.json", folder / "run.jsonl"],
    }
    phases = {}
    for phase, paths in places.items():
        command = [*program, phase, *map(str, paths)]
        facts, log = folder / f"{phase}.json", folder / f"{phase}.log"
        phases[phase] = asdict(run_phase(command, facts, log, bench.cores))
    found = {"run": bench.name, "commit": bench.commit, **phases}
    (folder / "measured.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


def papers_of(data: Dataset) -> Path:
    """The folder of PDFs, which every system reads for itself."""
    if not isinstance(data.corpus, Files):
        raise SystemExit(f"{data.name} has no folder papers/ with PDFs: it can't be compared on")
    return data.corpus.folder


def known(data: Dataset, folder: Path) -> Iterator[Outcome]:
    """What ``folder`` holds of the systems, of this run or an earlier one."""
    for system, (label, _) in SYSTEMS.items():
        path = folder / system / "measured.json"
        if not path.exists():
            continue
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = read_run(folder / system / "run.jsonl")
        yield Outcome(
            system=label,
            run=found["run"],
            commit=found["commit"],
            ingest=Phase(**found["ingest"]),
            query=Phase(**found["query"]),
            scores=score_run(data.questions, rows),
            latencies_ms=tuple(float(row["latency_ms"]) for row in rows),
        )


def commit() -> str:
    """The checkout's commit, marked where files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, default=os.environ.get("SCHOLIUM_DATA", "."))
    add("--set", action="append", required=True, help="a folder of --data; may be repeated")
    add("--out", type=Path, default=Path("build/peers"))
    add("--page", type=Path, help="put the results into this page, after its mark")
    add("--only", action="append", choices=SYSTEMS, help="measure this one; may be repeated")
    add("--cores", type=int, default=os.cpu_count(), help="bind every system to so many cores")
    add(
        "--peers-python",
        default=os.environ.get("PEERS_PYTHON", "build/peers-venv/bin/python"),
        help="the Python of the peers' environment [default: $PEERS_PYTHON, or build/peers-venv]",
    )
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UsageError as error:
        sys.exit(str(error))
