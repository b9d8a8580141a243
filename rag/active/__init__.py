"""Searching again while an answer is written.

    found ─┬─ FLARE: look ahead ─ in doubt? ─ search with the sentence ─ rewrite ─┐
           ├─ multi-hop: sub-questions ─ search ─ read ─ ask on ─ answer ─────────┼─ verified draft
           └─ Astute: own knowledge ─ consolidate ─ conflict? search ─ answer ────┘

Each method (`flare`, `multi_hop`, `astute`, and `by_parts` without a model) offers
`rag.protocols.Active`: it is given what was found and a way to search, and tells every step.
`bounds` end its rounds, `gathering` holds the evidence, `looking` searches for more, `asking` puts
the prompts of `prompts/` to the model and `answering` that of any answer, `reading` reads what
comes, `ahead` says which sentences are in doubt, `own` keeps what the model knows apart from what
papers say, `rescued` answers without the model where that fails.
"""
