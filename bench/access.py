"""The whole access matrix: every role at every address with every object (about five minutes).

python -m bench.access
"""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["SINOVIK_MATRIX"] = "long"
    sys.exit(pytest.main(["tests/access", "-q", *sys.argv[1:]]))
