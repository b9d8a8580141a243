"""What is done to a query before the search."""
