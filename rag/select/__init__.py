"""What of the evidence a generator gets to see, and what comes along with it."""
