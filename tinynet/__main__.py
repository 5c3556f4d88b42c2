"""`python -m tinynet` is the command `tinynet`."""

import sys

from .cli import main

sys.exit(main())
