"""Every crate that is linked in has a licence that .ci/licences.txt allows."""
import json
import pathlib
import re
import subprocess
import sys

here = pathlib.Path(__file__).parent
allowed = {line.split("#")[0].strip() for line in (here / "licences.txt").read_text().splitlines()} - {""}


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone: any side of an OR, every side of an AND."""
    expression = expression.replace("/", " OR ")
    if " OR " in expression and "(" not in expression:
        return any(is_allowed(side) for side in expression.split(" OR "))
    if " AND " in expression:
        sides = re.split(r" AND (?![^(]*\))", expression)
        return all(is_allowed(side.strip().strip("()")) for side in sides)
    if " OR " in expression:
        return any(is_allowed(side.strip().strip("()")) for side in re.split(r" OR (?![^(]*\))", expression))
    return expression.strip().strip("()") in allowed


metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--locked"]))
refused = [
    f"{package['name']} {package['version']}: {package['license']}"
    for package in metadata["packages"]
    if package["source"] and not is_allowed(package["license"] or "none")
]
print("\n".join(refused) or f"{len(metadata['packages'])} crates, all licences allowed")
sys.exit(bool(refused))
