"""The v2 SDK's scenarios against a sidecar: prints what was collected, as JSON lines, with the CSV that pandas writes for it.

Its environment is that of a service: AZUREML_MDC_ENABLED, AZUREML_MDC_HOST, AZUREML_MDC_PORT.
"""

import json
import os
import threading
import time
import urllib.request

import numpy as np
import pandas as pd
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext

THREADS, CALLS = 16, 15
PATIENCE_SECONDS = 120
FRAMES = {
    "plain": pd.DataFrame({"col1": [1, 2, 3], "col2": [2.5, 3.0, 1 / 3], "s": ["a", "b", "c"]}),
    "nan": pd.DataFrame({"f": [1.0, np.nan, np.inf, -np.inf], "s": ["a", None, "", "b"], "n": [1.0, 2.0, None, 4.0]}),
    "unicode": pd.DataFrame({"größe": ["é/😀", "中文", "a\u2028b"], "q": ['say "hi"', "a,b", "two\nlines"]}),
    "ints": pd.DataFrame({"i": [9007199254740993, -9223372036854775808], "u": np.array([18446744073709551615, 0], "uint64")}),
    "floats": pd.DataFrame({"f": [0.1, 1e-7, 1e17, 123456789.125, 3.0, -0.5]}),
    "bools": pd.DataFrame({"b": [True, False], "o": [True, None]}),
    "nested": pd.DataFrame({"l": [[1, 2.0, None], []], "d": [{"k": "it's", "z": 1.5}, {}]}),
    "dates": pd.DataFrame({"when": pd.to_datetime(["2024-01-02", None, "1999-12-31"]), "x": [1, 2, 3]}),
    "times": pd.DataFrame({"when": pd.to_datetime(["2024-01-02T03:04:05.678", "1969-12-31T23:59:59.000"])}),
    "names": pd.DataFrame([[1, 2, 3]], columns=["10", "2", "__proto__"]),
    "empty": pd.DataFrame({"a": []}),
    "large": pd.DataFrame(np.arange(300_000).reshape(-1, 10) / 7.0, columns=[f"column_{i}" for i in range(10)]),
}


def csv_of(frame: pd.DataFrame) -> str:
    """What pandas writes of the values as they arrive: infinite ones as missing, floats with ten decimals."""
    rows = json.loads(frame.to_json(orient="records"))
    written = frame.copy()
    for name in written:
        if written[name].dtype == float:
            written[name] = pd.Series([row[name] for row in rows], dtype=float)
    return written.to_csv(index=False, header=False)


def wait_until_answered(requests: int) -> None:
    """The SDK sends from a thread and has no flush: the sidecar says how many requests it has answered."""
    url = f"http://{os.environ['AZUREML_MDC_HOST']}:{os.environ['AZUREML_MDC_PORT']}/metrics"
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        text = urllib.request.urlopen(url).read().decode()
        if f'requests_total{{code="200"}} {requests}\n' in text:
            return
        time.sleep(0.1)
    raise TimeoutError(text)


def main() -> None:
    errors = []
    collected = []
    inputs = Collector(name="model_inputs", on_error=lambda e: errors.append(str(e)))
    outputs = Collector(name="model_outputs", on_error=lambda e: errors.append(str(e)))
    for name, frame in FRAMES.items():
        context = inputs.collect(frame, BasicCorrelationContext(id=f"frame-{name}"))
        outputs.collect(pd.DataFrame({"p": np.arange(len(frame)) / 2}), context)
        collected.append({"id": f"frame-{name}", "json": frame.to_json(orient="records"), "csv": csv_of(frame)})

    def serve(thread: int) -> None:
        for call in range(CALLS):
            context = inputs.collect(pd.DataFrame({"col1": [thread], "col2": [call / 4], "s": ["t"]}))
            outputs.collect(pd.DataFrame({"p": [float(call)]}), context)
            collected.append({"id": context.get_id(), "thread": thread, "call": call})

    threads = [threading.Thread(target=serve, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until_answered(2 * len(collected))
    print(json.dumps({"errors": errors, "pandas": pd.__version__, "collected": collected}))


main()
