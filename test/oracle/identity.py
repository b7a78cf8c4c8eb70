"""Whose a file is and what it is called in v2 (mapping.md, "Identity of a file" and "Names")."""
import datetime as dt
import hashlib
import re
import urllib.parse
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Callable, NamedTuple, Optional

from grammar import Line

FIVE_DESIGNATIONS = ("inputs", "predictions", "labels", "signals", "general")
COLLECTIONS = {"inputs": "model_inputs", "predictions": "model_outputs", "labels": "labels"}


class PlanStops(Exception):
    """The plan stops and asks a person."""


# ---------------------------------------------------------------- Identity of a file

class Identity(NamedTuple):
    workspace: str
    service: str
    model: str
    version: str

    @property
    def key(self) -> tuple:
        """Identities are compared ignoring the workspace's case."""
        return (self.workspace.lower(), *self[1:])


@dataclass
class Source:
    """A blob that is converted."""
    name: str
    before: list            # the path's segments before the designation
    prefix: str             # what stands before the designation in its own segment (`y` of `yinputs`)
    designation: str
    date: dt.date
    hour: Optional[str]
    stem: str               # the file's name without `.csv`
    lines: list[Line]
    identity: Optional[Identity] = None
    collection: Optional["Collection"] = None
    has_header: bool = False
    headers: int = 0
    written_headers: list = field(default_factory=list)     # user's names of each header met, as written
    rows: list = field(default_factory=list)                # (Line, header in force or None)
    records: list = field(default_factory=list)
    added: int = 0

    @property
    def folder_time(self) -> str:
        return f"{self.date.isoformat()}T{self.hour or '00'}:00:00"

    @property
    def day(self) -> tuple:
        return self.identity.key, self.date


def parse_path(name: str) -> Optional[dict]:
    """Parses a blob's name from the right; None for a blob of another kind."""
    *folders, file = name.split("/")
    if not file.endswith(".csv") or file == "aml_telemetry.csv":
        return None
    for levels in (4, 3):
        folder, parts = folders[:-levels], folders[-levels:]
        patterns = ["[0-9]{4}"] + ["[0-9]{1,2}"] * (levels - 1)
        if folder and len(parts) == levels and all(map(re.fullmatch, patterns, parts)):
            break
    else:
        return None
    try:
        date = dt.date(*map(int, parts[:3]))
        hour = f"{dt.time(int(parts[3])).hour:02}" if levels == 4 else None
    except ValueError:
        return None
    designation, prefix = "general" if folder[-1] == "default" else folder[-1], ""
    for known in FIVE_DESIGNATIONS:
        if designation != known and designation.endswith(known):
            designation, prefix = known, designation[:-len(known)]
            break
    return dict(name=name, before=folder[:-1], prefix=prefix, designation=designation, date=date, hour=hour,
                stem=file[:-len(".csv")])


def row_identities(source: Source) -> list:
    return [Identity(*line.eight[3:7]) for line in source.lines if not line.reason and line.eight]


def identity_by_rows(source: Source) -> Optional[Identity]:
    """What the rows say, if it is they that decide."""
    carried = row_identities(source)
    for identity in carried:
        if "/".join(identity).lower() == "/".join(source.before).lower():
            return identity             # one is enough
    if not carried or path_identity(source):
        return None
    if len({identity.key for identity in carried}) > 1:
        raise PlanStops(f"{source.name}: its rows disagree about the identity; --identity")
    return carried[0]


def path_identity(source: Source) -> Optional[Identity]:
    if len(source.before) < 4 or source.prefix:
        return None
    *left, service, model, version = source.before
    return Identity("/".join(left[-3:]), service, model, version)    # a workspace is one to three segments


def give_identities(sources: list) -> None:
    siblings = defaultdict(list)
    for source in sources:
        source.identity = identity_by_rows(source)
        if source.identity:
            siblings[(*source.before, source.prefix)].append(source.identity)
    for source in sources:
        family = siblings[(*source.before, source.prefix)]
        family_agrees = len({identity.key for identity in family}) == 1
        if not source.identity and family_agrees and not row_identities(source):
            source.identity = family[0]     # a file whose rows carry nothing: before the path's
        source.identity = source.identity or path_identity(source)
        if not source.identity:
            raise PlanStops(f"{source.name}: nothing gives its identity; --identity")
    blobs = defaultdict(list)
    for source in sources:
        blobs[source.identity.key, source.designation, source.folder_time, source.hour, source.stem].append(source.name)
    for names in blobs.values():
        if len(names) > 1:
            raise PlanStops(f"same identity, designation, date, hour and file name: {names}; --exclude one")


# ---------------------------------------------------------------- Names

def made_legal(text: str, separator: str) -> str:
    legal = re.sub("[^A-Za-z0-9]+", separator, text).strip(separator)
    if not re.match("[A-Za-z]", legal):
        legal = ("m" + separator + legal) if legal else "m"
    if len(legal) < 3:
        legal += separator + "0"
    if len(legal) > 32:
        legal = legal[:25].rstrip(separator) + separator + hashlib.sha256(text.encode()).hexdigest()[:6]
    return legal


@dataclass
class Collection:
    endpoint: str
    deployment: str
    name: str
    identity: Identity
    sources: list = field(default_factory=list)
    resolve: Optional[Callable] = None          # names as written in a header -> names of columns
    types: dict = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{self.endpoint}/{self.deployment}/{self.name}"


def give_collections(sources: list) -> list:
    collections = {}
    for source in sources:
        identity, name = source.identity, COLLECTIONS.get(source.designation, source.designation)
        if source.designation in ("signals", "general") and source.stem not in ("default", "data"):
            name += "_" + source.stem
        key = (made_legal(identity.service, "-"), made_legal(f"{identity.model}-{identity.version}", "-"),
               made_legal(name, "_"))
        collection = collections.setdefault(key, Collection(*key, identity))
        if collection.identity.key != identity.key:
            raise PlanStops(f"{collection.path}: {collection.identity} and {identity} meet in it")
        collection.sources.append(source)
        source.collection = collection
    return list(collections.values())


def event_source(source: Source) -> str:
    """The event attribute `source`."""
    def segment(text: str) -> str:
        return urllib.parse.quote(text, safe="-_.~")
    tail = f"/onlineEndpoints/{source.collection.endpoint}/deployments/{source.collection.deployment}"
    workspace = source.identity.workspace.split("/")
    if len(workspace) != 3:
        return f"/workspaces/{segment(source.identity.workspace)}{tail}"
    sub, group, name = map(segment, workspace)
    return (f"/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices"
            f"/workspaces/{name}{tail}")
