"""A whole edition walked at random, ten times as long as in the suite (ten minutes).

python -m bench.walks
"""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["SINOVIK_WALKS"] = "long"
    sys.exit(pytest.main(["tests/journeys/test_edition_machine.py", "-q", *sys.argv[1:]]))
