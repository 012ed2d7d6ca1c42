"""`python -m tests.access.make_matrix`: draft the rows of new routes in matrix.csv.

Review the difference before you commit it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.access import calls
from tests.api import world

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        built = world.build(Path(directory))
        calls.write_matrix(built.app)
        built.ledger.close()
