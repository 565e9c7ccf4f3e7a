"""READMEs, in Markdown and reStructuredText. Their parsers are imported when there is a file to read."""
