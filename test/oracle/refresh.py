#!/usr/bin/env python3
"""Builds fixtures/expected anew with the oracle: trees, rejects and outcomes.json. The notes in outcomes.json are a
person's and are kept. Run check.py afterwards, and read the diff: nothing here is right because the oracle says so."""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent.parent / "fixtures"
CONTAINERS = {                      # folder in fixtures/expected: container in fixtures/legacy
    "diabetes": "diabetes/modeldata",
    "wide-predictions": "wide-predictions/modeldata",
    "variants-modeldata": "variants/modeldata",
    "variants-odeldata": "variants/odeldata",
    "variants-other": "variants/other",
}


def outcome_of(source: dict) -> str:
    return {(True, False): "events", (True, True): "mixed", (False, True): "rejects",
            (False, False): "empty"}[bool(source["rows"]), bool(source["rejected"])]


def refresh(name: str, container: str, notes: dict) -> dict:
    with tempfile.TemporaryDirectory() as scratch:
        dest = Path(scratch) / "out"
        run = subprocess.run([sys.executable, HERE / "oracle.py", FIXTURES / "legacy" / container, dest],
                             check=True, capture_output=True, text=True)
        summary = json.loads(run.stdout)
        migration = dest / "_migration"
        rejects = migration / summary["sourceId"] / "rejects"
        if rejects.exists():
            shutil.move(rejects, dest / "rejects")          # the source id depends on the machine's path
            shutil.rmtree(migration)
        shutil.rmtree(FIXTURES / "expected" / name, ignore_errors=True)
        shutil.copytree(dest, FIXTURES / "expected" / name)
    return {
        source_name: dict(
            outcome=outcome_of(source), lines=source["lines"], rows=source["rows"], events=source["events"],
            rejected=source["rejected"], headers=source["headers"], blank=source["blank"],
            addedByExplosion=source["addedByExplosion"], header=source["header"], collection=source["collection"],
            note=notes.get(source_name, {}).get("note", ""))
        for source_name, source in summary["sources"].items()}


def main() -> None:
    path = FIXTURES / "expected" / "outcomes.json"
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    outcomes = {name: refresh(name, container, before.get(name, {})) for name, container in CONTAINERS.items()}
    path.write_text(json.dumps(outcomes, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
