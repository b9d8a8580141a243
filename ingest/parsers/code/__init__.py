"""Repositories -> Paper: `files` chooses, `outline` cuts along what `grammars` knows, `parser`
makes the paper.
"""
