"""The figures of "Checking Citations Before They Are Shown", computed from QASPER.

    python verification.py QASPER_DEV_FOLDER QASPER_TRAIN_FOLDER

Quotes: one sentence of a gold evidence passage is quoted faithfully or altered, the passage is
set as a PDF page would set it, and each check says whether it finds the quote.
Support: a free-form gold answer is scored against its evidence, against the passage of the same
paper that shares most words with it, and against a passage drawn at random.
The thresholds come from the train folder; what is printed comes from the dev folder.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer

LIGATURES = (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"))
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-"})
AUXILIARY = re.compile(r"\b(is|are|was|were|can|do|does|has|have|will)\b(?! not)")
STOP = frozenset(
    "a an and are as at be by for from has have in is it its of on or that the this to was we were "
    "which with they their our not can these those than then there also both each into using "
    "use".split()
)
STEM = Stemmer.Stemmer("english").stemWord
Check = Callable[[str, str], bool]


@dataclass(frozen=True)
class Claim:
    """A free-form answer with its evidence and the other passages of its paper."""

    text: str
    evidence: list[str]
    passages: list[str]


# --- quotes ---


def typeset(text: str, width: int = 60) -> str:
    """``text`` as a PDF yields it: ligatures, curly quotes, lines, words broken at their ends."""
    for plain, glyph in LIGATURES:
        text = text.replace(plain, glyph)
    text = re.sub(r'"(\w)', r"“\1", text).replace('"', "”").replace("'", "’")
    lines, line = [], ""
    for word in text.split():
        room = width - len(line) - 2
        if len(line) + 1 + len(word) <= width:
            line = f"{line} {word}".strip()
        elif word.isalpha() and len(word) >= 7 and room >= 3:
            cut = min(room, len(word) - 3)
            lines.append(f"{line} {word[:cut]}-")
            line = word[cut:]
        elif "-" in word[1:-1] and word.index("-", 1) <= room:
            cut = word.index("-", 1) + 1
            lines.append(f"{line} {word[:cut]}")
            line = word[cut:]
        else:
            lines.append(line)
            line = word
    return "\n".join([*lines, line])


def spaces(text: str) -> str:
    return " ".join(text.split())


def characters(text: str) -> str:
    return spaces(unicodedata.normalize("NFKC", text).translate(QUOTES)).casefold()


def joined(text: str) -> str:
    return characters(re.sub(r"(\w)-\s*\n\s*(\w)", r"\1\2", text))


def unhyphenated(text: str) -> str:
    return re.sub(r"-\s*", "", characters(text))


def within(fold: Callable[[str], str]) -> Check:
    return lambda quote, source: fold(quote) in fold(source)


def pieces(quote: str, source: str) -> bool:
    """Whether the parts between ellipses stand in the source, in order."""
    text, at = unhyphenated(source), 0
    for part in re.split(r"\s*(?:\.\.\.|…)\s*", quote):
        found = text.find(unhyphenated(part), at)
        if found < 0:
            return False
        at = found + len(unhyphenated(part))
    return True


def similarity(quote: str, source: str) -> float:
    """1 - (edits to the nearest substring of ``source``) / (length of ``quote``)."""
    text = np.frombuffer(source.encode("utf-32-le"), dtype=np.uint32)
    steps = np.arange(len(text) + 1)
    row = np.zeros(len(text) + 1, dtype=np.int64)
    for done, letter in enumerate(quote, start=1):
        edited = np.minimum(row[:-1] + (text != ord(letter)), row[1:] + 1)
        row = np.concatenate(([done], edited))
        row = np.minimum.accumulate(row - steps) + steps
    return 1 - int(row.min()) / len(quote)


def fuzzy(quote: str, source: str) -> bool:
    return similarity(unhyphenated(quote), unhyphenated(source)) >= 0.9


CHECKS: dict[str, Check] = {
    "exact": within(str),
    "spaces": within(spaces),
    "characters": within(characters),
    "line-end hyphens": within(joined),
    "all hyphens": within(unhyphenated),
    "ellipses": pieces,
    "fuzzy .9": fuzzy,
}


def quotes(sentence: str, other: list[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Ways to quote ``sentence``, as (kind, quote); ``other`` are words to put in its place."""
    words = sentence.split()
    yield "faithful", sentence
    yield "elided", " ".join([*words[: len(words) // 3], "...", *words[len(words) // 2 :]])
    if digits := [m.start() for m in re.finditer(r"(?<![A-Z])\d", sentence)]:
        at = rng.choice(digits)
        digit = str((int(sentence[at]) + rng.randint(1, 8)) % 10)
        yield "number", sentence[:at] + digit + sentence[at + 1 :]
    if found := AUXILIARY.search(sentence):
        yield "negation", f"{sentence[: found.end()]} not{sentence[found.end() :]}"
    content = [
        i for i, w in enumerate(words) if w.isalpha() and w.lower() not in STOP and len(w) > 3
    ]
    spare = [
        w for w in other if w.isalpha() and len(w) > 3 and w.lower() not in STOP and w not in words
    ]
    if content and spare:
        at = rng.choice(content)
        yield "word", " ".join([*words[:at], rng.choice(spare), *words[at + 1 :]])


def sentence_of(passage: str) -> str | None:
    """The first sentence of 10 to 40 words."""
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", spaces(passage)):
        if 10 <= len(sentence.split()) <= 40:
            return sentence
    return None


def quote_table(questions: list[dict[str, Any]], rng: random.Random) -> None:
    seen: set[str] = set()
    tried: Counter[str] = Counter()
    accepted: Counter[tuple[str, str]] = Counter()
    for question in questions:
        for passage in dict.fromkeys(p for a in question["evidence"] for p in a):
            sentence = sentence_of(passage)
            if passage in seen or sentence is None:
                continue
            seen.add(passage)
            source = typeset(passage)
            for kind, quote in quotes(sentence, passage.split(), rng):
                tried[kind] += 1
                for name, check in CHECKS.items():
                    accepted[name, kind] += check(quote, source)
    print("tried", dict(tried))
    for name in CHECKS:
        print(name, {kind: round(accepted[name, kind] / n, 3) for kind, n in tried.items()})


# --- support ---


def terms(text: str) -> set[str]:
    return {STEM(w) for w in re.findall(r"[a-z0-9]+", text.casefold()) if w not in STOP}


def idf(passages: list[str]) -> dict[str, float]:
    counts = Counter(t for p in passages for t in terms(p))
    return {t: math.log(1 + (len(passages) - c + 0.5) / (c + 0.5)) for t, c in counts.items()}


def coverage(claim: set[str], passage: set[str], weight: dict[str, float], unseen: float) -> float:
    total = math.fsum(weight.get(t, unseen) for t in claim)
    return math.fsum(weight.get(t, unseen) for t in claim & passage) / total if total else 0.0


def free_form(answer: str, evidence: str) -> bool:
    """Whether ``answer`` is a statement in its own words: no list, not short, not copied."""
    copied = unhyphenated(answer) in unhyphenated(evidence)
    return bool(evidence) and not copied and ";" not in answer and len(answer.split()) >= 6


def claims(questions: list[dict[str, Any]], papers: dict[str, str]) -> list[Claim]:
    """Free-form answers of at least six words that are not copied from their evidence."""
    found = []
    for question in questions:
        if len(question["answers"]) != len(question["evidence"]):
            continue
        body = [b.strip() for b in papers[question["paper"]].split("\n\n")]
        passages = [b for b in body if len(b.split()) >= 20 and not b.startswith("#")]
        for answer, evidence in zip(question["answers"], question["evidence"], strict=True):
            if free_form(answer, " ".join(evidence)):
                found.append(Claim(answer, evidence, [p for p in passages if p not in evidence]))
                break
    return [c for c in found if c.passages]


def support_scores(claim: Claim, rng: random.Random) -> dict[str, tuple[float, float, float]]:
    """For each score: against the evidence, the nearest other passage, a random passage."""
    weight = idf([*claim.passages, *claim.evidence])
    unseen = max(weight.values())
    words = terms(claim.text)
    others = [terms(p) for p in claim.passages]
    chosen = rng.randrange(len(others))
    result = {}
    weights: list[tuple[str, dict[str, float], float]] = [
        ("plain coverage", {}, 1.0),
        ("idf coverage", weight, unseen),
    ]
    for name, w, u in weights:
        own = max(coverage(words, terms(p), w, u) for p in claim.evidence)
        other = [coverage(words, o, w, u) for o in others]
        result[name] = (own, max(other), other[chosen])
    return result


def auc(high: Sequence[float], low: Sequence[float]) -> float:
    """The chance that a score of ``high`` is above one of ``low``; ties count half."""
    a, b = np.array(high)[:, None], np.array(low)[None, :]
    return float(((a > b) + 0.5 * (a == b)).mean())


def threshold(rows: list[tuple[float, float, float]], rate: float = 0.05) -> float:
    """The lowest threshold that lets through at most ``rate`` of the random passages."""
    return float(np.quantile([r[2] for r in rows], 1 - rate))


def report(name: str, rows: list[tuple[float, float, float]], at: float) -> None:
    own, near, drawn = zip(*rows, strict=True)
    passed = [sum(s > at for s in side) / len(rows) for side in (own, near, drawn)]
    beats = sum(o > n for o, n in zip(own, near, strict=True)) / len(rows)
    print(
        f"{name}: AUC near {auc(own, near):.3f} random {auc(own, drawn):.3f}; above {at:.3f}: "
        f"evidence {passed[0]:.3f} near {passed[1]:.3f} random {passed[2]:.3f}; "
        f"evidence first {beats:.3f}"
    )


def read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "questions.jsonl").open(encoding="utf-8")]


def main() -> None:
    dev, train = Path(sys.argv[1]), Path(sys.argv[2])
    quote_table(read(dev), random.Random(0))
    dev_papers = {p.stem: p.read_text("utf-8") for p in (dev / "papers").glob("*.md")}
    with gzip.open(train / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        train_papers = {d["paper"]: d["markdown"] for d in map(json.loads, lines)}
    rng = random.Random(0)
    chosen, tested = claims(read(train), train_papers), claims(read(dev), dev_papers)
    print("claims: train", len(chosen), "dev", len(tested))
    fitted = [support_scores(c, rng) for c in chosen]
    scored = [support_scores(c, rng) for c in tested]
    for name in ("plain coverage", "idf coverage"):
        report(name, [s[name] for s in scored], threshold([s[name] for s in fitted]))


if __name__ == "__main__":
    main()
