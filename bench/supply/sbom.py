"""The bill of materials as CycloneDX 1.6: every delivered package and vendored file.

    python -m bench.supply.sbom [file]

Made by cyclonedx-py from the installed packages, kept to what requirements.txt pins (the rest
are tools), with the files of static/vendor added. It names no registry.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bench.supply.packages import ROOT, pinned, plain, vendored


def installed() -> dict[str, Any]:
    """What cyclonedx-py says of this environment."""
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "sbom.json"
        subprocess.run(
            [
                sys.executable, "-m", "cyclonedx_py", "environment", "--no-validate",
                "--output-reproducible", "--pyproject", str(ROOT / "pyproject.toml"),
                "-o", str(target), sys.executable,
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        loaded: dict[str, Any] = json.loads(target.read_text())
        return loaded


def bill() -> dict[str, Any]:
    """The same, kept to the run lock, with the vendored files."""
    document = installed()
    wanted = {plain(each.name) for each in pinned()}
    kept = [
        {name: value for name, value in component.items() if name != "externalReferences"}
        for component in document["components"]
        if plain(component["name"]) in wanted
    ]
    refs = {component["bom-ref"] for component in kept} | {
        document["metadata"]["component"]["bom-ref"]
    }
    document["components"] = kept + [_file(row) for row in vendored()]
    document["dependencies"] = [
        row | {"dependsOn": [ref for ref in row.get("dependsOn", []) if ref in refs]}
        for row in document["dependencies"]
        if row["ref"] in refs
    ]
    return document


def _file(row: dict[str, str]) -> dict[str, Any]:
    return {
        "bom-ref": f"vendor/{row['file']}",
        "type": "library",
        "name": row["package"],
        "version": row["version"],
        "purl": f"pkg:npm/{row['package'].replace('@', '%40')}@{row['version']}",
        "licenses": [{"license": {"id": row["licence"]}}],
        "hashes": [{"alg": "SHA-256", "content": row["sha256"]}],
        "properties": [{"name": "sinovik:file", "value": f"static/vendor/{row['file']}"}],
    }


def main(arguments: list[str]) -> int:
    """Write the bill to a file, or to the standard output, once it fits CycloneDX's schema."""
    text = json.dumps(bill(), indent=1, sort_keys=True) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        print(fault, file=sys.stderr)
        return 1
    if arguments:
        Path(arguments[0]).write_text(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
