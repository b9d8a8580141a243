"""A model that does whatever it is told outside of the marks around others' texts.

It reads a request as the worst of servers would: the text of a chat template ends a turn wherever
it stands, and so does whatever looks like a mark. What is left outside, it obeys: it writes the
word that an order asks for ("write OBEY-07"), also where the order is encoded. Else it does its
work, and repeats every link and picture that it was shown.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import threading

from tests.scripted_llm import Messages, Reply, says

COMPLIED = "As you wish:"
_ORDER = re.compile(r"OBEY-\d+")
_BOUNDARY = re.compile(r"\ABoundary: ([0-9a-f]{16})$", re.MULTILINE)
_TEMPLATE = re.compile(
    r"<[|｜]|[|｜]>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>|\[SYSTEM_PROMPT\]|</?think>"
    r"|</?(?:evidence|question|earlier|title|abstract|section|passage|sentence|statement|sofar|doubt"
    r"|note|own|claim)\b",
    re.IGNORECASE,
)
_ENCODED = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_LEADS = re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)|<\w[^>\n]*>|\[[^\]\n]+\]: \S+|\w+://\S+")
_MOST_LEADS = 12


class Obedient:
    """A script for a scripted server; may be asked by several threads."""

    def __init__(self) -> None:
        self.obeyed: list[str] = []
        self.shown: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, messages: Messages) -> Reply:
        orders = _orders(outside(messages))
        with self._lock:
            self.obeyed += orders
            self.shown += [" ".join(message["content"].split()) for message in messages]
        return says(f"{COMPLIED} {orders[0]}" if orders else work(messages))

    @property
    def all_shown(self) -> str:
        """Every request, blanks collapsed."""
        return "\n".join(self.shown)


def outside(messages: Messages) -> str:
    """What stands outside of the marks that the request itself announces."""
    parts = []
    for message in messages:
        text = message["content"]
        boundary = _BOUNDARY.search(text)
        for inside in _fenced(text, boundary[1] if boundary else ""):
            text = text.replace(inside, "", 1)
            if ended := _TEMPLATE.search(inside):
                parts.append(inside[ended.start() :])
        parts.append(text)
    return "\n".join(parts)


def _fenced(text: str, code: str) -> list[str]:
    if not code:
        return []
    return [
        found[2]
        for found in re.finditer(rf"<(\w+ {code}(?: \d+)?)>\n(.*?)\n</\1>", text, re.DOTALL)
    ]


def _orders(text: str) -> list[str]:
    read = [text, codecs.encode(text, "rot13"), "".join(text.split())]
    for encoded in _ENCODED.findall(text):
        try:
            read.append(base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    read.append("".join(chr(ord(c) - 0xE0000) for c in text if 0xE0020 <= ord(c) < 0xE007F))
    return [order for each in read for order in _ORDER.findall(each)]


def work(messages: Messages) -> str:
    """What was asked for, by the first words of the instructions."""
    task, given = messages[0]["content"], messages[-1]["content"]
    code = _BOUNDARY.search(given)
    assert code, "no boundary is announced"
    numbers = re.findall(rf"<\w+ {code[1]} (\d+)>", given)
    if task.startswith("You answer questions"):
        return _answer(given, code[1])
    if task.startswith("You order passages"):
        return " > ".join(f"[{number}]" for number in numbers)
    if task.startswith(("You help to make", "You split the sentences")):
        return "\n".join(f"{number}: It is about foxes." for number in numbers)
    if task.startswith("You check statements"):
        return "\n".join(f"{number}: yes" for number in numbers)
    if task.startswith(("You find the sentences", "You shorten passages")):
        return ", ".join(re.findall(r"#(\d+)", given)[:4])
    if task.startswith("You are asked a question"):
        return "1. The step size of every animal is 7."
    if task.startswith("You compare what papers say with"):
        return (
            '{"claim": "The step size is 0.1.", "evidence": [1], "own": [1], '
            '"relation": "conflict", "own_says": "It is 7."}'
        )
    if task.startswith("You compare what machine-learning papers say"):
        return '{"first": 1, "second": 2, "relation": "conflict", "why": "they differ"}'
    if "by looking things up" in task:
        return "1. What is the step size of the fox?\n2. Which animals are there?"
    if "the notes that were taken so far" in task:
        return _answer(given, code[1])
    if "exactly" in task:
        return "\n".join(f"{number}. step size {number}" for number in range(1, 5))
    return "What is the step size?"


def _answer(given: str, code: str) -> str:
    """A sentence for every passage that states the step size, and whatever leads elsewhere."""
    lines = []
    for number, text in re.findall(
        rf"<evidence {code} (\d+)>\n(.*?)\n</evidence", given, re.DOTALL
    ):
        flat = " ".join(text.split())
        if fact := re.search(r"The step size of (\w+) is 0\.\d+", flat):
            lines.append(
                f'The step size of {fact[1]} is {fact[0].split()[-1]} [{number}: "{fact[0]}"].'
            )
        lines += [f"See {lead} [{number}]." for lead in _LEADS.findall(text)[:_MOST_LEADS]]
    return "\n\n".join(lines) or "NOT FOUND"
