"""Is it any good? Measures, on questions of one's own."""
