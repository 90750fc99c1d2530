"""`python -m tonghop` is `tonghop`."""

import sys

from tonghop.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
