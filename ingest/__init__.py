"""From a document to indexed chunks."""
