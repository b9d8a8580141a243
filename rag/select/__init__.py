"""What of the evidence a generator gets to see, and what comes along with it.

    found ─ floor ─ emphasis ─ bring along ─ merge ─ condense ─ order ─ read

`selection` takes the steps one after the other.
"""
