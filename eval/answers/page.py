"""``report.html`` on answers.

Filtering and sorting are done by the style sheet alone, by which of the page's buttons is chosen.
"""

from __future__ import annotations

from pathlib import Path

from eval.answers.cards import KINDS, cards, orders
from eval.answers.findings import AnswerFindings
from eval.answers.measures import LOWER, MEASURES
from eval.answers.outcome import length
from eval.report.files import write_text
from eval.report.filling import changed, fill
from eval.report.plots import forest

HERE = Path(__file__).parent


def write_page(path: Path, found: AnswerFindings) -> None:
    """Writes the page."""
    write_text(path, render(found))


def render(found: AnswerFindings) -> str:
    """The page as HTML; what papers, questions and answers say is escaped."""
    shown = cards(found)
    return fill(
        HERE,
        found=found,
        origin=found.origin,
        lower=LOWER,
        meaning={measure.name: measure.what for measure in MEASURES},
        times=[_times(found, index) for index in range(len(found.outcomes))],
        spends=any(outcome.usage.prompt_tokens for outcome in found.outcomes),
        differing={o.name: changed(o.settings) for o in found.outcomes if o.settings},
        forest=_forest(found),
        cards=shown,
        kinds={k: said for k, said in KINDS.items() if any(k in card.kinds for card in shown)},
        counts={k: sum(k in card.kinds for card in shown) for k in KINDS},
        orders=orders(found),
    )


def _times(found: AnswerFindings, index: int) -> dict[str, str]:
    outcome = found.outcomes[index]
    times = {
        "words, median": outcome.percentile(length, 50),
        "ms to the first words, median": outcome.percentile(lambda given: given.first_ms, 50),
        "ms, median": outcome.percentile(lambda given: given.latency_ms, 50),
        "ms, 95th percentile": outcome.percentile(lambda given: given.latency_ms, 95),
    }
    return {name: f"{value:.0f}" if value else "–" for name, value in times.items()}


def _forest(found: AnswerFindings) -> str:
    differences = found.differences.get(found.headline)
    return forest(differences, found.headline) if differences else ""
