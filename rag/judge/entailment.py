"""Any cross-encoder of sentence-transformers for natural language inference, by name or path.

Honovich et al. 2022 (arXiv 2204.04991): whether a text entails a statement is the best automatic
test of whether the statement is faithful to it. As in Laban et al. 2022 (arXiv 2111.09525), long
texts are cut, since the models were trained on sentences, and the best of the parts decides; the
parts here are not single sentences but as many as have ``_WORDS`` words together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbeddingError
from rag.sentence_transformers_import import load_model, logits
from rag.sentences import sentences
from rag.tables import as_shown
from rag.types import Evidence, Statement, Verdicts

_WORDS = 120


class EntailmentJudge:
    """A statement is borne out if some part of what it cites entails it.

    The model is run in float32; what a pair has too much for it is cut off. ``device`` is torch's
    name for it, and empty means the GPU where there is one.
    """

    def __init__(
        self, model: str, threshold: float = 0.5, device: str = "", batch_size: int = 16
    ) -> None:
        """Loads the model, which takes seconds; one already downloaded needs no network.

        Raises EmbeddingError if there is no such model, it can't be loaded, or none of its classes
        is called entailment.
        """
        self._name = model
        self._threshold = threshold
        self._batch_size = batch_size
        self._model = load_model("entailment", model, device)
        self._entailed = self._class()

    @property
    def name(self) -> str:
        return "entailment"

    def judge(self, statements: Sequence[Statement]) -> Verdicts:
        pairs = [
            (number, part)
            for number, statement in enumerate(statements)
            for evidence in statement.evidence
            for part in _parts(evidence)
        ]
        best = np.zeros(len(statements))
        if pairs:
            asked = [(part, statements[number].text) for number, part in pairs]
            np.maximum.at(best, [number for number, _ in pairs], self._probabilities(asked))
        return Verdicts(tuple(bool(each >= self._threshold) for each in best))

    def _class(self) -> int:
        """Which of the model's classes is entailment."""
        names = {int(at): str(name).lower() for at, name in self._model.config.id2label.items()}
        found = [at for at, name in names.items() if name.startswith(("entail", "support"))]
        if len(found) != 1:
            raise EmbeddingError(
                f"the entailment model {self._name!r} calls its classes "
                f"{', '.join(sorted(names.values()))}, none of them entailment: choose a model "
                "for natural language inference as verify.model"
            )
        return found[0]

    def _probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """How likely each first text entails the second."""
        found = logits(self._model, "entailment", self._name, pairs, self._batch_size)
        odds = np.exp(found - found.max(axis=1, keepdims=True), dtype=np.float64)
        return np.asarray(odds[:, self._entailed] / odds.sum(axis=1))


def _parts(evidence: Evidence) -> Iterator[str]:
    """The text, tables as shown, in stretches of whole sentences."""
    text, held = as_shown(evidence), ""
    for span in sentences(text):
        sentence = span.of(text)
        if held and len(f"{held} {sentence}".split()) > _WORDS:
            yield held
            held = ""
        held = f"{held} {sentence}".strip()
    if held:
        yield held
