"""``scholium eval``: is it any good, on questions of one's own?"""

from __future__ import annotations

import click

from api.cli.lazy import Lazy, LazyGroup

COMMANDS = {
    "Measuring": {
        "retrieval": Lazy("api.cli.evaluate.retrieval:retrieval", "Score what is found."),
        "answers": Lazy("api.cli.evaluate.answers:answers", "Score what is answered."),
        "ablation": Lazy("api.cli.evaluate.ablation:ablation", "Tell what each stage is worth."),
    },
    "Improving": {
        "tune": Lazy("api.cli.evaluate.tune:tune", "Fit search to your own questions."),
    },
}


@click.group(name="eval", cls=LazyGroup, sections=COMMANDS)
def evaluate() -> None:
    """Measure and improve retrieval and answers on a set of questions with known evidence."""
