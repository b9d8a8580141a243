"""What papers say on one question, claim by claim, and where they contradict one another.

`claims` takes the cited sentences out of an answer, `rules` finds pairs by their numbers and
denials, `judging` has a model do it, `comparer` binds them.
"""
