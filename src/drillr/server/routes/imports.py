"""`/content/import`: bringing question files, and how far each import is."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, UploadFile

from drillr.domain import limits
from drillr.domain.ids import id_text
from drillr.domain.paths import FacetPath
from drillr.domain.text import forbidden
from drillr.errors import ContentError
from drillr.server import problems
from drillr.server.access import Admin, Identity, Shared
from drillr.server.pages import Cursor, Limit, cursor_of, key_position
from drillr.server.problems import Problem
from drillr.server.records import jobs
from drillr.server.resources import Resources
from drillr.server.shapes import Id, key_of
from drillr.server.shapes_admin import ImportFrom, JobPage, JobShape, job_of
from drillr.server.tasks.importing import KIND

router = APIRouter(prefix="/content/import", tags=["import"])
MOST_FILES = 1000
_ANSWERS = problems.responses(401, 403, 404, 422, 429, 503)
Flag = Annotated[bool, Form()]


@router.post("", status_code=202, responses=_ANSWERS | problems.responses(413))
async def upload(
    files: Annotated[
        list[UploadFile], File(description="Question files: topic__subtopic__leaf__facet.json")
    ],
    who: Admin,
    shared: Shared,
    update: Flag = False,
    prune: Flag = False,
    qualify_ids: Flag = False,
    dry_run: Flag = False,
) -> JobShape:
    """Import question files; the job's report names every item that was refused."""
    if len(files) > MOST_FILES:
        raise Problem(413, "too-many-files", f"at most {MOST_FILES} files go at once")
    key, kept = shared.new_id(), []
    for index, file in enumerate(files):
        name = _checked_name(file.filename or "")
        data = await _read(file, shared.settings.upload_bytes)
        stored = f"uploads/{key.hex()}/{index:04d}-{hashlib.sha256(data).hexdigest()[:32]}.json"
        await shared.in_thread(lambda stored=stored, data=data: shared.storage.put(stored, data))  # type: ignore[misc]
        kept.append({"key": stored, "name": name})
    params = {
        "files": kept, "uploaded": True, "update": update, "prune": prune,
        "qualify_ids": qualify_ids, "dry_run": dry_run,
    }  # fmt: skip
    return await _start(shared, who, key, params)


@router.post("/from", status_code=202, responses=_ANSWERS)
async def import_from(body: ImportFrom, who: Admin, shared: Shared) -> JobShape:
    """Import every question file below a prefix of a bucket that the server may read."""
    return await _start(shared, who, shared.new_id(), body.model_dump())


@router.get("/jobs", responses=_ANSWERS)
async def list_jobs(
    who: Admin, shared: Shared, limit: Limit = 50, cursor: Cursor = None
) -> JobPage:
    """Every job, the latest first."""
    before = key_position(cursor)

    def find() -> list[jobs.Job]:
        with shared.database.transaction(write=False) as db:
            return jobs.page(db, None, before, limit + 1)

    found = await shared.work(find)
    more = len(found) > limit
    return JobPage(
        jobs=[job_of(one, shared.queue.progress(one.id)) for one in found[:limit]],
        next_cursor=cursor_of((id_text(found[limit - 1].id),)) if more else None,
    )


@router.get("/jobs/{job_id}", responses=_ANSWERS)
async def job(job_id: Annotated[Id, Path()], who: Admin, shared: Shared) -> JobShape:
    """One job: how far it is, and what came out."""
    return await _job(shared, key_of(job_id))


async def start_job(
    shared: Resources, who: Identity, kind: str, params: dict[str, Any]
) -> JobShape:
    """Write a job and queue it, once it is committed."""
    return await _start(shared, who, shared.new_id(), params, kind)


async def _start(
    shared: Resources, who: Identity, key: bytes, params: dict[str, Any], kind: str = KIND
) -> JobShape:
    def write() -> None:
        with shared.database.transaction() as db:
            if jobs.load(db, key) is None:
                jobs.create(db, key, who.account.id, kind, params, shared.clock())

    await shared.work(write)
    await shared.in_thread(lambda: shared.queue.send(key))
    return await _job(shared, key)


async def _job(shared: Resources, key: bytes) -> JobShape:
    def find() -> jobs.Job | None:
        with shared.database.transaction(write=False) as db:
            return jobs.load(db, key)

    found = await shared.work(find)
    if found is None:
        raise Problem(404, "not-found", "there is no such job")
    return job_of(found, shared.queue.progress(key))


async def _read(file: UploadFile, most: int) -> bytes:
    """The upload's bytes, as long as they are no more than a question file may have."""
    most = min(most, limits.FILE_BYTES)
    data = await file.read(most + 1)
    if len(data) > most:
        raise Problem(413, "too-large", f"a file has more than {most} bytes", "Split it")
    return data


def _checked_name(name: str) -> str:
    if "/" in name or "\\" in name or forbidden(name) or len(name) > 420:
        raise ContentError("a file's name can't be used", "Send names without folders")
    FacetPath.of_file(name)
    return name
