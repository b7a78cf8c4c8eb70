"""Checks manifests: `kubernetes VERSION FILE` or `compose SCHEMA FILE`. Prints each document's kind, or what is wrong with it, as JSON."""

import json
import sys

import jsonschema
import kubernetes_validate
import yaml


def check_kubernetes(version: str, document: dict) -> str:
    kubernetes_validate.validate(document, version, strict=True)
    return document["kind"]


def check_compose(schema: str, document: dict) -> str:
    with open(schema, encoding="utf-8") as file:
        jsonschema.validate(document, json.load(file))
    return "compose"


def main(what: str, against: str, path: str) -> None:
    check = {"kubernetes": check_kubernetes, "compose": check_compose}[what]
    with open(path, encoding="utf-8") as file:
        documents = list(yaml.safe_load_all(file))
    findings = []
    for document in documents:
        try:
            findings.append(check(against, document))
        except (jsonschema.ValidationError, kubernetes_validate.ValidationError) as error:
            findings.append(f"wrong: {error}")
    print(json.dumps(findings))


main(*sys.argv[1:])
