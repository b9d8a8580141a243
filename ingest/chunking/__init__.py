"""Ways to cut a paper."""
