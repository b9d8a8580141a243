"""What `scholium serve` bears: searches a second, streams at once, and hours of it."""
