"""Better orders for what was found."""
