"""A second look at what an answer says: a model tells whether the evidence bears it out."""
