#!/usr/bin/env python3
"""The oracle against expectations worked out by hand from mapping.md. Run: python3 -m unittest -q (in this folder)."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import grammar      # noqa: E402
import oracle       # noqa: E402

NAMES = ",".join(oracle.EIGHT_NAMES)
M = "s/r/w/svc/m/1"
UUID = "11111111-1111-4111-8111-11111111111"


def eight(id_, time="2020-01-01T10:00:00", boundary="1440", request=""):
    return f"{id_},{time},{boundary},s/r/w,svc,m,1,{request}"


def convert(files: dict, *flags):
    """Runs the oracle over {name: text or bytes}; gives (summary's sources, events by instance file, rejects)."""
    with tempfile.TemporaryDirectory() as scratch:
        src, dest = Path(scratch, "c"), Path(scratch, "out")
        for name, content in files.items():
            (src / name).parent.mkdir(parents=True, exist_ok=True)
            (src / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        run = subprocess.run([sys.executable, Path(oracle.__file__), src, dest, *flags], capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr)
        events, rejects = [], []
        for path in sorted(dest.rglob("*.jsonl")):
            lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            (rejects if "_migration" in path.parts else events).extend(lines)
        return json.loads(run.stdout)["sources"], events, rejects


class Grammar(unittest.TestCase):
    def lines(self, data):
        return [(line.offset, line.fields, line.reason) for line in grammar.read_lines(data)]

    def test_line_endings_and_quotes(self):
        self.assertEqual(self.lines(b'\xef\xbb\xbfa\rb,c"d\r\r\n\n""\n"x\r\ny","q""q"\r\nend,'), [
            (3, ["a\rb", 'c"d\r'], None), (13, [""], None), (14, [""], None), (17, ["x\r\ny", 'q"q'], None),
            (32, ["end", ""], None)])

    def test_flaws(self):
        self.assertEqual(self.lines(b'"a"b,"c"\r\n\xff,1\n2,"open\n3\n'), [
            (0, ["ab", "c"], "text-after-quote"), (10, [None, "1"], "utf8"), (14, [], "unterminated-quote")])


class Calls(unittest.TestCase):
    def test_parts_and_a_rejected_row(self):
        rows = [f"{n},{eight('x.7')}" for n in range(2100)]
        rows[1500] = f"1,2,{eight('x.7')}"
        source, events, rejects = convert({f"{M}/inputs/2020/01/01/inputs.csv": "\n".join(["a," + NAMES, *rows])})
        self.assertEqual([(e["correlationid"], e["xrequestid"], len(e["data"])) for e in events],
                         [("x.7.0", "x.7", 1000), ("x.7.2", "x.7", 100)])
        self.assertEqual([r["reason"] for r in rejects[499:502]], ["with-row 1500", "width", "with-row 1500"])
        self.assertEqual(len(rejects), 1000)

    def test_an_unreadable_row_takes_the_part_before_it_along(self):
        rows = [f"{n},{eight('x')}" for n in range(1000)] + ["short,row,x"] + [f"7,{eight('y')}", "5,5"]
        rows += [f"8,{eight('z', '2020-02-30T00:00:00')}", f"9,{eight('w', '2020-01-01T11:00:00')}"]
        source, events, rejects = convert({f"{M}/inputs/2020/01/01/inputs.csv": "\n".join(["a," + NAMES, *rows])})
        self.assertEqual([e["correlationid"] for e in events], ["w"])
        self.assertEqual([r["reason"] for r in rejects[-5:]], ["with-row 1000", "width", "with-row 1002", "width", "timestamp"])

    def test_the_window_of_4096_calls(self):
        ids = ["a", *(f"i{n}" for n in range(4095)), "a", "j", "a"]
        text = "\n".join(["n," + NAMES] + [f"{n},{eight(id_)}" for n, id_ in enumerate(ids)])
        _, events, _ = convert({f"{M}/inputs/2020/01/01/inputs.csv": text})
        offset = text.encode().rindex(b"\n") + 1
        self.assertEqual([(e["correlationid"], len(e["data"])) for e in events if e["xrequestid"] == "a"],
                         [("a", 2), (f"a.r{offset}", 1)])

    def test_packs_by_clock_hour_across_correlated_rows(self):
        rows = [eight("", "2020-01-01T10:59:59.5", request="q"), eight("k"), eight("", "2020-01-01T10:00:00"),
                eight("", "2020-01-01T11:00:00"), eight("", "2020-01-01T10:30:00")]
        text = "a," + NAMES + "\n" + "".join(f"1,{row}\n" for row in rows)
        _, events, _ = convert({f"{M}/labels/2020/01/01/labels.csv": text})
        self.assertEqual([(e["time"], len(e["data"]), e["xrequestid"] == "q") for e in events],
                         [("2020-01-01T10:59:59.5Z", 2, True), ("2020-01-01T10:00:00Z", 1, False),
                          ("2020-01-01T10:30:00Z", 1, False), ("2020-01-01T11:00:00Z", 1, False)])


class HeadersAndNames(unittest.TestCase):
    def test_names(self):
        text = 'a,A,,column_2,a_1,CorrelationId,a\n' + "x,1,1,1,1,1,1\n"
        _, events, _ = convert({f"{M}/general/2020/01/01/d.csv": 'x,1\n', f"{M}/labels/2020/01/01/l.csv": text,
                                f"{M}/labels/2020/01/02/l.csv": "A,b\nx,y\n", f"{M}/labels/2020/01/03/l.csv": "A,b\nx,y\n"},
                               "--header", "present:*labels/2020/01/01*")
        keys = [list(e["data"][0]) for e in events]
        self.assertIn(["A", "A_2", "column_2", "column_2_1", "a_1", "correlationid_1", "A_3"], keys)
        self.assertIn(["column_0", "column_1"], keys)

    def test_headerless_file_takes_the_others_names(self):
        _, events, _ = convert({f"{M}/labels/2020/01/01/l.csv": "p,q\n", f"{M}/labels/2020/01/02/l.csv": "1,2\n3\n"})
        self.assertEqual(events[0]["data"], [{"p": 1, "q": 2}, {"column_0": 3}])

    def test_repeated_and_changed_headers(self):
        text = f"a,{NAMES}\r\n1,{eight('x')}\r\na,{NAMES}\r\n2,{eight('y')}\r\nb,c,{NAMES}\n3,4,{eight('z')}\n"
        sources, events, _ = convert({f"{M}/inputs/2020/01/01/inputs.csv": text})
        self.assertEqual([e["data"] for e in events], [[{"a": 1}], [{"a": 2}], [{"b": 3, "c": 4}]])
        self.assertEqual([s["headers"] for s in sources.values()], [3])

    def test_a_header_of_an_unnamed_frame(self):
        def verdicts(*texts):
            sources, _, _ = convert({f"{M}/labels/2020/01/0{n + 1}/l.csv": text for n, text in enumerate(texts)})
            return [s["header"] for s in sources.values()]
        self.assertEqual(verdicts("0,1\n5,6\n"), ["absent"])
        self.assertEqual(verdicts("0,1\n5,6.5\n"), ["present"])
        self.assertEqual(verdicts("0,1\n5,6\n7\n"), ["present"])
        self.assertEqual(verdicts("0,1\n5,6\n", "0,1\n"), ["present", "present"])
        self.assertEqual(verdicts("0,2\nx,y\n"), ["absent"])
        self.assertEqual(verdicts('"a"x,b\nc,d\n'), ["absent"])
        self.assertEqual(verdicts("label,$aml_request_id,7\n1,2,3\n"), ["present"])

    def test_types_over_the_collection(self):
        _, events, _ = convert({f"{M}/labels/2020/01/01/l.csv": "z,n,b,i\n05601,1,True,inf\n,nan,False,-inf\n",
                                f"{M}/labels/2020/01/02/l.csv": "z,n,b,i\n1,2.50,,\ninf,nan,True,3\n"})
        self.assertEqual([e["data"] for e in events], [
            [{"z": "05601", "n": 1, "b": True, "i": None}, {"z": None, "n": None, "b": False, "i": None}],
            [{"z": "1", "n": 2.5, "b": None, "i": None}, {"z": "inf", "n": None, "b": True, "i": 3}]])


def day(predictions, sizes=(1, 2, 3), times=None):
    rows = [f"1,{eight(f'c{n}', times[n] if times else '2020-01-01T10:00:0' + str(n))}"
            for n, size in enumerate(sizes) for _ in range(size)]
    return {f"{M}/inputs/2020/01/01/inputs.csv": "\n".join(["a," + NAMES, *rows]) + "\n",
            f"{M}/predictions/2020/01/01/predictions.csv": "\n".join(predictions) + "\n"}


def outputs(events):
    return [e for e in events if e["type"].endswith("model_outputs")]


class ManyPredictions(unittest.TestCase):
    def test_m_of_two_names(self):
        sources, events, _ = convert(day(["p,q", "1,2", "3,4,5,6", "1,2,3,4,5,6"]))
        self.assertEqual(outputs(events)[0]["data"][1:3], [{"p": 3, "q": 4}, {"p": 5, "q": 6}])
        self.assertEqual([s["addedByExplosion"] for s in sources.values()], [0, 3])

    def test_order_matters_unless_timestamps_go_back(self):
        back = ["2020-01-01T10:00:05", "2020-01-01T10:00:04", "2020-01-01T10:00:06"]
        swapped = ["p", "1,2", "3", "4,5,6"]
        self.assertEqual(len(outputs(convert(day(swapped))[1])[0]["data"]), 1)
        self.assertEqual(len(outputs(convert(day(swapped, times=back))[1])[0]["data"]), 6)
        self.assertEqual(len(outputs(convert(day(swapped), "--explode", "always")[1])[0]["data"]), 6)

    def test_what_forbids_it(self):
        wide = ["p", "1", "2,3", "4,5,6"]
        for spoiler in (f"1,{eight('c0')}", '"x"y'):
            sources, _, rejects = convert(day([*wide, spoiler]))
            self.assertEqual(sum(r["reason"] == "width" for r in rejects), 2)
        self.assertEqual(len(convert(day(wide), "--explode", "never")[2]), 2)

    def test_pair(self):
        _, events, _ = convert(day(["p", "1", "2,3", "4,5,6"]), "--pair", "order", "--row-id", "correlation")
        self.assertEqual([(e["correlationid"], e["time"], len(e["data"])) for e in outputs(events)],
                         [("c0", "2020-01-01T10:00:00Z", 1), ("c1", "2020-01-01T10:00:01Z", 2), ("c2", "2020-01-01T10:00:02Z", 3)])
        self.assertEqual(outputs(events)[1]["data"][1], {"p": 3, "correlation_id": "c1_1"})
        self.assertEqual(outputs(events)[1]["id"], oracle.event_id("model_outputs", "c1"))
        _, events, _ = convert(day(["p", "1", "2", "4,5,6"]), "--pair", "order")
        self.assertEqual([e["correlationid"] == e["id"] for e in outputs(events)], [True])


class Options(unittest.TestCase):
    def test_range_aml_columns_row_ids_empty(self):
        user = f"u-{UUID}"
        text = f"a,s,{NAMES}\n1,,{eight(user + '1')}\n2,x,{eight(user + '1')}\n3,,{eight(user + '2', '2020-01-01T11:00:00')}\n"
        files = {f"{M}/inputs/2020/01/01/inputs.csv": text, f"{M}/inputs/2020/01/03/inputs.csv": "x,y\n"}
        sources, events, _ = convert(files, "--since", "2020-01-01T11:00:00", "--until", "2020-01-02")
        self.assertEqual([(s["rows"], s["outOfRange"]) for s in sources.values()], [(1, 2)])
        _, events, _ = convert(files, "--row-id", "who=user", "--keep-aml-columns", "--empty", "string")
        row = events[0]["data"][1]
        self.assertEqual(list(row), ["a", "s", *oracle.EIGHT_NAMES, "who"])
        self.assertEqual([e["data"][0]["who"] for e in events], ["u_0", "u"])
        self.assertEqual((row["$aml_dc_boundary"], row["$aml_model_version"], events[0]["data"][0]["s"]), (1440, 1, ""))

    def test_variants(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as plan:
            json.dump({"svc/m-1/labels": {"2": ["b", "c"]}}, plan)
            plan.flush()
            _, events, _ = convert({f"{M}/labels/2020/01/01/l.csv": "a\n1\n2,3\n"}, "--variants", plan.name)
        self.assertEqual(events[0]["data"], [{"a": 1}, {"b": 2, "c": 3}])

    def test_what_stops_the_plan(self):
        for files in ({"inputs/2020/01/01/a.csv": "a\nb\n"},
                      {f"{M}/labels/2020/1/1/l.csv": "a\n", f"{M}/labels/2020/01/01/l.csv": "a\n"},
                      {f"{M}/labels/2020/1/1/l.csv": "a\n", "s/r/w/svc/m!/1/labels/2020/01/01/l.csv": "a\n"}):
            with self.assertRaisesRegex(RuntimeError, "the plan stops"):
                convert(files)


if __name__ == "__main__":
    unittest.main()
