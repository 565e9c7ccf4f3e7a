"""Related files: which other files a person who changes this one should open, and why."""
