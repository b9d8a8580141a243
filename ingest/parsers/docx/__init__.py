"""Word documents: `parser` binds the rest."""
