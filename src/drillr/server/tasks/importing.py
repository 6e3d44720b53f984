"""The task that imports question files: those that were uploaded, or all below an S3 prefix."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from drillr.domain import limits
from drillr.errors import ContentError
from drillr.server.owned import owned, unowned
from drillr.server.records import accounts
from drillr.server.storage import open_url
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths

if TYPE_CHECKING:
    from drillr.server.records.jobs import Job
    from drillr.server.tasks.running import Note, Tools

KIND = "import_questions_batch"
LARGEST_REPORT = 5_000


def import_questions_batch(tools: "Tools", job: "Job", note: "Note") -> Mapping[str, Any]:
    """Import the job's files; the report names every item that was refused."""
    wanted = job.params
    options = Options(
        update=bool(wanted.get("update")), prune=bool(wanted.get("prune")),
        dry_run=bool(wanted.get("dry_run")), qualify_ids=bool(wanted.get("qualify_ids")),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="drillr-import-") as folder:
        with _fetched(tools, job, folder) as paths:
            report = import_paths(
                _context(tools, job), paths, options, lambda done, total, _: note(done, total)
            )
        found = asdict(report)
        for problem in found["errors"]:
            # Where the files lay meanwhile is nobody's business.
            problem["file"] = os.path.relpath(problem["file"], folder).split(os.sep, 1)[-1]
            problem["reason"] = problem["reason"].replace(folder + os.sep, "")
    found["not_listed"] = max(0, len(found["errors"]) - LARGEST_REPORT)
    found["errors"] = found["errors"][:LARGEST_REPORT]
    found["remarks"] = [remark.replace(folder + os.sep, "") for remark in found["remarks"]][:100]
    if job.params.get("uploaded") and not options.dry_run:
        tools.storage.delete([one["key"] for one in job.params["files"]])
    return found


@contextmanager
def _fetched(tools: "Tools", job: "Job", folder: str) -> Iterator[list[str]]:
    """The job's files in a folder, each in one of its own, so that equal names don't meet."""
    storage, files = tools.storage, list(job.params.get("files", ()))
    source = job.params.get("source")
    if source:
        storage = open_url(source)
        files = [
            {"key": key, "name": PurePosixPath(key).name}
            for key, size in storage.listed()
            if key.lower().endswith(".json") and size <= limits.FILE_BYTES
        ]
        if not files:
            raise ContentError("there is no .json file there", "Check the bucket and the prefix")
    paths = []
    for index, one in enumerate(files):
        place = os.path.join(folder, str(index))
        os.mkdir(place)
        path = os.path.join(place, os.path.basename(one["name"]))
        with open(path, "wb") as file:
            file.write(storage.get(one["key"]))
        paths.append(path)
    yield paths


def _context(tools: "Tools", job: "Job") -> Context:
    """The context of who asked for the import."""
    user = job.user
    account = None
    if user is not None:
        with tools.database.transaction(write=False) as db:
            account = accounts.by_id(db, user)
    if account is None:
        raise ContentError("whoever asked for this import has no account")
    # Question files change nobody's facts: whose rows follow from them is seen on the way.
    plain = Context(tools.database, account.id, account.device, tools.clock, tools.new_id, UTC)
    return unowned(owned(plain), tools.database)
