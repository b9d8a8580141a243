"""Everything that a report shows, worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.analysis import Group, by_role, by_type, differences
from eval.outcome import Outcome
from eval.scoring import headline
from eval.significance import Difference


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures come from. ``remarks`` are what a reader must know beside them."""

    dataset: str
    data_digest: str
    settings_digests: Mapping[str, str]
    code_digest: str
    seed: int
    versions: Mapping[str, str]
    command: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The outcomes, the first being what the others are compared with, and what they say."""

    origin: Origin
    outcomes: tuple[Outcome, ...]
    measures: tuple[str, ...]
    headline: str
    differences: Mapping[str, Mapping[str, Difference]]
    roles: tuple[Group, ...]
    types: tuple[Group, ...]
    roles_of: Mapping[str, frozenset[str]]

    @property
    def baseline(self) -> Outcome:
        """What the others are compared with."""
        return self.outcomes[0]


def find(
    origin: Origin,
    outcomes: Sequence[Outcome],
    measures: Sequence[str],
    roles: Mapping[str, frozenset[str]],
) -> Findings:
    """Compares and groups. ``roles``: question id to the roles in which its evidence stands."""
    main = headline(measures)
    return Findings(
        origin,
        tuple(outcomes),
        tuple(measures),
        main,
        differences(outcomes, measures, origin.seed) if len(outcomes) > 1 else {},
        tuple(by_role(outcomes, main, roles)),
        tuple(by_type(outcomes, main)),
        roles,
    )
