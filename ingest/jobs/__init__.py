"""Changes to a library that wait in a queue: accepted once, carried out whatever happens."""
