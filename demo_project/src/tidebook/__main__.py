"""`python -m tidebook`."""

import sys

from tidebook.cli import main

if __name__ == "__main__":
    sys.exit(main())
