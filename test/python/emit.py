"""What Azure ML's own loaders make of the files that `mdc-bridge emit` wrote.

    emit.py load OUT            every data asset, deployment and schedule, as one JSON document
    emit.py tables OUT ROOT     the rows that each MLTable file reads, its addresses replaced by the local folder ROOT
"""

import glob
import importlib.resources
import json
import os
import re
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")


def load(out):
    from azure.ai.ml.entities._load_functions import load_data, load_online_deployment, load_schedule

    loaders = {
        "data": ("*/data/*.yml", load_data, describe_data),
        "deployments": ("*/deployment.yml", load_online_deployment, describe_deployment),
        "schedules": ("*/monitor.yml", load_schedule, lambda schedule: schedule._to_rest_object().as_dict()),
    }
    loaded = {}
    for kind, (pattern, loader, describe) in loaders.items():
        files = sorted(glob.glob(os.path.join(out, pattern)))
        loaded[kind] = {os.path.relpath(file, out): describe(loader(file)) for file in files}
    print(json.dumps(loaded))


def describe_data(data):
    return {"name": data.name, "version": data.version, "type": data.type, "path": str(data.path)}


def describe_deployment(deployment):
    return {
        "type": type(deployment).__name__,
        "name": deployment.name,
        "endpoint": deployment.endpoint_name,
        "model": str(deployment.model),
        "app_insights_enabled": deployment.app_insights_enabled,
        "collections": {name: one.enabled for name, one in deployment.data_collector.collections.items()},
        "rolling_rate": deployment.data_collector.rolling_rate,
    }


def tables(out, root):
    files = sorted(glob.glob(os.path.join(out, "*/tables/*/MLTable")))
    print(json.dumps({os.path.relpath(file, out): read_table(file, root) for file in files}))


def read_table(path, root):
    import jsonschema
    import mltable
    import pandas
    import yaml

    with open(path, encoding="utf8") as file:
        text = file.read()
    # What `az ml data create` checks the file against, as mltable brings it along.
    schema = json.loads((importlib.resources.files("mltable") / "schema" / "MLTable.json").read_text())
    said = yaml.safe_load(text)
    jsonschema.Draft7Validator(schema).validate(said)
    with tempfile.TemporaryDirectory() as folder:
        local = re.sub(r"azureml://[^']*?/paths/[^/']+/", f"file://{root}/", text)
        with open(os.path.join(folder, "MLTable"), "w", encoding="utf8") as file:
            file.write(local)
        events = mltable.load(folder).to_pandas_dataframe()
    # As the file's last comment says.
    rows = pandas.DataFrame(list(events["data"].explode().dropna()))
    return {
        "said": {**said["metadata"], "path": said["paths"][0]["pattern"]},
        "events": len(events),
        "columns": list(rows.columns),
        "rows": rows.astype(object).where(rows.notna(), None).to_dict("records"),
    }


if __name__ == "__main__":
    {"load": load, "tables": tables}[sys.argv[1]](*sys.argv[2:])
