"""kill -9 at any moment: what was acknowledged is there, and the store is whole."""

import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import PROGRAM, Run, read
from tests.conftest import Bank, mcq

Sql = Callable[[str], list[tuple[Any, ...]]]
REVIEW_KILLS = 30
IMPORT_KILLS = 25
_ACKNOWLEDGED = re.compile(rb"^Easy: again ", re.MULTILINE)


def killed_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Kill the process unless it ends by itself before; whether it was killed."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def test_killed_reviews_lose_no_acknowledged_answer(
    drillr: Run, bank: Bank, environment: dict[str, str], sql: Sql
) -> None:
    """Sessions die at random bytes of their output, or just after; each answer said is stored."""
    rng = random.Random(1)
    assert drillr("import", bank("a__b__c__d", [mcq(n) for n in range(900)])).returncode == 0
    said = kills = 0
    while kills < REVIEW_KILLS:
        process = subprocess.Popen(
            [PROGRAM, "review", "--plain", "--new", "900"],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"A\n1\n" * 40)
        heard = process.stdout.read(1)
        wanted = rng.randrange(12_000)
        while len(heard) < wanted and (more := process.stdout.read(min(512, wanted - len(heard)))):
            heard += more
        kills += killed_within(process, rng.random() * 0.004)
        heard += process.stdout.read()
        process.stdin.close()
        process.stdout.close()
        said += len(_ACKNOWLEDGED.findall(heard))
        ((stored,),) = sql("select count(*) from user_responses")
        assert said <= stored <= said + 1, "an acknowledged answer is missing"
        said = stored
        assert read(drillr("doctor", "--json"))["problems"] == []
    assert said > REVIEW_KILLS


def test_killed_imports_leave_whole_files_in_or_out(
    drillr: Run, bank: Bank, environment: dict[str, str], tmp_path: Path, sql: Sql
) -> None:
    """Imports die at random moments; no file is half in, and the next import completes it."""
    rng = random.Random(2)
    each, files = 400, 12
    for file in range(files):
        items = [mcq(n, id=f"{file}-{n}", explanation="x" * 900) for n in range(each)]
        folder = bank(f"a__b__c__f{file:02d}", items)
    whole = [(f"a__b__c__f{file:02d}", each) for file in range(files)]
    counts = (
        "select path, count(q.id) from facets f left join questions q on q.facet_id = f.id"
        " group by path order by path"
    )
    longest = 0.6
    kills = 0
    while kills < IMPORT_KILLS:
        store = tmp_path / "drillr.db"
        process = subprocess.Popen([PROGRAM, "import", str(folder)],
                                   env=environment, stdout=subprocess.DEVNULL)  # fmt: skip
        killed = killed_within(process, rng.random() * longest)
        kills += killed
        if not killed:
            assert process.returncode == 0
            longest *= 0.9
        if store.exists():
            assert read(drillr("doctor", "--json"))["problems"] == []
            assert set(sql(counts)) <= set(whole)
        if not killed or rng.random() < 0.3:
            assert drillr("import", folder).returncode == 0
            assert sql(counts) == whole
            for path in tmp_path.glob("drillr.db*"):
                path.unlink()
