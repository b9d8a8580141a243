"""Query transforms: what is made of a question before it is searched for, and beside that."""
