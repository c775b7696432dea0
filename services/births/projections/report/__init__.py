"""A report as a document: what it tells (`findings`, `chapters`), its charts, and how it is set as HTML and PDF."""
