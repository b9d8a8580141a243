"""Files that come from clients: checked and brought to the disk under names of our own."""
