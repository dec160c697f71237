"""The program for strangers, imported from its one file."""

import importlib.util
from pathlib import Path
from typing import Any

_file = Path(__file__).parents[1] / "verify" / "sinovik_verify.py"
_spec = importlib.util.spec_from_file_location("verifier", _file)
assert _spec is not None
assert _spec.loader is not None
sinovik_verify: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sinovik_verify)
Difference: type[Exception] = sinovik_verify.Difference
