"""The least that a server over MariaDB can do: FastAPI, and one multi-row INSERT a batch.

`uvicorn bench.server_floor:app`, with the database in FLOOR_DATABASE; for `bench.server` alone.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncmy
from fastapi import FastAPI, Request

COLUMNS = 9
TABLE = (
    "create table if not exists floor_responses (id uuid primary key, user_id uuid not null,"
    " question_id uuid not null, rating smallint not null, correct bool, metadata json not null,"
    " created_at datetime(6) not null, device_id uuid not null, device_seq bigint not null,"
    " unique (user_id, device_id, device_seq), index (user_id, question_id)) engine=innodb"
)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    host, port, name = os.environ["FLOOR_DATABASE"].split(",")
    app.state.pool = await asyncmy.create_pool(
        host=host, port=int(port), user="root", db=name, minsize=1, maxsize=16, autocommit=False
    )
    async with app.state.pool.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(TABLE)
    yield
    app.state.pool.close()
    await app.state.pool.wait_closed()


app = FastAPI(lifespan=_life)


@app.get("/readyz")
async def ready() -> dict[str, str]:
    """It answers."""
    return {"status": "ok"}


@app.post("/push")
async def push(request: Request) -> dict[str, int]:
    """Insert a batch of rows."""
    rows = json.loads(await request.body())
    mark = "(" + ",".join(["%s"] * COLUMNS) + ")"
    sql = (
        "insert into floor_responses values "
        + ",".join([mark] * len(rows))
        + " on duplicate key update id = id"
    )
    async with app.state.pool.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(sql, [value for row in rows for value in row])
        await connection.commit()
    return {"new": len(rows)}
