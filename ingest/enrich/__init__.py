"""What the network tells of papers, where it may be asked: `library` is the way in.

    paper ─ service by service ─ question ─ cache, else the network ─ records ─ agreement ─ merged

A service is a value (`service`): which questions it takes for a paper, and how its answers read.
Nothing is taken whose title is not the paper's own, and only what is missing or plainly worse.
"""
