"""Fits the query adapter and the learned ranker to questions whose passages are known.

Torch is imported inside the functions that fit: reading this package costs nothing.
"""
