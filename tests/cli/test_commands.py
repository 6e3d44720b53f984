"""What scripts rely on: output, JSON keys, exit codes, and errors that name the remedy."""

import json
import re
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drillr import __version__
from drillr.store.versions import APPLICATION_ID
from tests.cli.conftest import PROGRAM, Run, read
from tests.conftest import Bank, mcq, theory

Sql = Callable[[str], list[tuple[Any, ...]]]
COMMANDS = (
    "review", "import", "stats", "tree", "due", "show", "why", "undo", "doctor", "config",
    "suspend", "resume", "bury", "flag", "unflag", "pause", "exam", "forecast", "calibration",
)  # fmt: skip


def test_version_and_help_name_the_program(drillr: Run) -> None:
    """Both spellings of the version agree; help lists every command."""
    assert drillr("--version").stdout == drillr("-V").stdout == f"drillr {__version__}\n"
    shown = drillr("--help").stdout
    assert all(re.search(rf"^  {command} ", shown, re.MULTILINE) for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_is_documented(drillr: Run, command: str) -> None:
    """`--help` says what the command does, and the manual has it with each of its options."""
    shown = drillr(command, "--help")
    assert shown.returncode == 0
    manual = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"**`drillr {command}" in manual
    for option in re.findall(r"--[a-z-]+", shown.stdout):
        assert option == "--help" or option in manual, option


def test_an_import_reports_everything(drillr: Run, bank: Bank, sql: Sql) -> None:
    """Counts and refusals in JSON, with the keys that are promised; refusals end with 1."""
    bank("wrong__name", [])
    bank("a__b__c__d", [mcq(1), mcq(2, correct_answer="Z"), mcq(1)])
    folder = bank("a__b__c__e", [theory(1)])
    (folder / "a__b__c__f.json").write_text("[{]", encoding="utf-8")
    done = drillr("import", folder, "--json")
    assert done.returncode == 1
    report = read(done)
    assert {key: report[key] for key in ("files", "imported", "updated", "skipped", "failed")} == {
        "files": 4, "imported": 2, "updated": 0, "skipped": 0, "failed": 4,
    }  # fmt: skip
    assert all(set(error) == {"file", "line", "id", "reason"} for error in report["errors"])
    assert sorted((error["line"] or 0, error["id"]) for error in report["errors"] if error["id"])
    assert sql("select count(*) from questions") == [(2,)]
    before = sql("select * from questions order by id")
    again = read(drillr("import", folder, "--json"))
    assert (again["imported"], again["skipped"]) == (0, 2)
    assert sql("select * from questions order by id") == before


def test_an_import_without_flags_is_the_same_import(
    drillr: Run, bank: Bank, tmp_path: Path
) -> None:
    """It is read without Typer; what it says, how it ends and what it writes are no others."""
    bank("wrong__name", [])
    folder = bank("a__b__c__d", [mcq(1), mcq(2, correct_answer="Z")])
    ways = []
    for number, flags in enumerate([(), ("--history",)]):
        store = tmp_path / f"{number}.db"
        said = []
        for given in ([], ["-q"], ["--quiet", "--store", store], ["--store", store, "-q"]):
            for paths in ([folder], [folder, "nowhere"], ["nowhere"]):
                done = drillr(*given, "import", *paths, *flags, DRILLR_STORE=str(store))
                text = re.sub(r"[\d.]+ s$", "", done.stdout, flags=re.MULTILINE)
                said.append((done.returncode, text, done.stderr))
        with closing(sqlite3.connect(store)) as database:
            rows = database.execute("select id, external_id from questions order by id").fetchall()
        ways.append((said, rows))
    assert ways[0] == ways[1]
    assert ways[0][0][0][0] == 1
    assert len(ways[0][1]) == 1


def test_a_dry_run_writes_nothing(drillr: Run, bank: Bank, sql: Sql) -> None:
    """It says what would happen, and the store stays as it is."""
    folder = bank("a__b__c__d", [mcq(1)])
    assert read(drillr("import", folder, "--dry-run", "--json"))["imported"] == 1
    assert sql("select count(*) from questions") == [(0,)]
    assert sql("select count(*) from facets") == [(0,)]


def test_a_plain_session_is_driven_by_lines(drillr: Run, library: Path, sql: Sql) -> None:
    """Letters, texts, empty lines, ratings, undo, skip, and lines that don't fit."""
    done = drillr(
        "review", "--plain", "a/b/c/d", "--limit", "3",
        input="Q\nA\n9\n1\nu\nB\n\ns\nD\n4\nA,B\nA\n2\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "There is no such option" in done.stdout
    assert "1, 2, 3 or 4 rates" in done.stdout
    assert "Taken back: q-001" in done.stdout
    assert "3 answered" in done.stdout
    assert sql("select count(*) from user_responses") == [(4,)]
    retracted = "select count(*) from learning_events where event_type = 'response_retracted'"
    assert sql(retracted) == [(1,)]
    assert drillr("doctor").returncode == 0


def test_the_end_of_input_leaves_a_session_that_goes_on(drillr: Run, library: Path) -> None:
    """Whatever was rated is kept; the same command resumes."""
    done = drillr("review", "--plain", "d", input="A\n1\nB\n")
    assert done.returncode == 0
    assert "1 answered" in done.stdout
    assert "Going on" in drillr("review", "--plain", "d", input="").stdout
    assert "Going on" not in drillr("review", "--plain", "e", input="").stdout


def test_a_pipe_is_no_terminal(drillr: Run, library: Path, sql: Sql) -> None:
    """Without `--plain`, a session over a pipe is line by line too, and never coloured."""
    done = drillr("review", "e", "--limit", "1", input="my answer\n\n")
    assert (done.returncode, "\x1b" in done.stdout) == (0, False)
    assert sql("select response_text, difficulty_rating from user_responses") == [("my answer", 2)]


def test_filters_choose_questions(drillr: Run, library: Path, sql: Sql) -> None:
    """By type, tag and difficulty; what nothing matches ends with 3."""
    for _ in range(9):
        drillr("review", "--plain", "--type", "theory", "--limit", "1", input="\n1\n")
    kinds = "select distinct q.type from user_responses join questions q on q.id = question_id"
    assert sql(kinds) == [("theory",)]
    assert drillr("review", "--plain", "--tag", "none").returncode == 3
    assert drillr("review", "--plain", "--difficulty", "5").returncode == 3
    assert drillr("review", "--plain", "--difficulty", "2-4", input="").returncode == 0


def test_a_filter_that_no_question_passes_is_named(drillr: Run, bank: Bank) -> None:
    """Whether anything is due is no answer to a tag that nobody has."""
    folder = bank("a__b__c__d", [mcq(1, tags=["REST"]), theory(1, tags=["sql"], difficulty=2)])
    assert drillr("import", folder).returncode == 0
    for arguments, said in (
        (("--tag", "rset"), "no question has the tag 'rset'. Did you mean REST?"),
        (("--tag", "zzz"), "no question has the tag 'zzz'. Tags are those"),
        (("--tag", "sql", "--type", "mcq"), "of that kind: tag sql, type mcq"),
        (("--difficulty", "5"), "of that kind: difficulty 5"),
    ):
        done = drillr("review", "--plain", *arguments)
        assert done.returncode == 3
        assert said in done.stderr


def test_cramming_changes_no_schedule(drillr: Run, library: Path, sql: Sql) -> None:
    """Answers are kept, cards are not made."""
    drillr("review", "--plain", "d", "--cram", "--limit", "2", input="A\n1\nB\n4\n")
    assert sql("select count(*) from user_responses") == [(2,)]
    assert sql("select count(*) from spaced_repetition_cards") == [(0,)]


def test_the_numbers_agree_with_the_tables(drillr: Run, library: Path, sql: Sql) -> None:
    """`stats --json` and `due --json` have the promised keys and count what SQL counts."""
    drillr("review", "--plain", "d", input="B\n4\nB\n4\nB\n1\nA\n3\n")
    found = read(drillr("stats", "--json"))
    assert set(found) >= {
        "questions", "active_cards", "due_now", "due_today", "new", "responses", "correct",
        "retention", "streak_days", "mastery", "facets",
    }  # fmt: skip
    assert found["questions"] == sql("select count(*) from questions where is_active")[0][0] == 9
    assert found["responses"] == sql("select count(*) from user_responses")[0][0] == 4
    assert found["correct"] == sql("select sum(is_correct) from user_responses")[0][0]
    cards = "select count(*) from spaced_repetition_cards"
    assert found["active_cards"] == sql(f"{cards} where card_state <> 'new'")[0][0]
    due = f"{cards} where next_review_at <= strftime('%Y-%m-%d %H:%M:%f', 'now')"
    assert found["due_now"] == sql(due)[0][0] == 2
    assert found["new"] == 9 - sql(cards)[0][0]
    assert found["streak_days"] == 1
    days = sql("select sum(min(interval_days, 21)) from spaced_repetition_cards")[0][0]
    assert found["mastery"] == round(100 * days / 21 / 9, 2)
    assert [(f["path"], f["questions"], f["new"]) for f in found["facets"]] == [
        ("a__b__c__d", 5, 1), ("a__b__c__e", 4, 4),
    ]  # fmt: skip
    assert set(found["facets"][0]) == {"path", "questions", "due", "new", "mastery"}
    due_json = read(drillr("due", "--json"))
    assert due_json == {"overdue": 2, "due_today": found["due_today"], "new": found["new"]}
    part = read(drillr("stats", "e", "--json"))
    assert (part["questions"], part["responses"], part["retention"]) == (4, 0, None)
    tree = read(drillr("tree", "--json"))
    assert (tree["questions"], tree["due"], tree["new"]) == (9, 2, 5)


def test_tables_keep_a_row_to_a_line_in_a_narrow_terminal(drillr: Run, bank: Bank) -> None:
    """Columns that can be spared go first; what is counted is still beside its name."""
    folder = bank("backend_nodejs__runtime__event_loop__phases_of_the_loop", [mcq(1), mcq(2)])
    assert drillr("import", folder).returncode == 0
    wide = drillr("tree", COLUMNS="80").stdout.splitlines()
    assert wide[0].split() == ["library", "questions", "due", "new", "mastery"]
    narrow = drillr("tree", COLUMNS="40").stdout.splitlines()
    assert narrow[0].split() == ["library", "due", "new", "mastery"]
    assert len(narrow) == 5
    assert narrow[4].split()[1:] == ["0", "2", "0", "%"]
    stats = drillr("stats", COLUMNS="40").stdout.splitlines()
    assert stats[-2].split() == ["facet", "due", "new", "mastery"]
    assert stats[-1].split() == ["…", "›", "phases_of_the_lo…", "0", "2", "0", "%"]
    assert len(stats) == len(drillr("stats", COLUMNS="80").stdout.splitlines())
    for columns in (40, 45, 50, 60, 80):
        for command in ("stats", "tree"):
            lines = drillr(command, COLUMNS=str(columns)).stdout.splitlines()
            assert max(map(len, lines)) <= columns


def test_a_configuration_file_names_the_store_for_every_command(
    drillr: Run, library: Path, tmp_path: Path
) -> None:
    """For those too that don't open it at once: a backup is never one of another store."""
    (tmp_path / "other.toml").write_text(f'store = "{tmp_path}/other.db"\n')

    def other(*arguments: str | Path) -> str:
        done = drillr("--config", tmp_path / "other.toml", *arguments, DRILLR_STORE="")
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert drillr("import", library, DRILLR_STORE="").returncode == 0
    other("import", library / "a__b__c__e.json")
    assert other("due") == "0 due (0 now), 4 new\n"
    assert other("backup", "create").startswith("drillr-")
    assert "4 questions" in other("backup", "list")
    assert (tmp_path / "other.backups").is_dir()
    assert str(tmp_path / "other.db") in other("config", "path")


def test_an_unknown_key_of_the_configuration_is_named(
    drillr: Run, library: Path, tmp_path: Path
) -> None:
    """On stderr, with the nearest; never where it is in the way, and never for a key there is."""
    path = tmp_path / "odd.toml"
    path.write_text('stroe = "x"\ntheme = "drillr-light"\n[keys]\npreset = "vim"\n')
    odd = {"DRILLR_STORE": "", "DRILLR_CONFIG": str(path)}
    said = f"drillr: {path} names 'stroe', which is no key of it: did you mean store?\n"
    assert drillr("import", library, **odd).stderr == said
    done = drillr("due", **odd)
    assert (done.stdout, done.stderr) == ("0 due (0 now), 9 new\n", said)
    assert drillr("stats", **odd).stderr == said
    assert drillr("--quiet", "stats", **odd).stderr == ""
    assert drillr("due", "--json", **odd).stderr == ""
    path.write_text("quux = 1\n")
    assert "known are store, backups" in drillr("due", **odd).stderr
    path.write_text('[keys]\npreset = "vim"\n')
    assert drillr("due", **odd).stderr == ""


def test_due_prints_what_a_prompt_asks_for(drillr: Run, library: Path) -> None:
    """A format of one's own, an exit code, and nothing made where there is no store."""
    assert drillr("due", "--format", "{new}/{due_today}").stdout == "9/0\n"
    assert drillr("due", "--exit-code").returncode == 3
    drillr("review", "--plain", "d", "--limit", "1", input="A\n4\n")
    assert drillr("due", "--exit-code").returncode == 0
    elsewhere = drillr("--store", "none.db", "due", "--json")
    assert read(elsewhere) == {"overdue": 0, "due_today": 0, "new": 0}
    assert not Path(elsewhere.args[2]).exists()


def test_show_and_why_tell_the_whole_story(drillr: Run, library: Path) -> None:
    """The question with its card, the history with its reasons; unknown ids suggest near ones."""
    drillr("review", "--plain", "d", "--limit", "1", input="A\n2\n")
    assert "the second" in drillr("show", "q-001").stdout
    shown = read(drillr("show", "q-001", "--json"))
    assert (shown["correct_answer"], shown["card"]["interval_days"]) == (["B"], 2)
    assert "first answer, next 2 d" in drillr("why", "q-001").stdout
    steps = read(drillr("why", "q-001", "--json"))["steps"]
    assert [(step["rating"], step["interval_days"]) for step in steps] == [(2, 2)]
    assert "never answered" in drillr("why", "q-002").stdout
    asked = drillr("why", "q-001", "--if", "hard", "--if", "easy").stdout
    assert "if answered now:  Hard: 2 d, 2 d early" in asked
    outcomes = read(drillr("why", "q-001", "--if", "all", "--json"))["if"]
    assert [step["rating"] for step in outcomes] == [1, 2, 3, 4]
    assert len(read(drillr("why", "q-001", "--json"))["steps"]) == 1
    assert drillr("why", "q-001", "--if", "good").returncode == 2
    unknown = drillr("show", "q-0")
    assert unknown.returncode == 2
    assert "q-001" in unknown.stderr


def test_show_says_how_a_question_is_marked(drillr: Run, library: Path) -> None:
    """One that was never answered too."""
    assert drillr("show", "q-001").stdout.endswith("card: new\n")
    drillr("bury", "q-001")
    assert "card: new, buried until tomorrow" in drillr("show", "q-001").stdout
    drillr("flag", "q-001", "--note", "Is B right?")
    drillr("suspend", "q-001")
    assert "card: new, suspended, flagged Is B right?" in drillr("show", "q-001").stdout


def test_undo_takes_answers_back(drillr: Run, library: Path, sql: Sql) -> None:
    """The last ones first; when there is none left, that is nothing to do."""
    drillr("review", "--plain", "d", "--limit", "2", input="A\n2\nB\n1\n")
    assert drillr("undo").stdout == "taken back: q-002, Easy\n"
    assert drillr("undo", "--last", "5").returncode in (0, 3)
    assert sql("select count(*) from spaced_repetition_cards where total_reviews > 0") == [(0,)]
    assert drillr("undo").returncode == 3


def test_settings_are_read_and_set(drillr: Run, library: Path) -> None:
    """A set value is got, a wrong one is refused with what is allowed."""
    assert drillr("config", "get", "new_per_day").stdout == "20\n"
    assert drillr("config", "set", "new_per_day", "1").returncode == 0
    assert drillr("config", "get", "new_per_day").stdout == "1\n"
    assert read(drillr("config", "list", "--json"))["new_per_day"] == 1
    session = drillr("review", "--plain", "d", input="A\n1\nA\n1\n")
    assert "1 answered" in session.stdout
    for name, value in (("new_per_day", "many"), ("colour", "red"), ("timezone", "Mars/Base")):
        refused = drillr("config", "set", name, value)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "drillr.db" in drillr("config", "path").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["review", "grphql"], 2, "Did you mean"),
        (["import"], 2, "--starter"),
        (["import", "nowhere"], 1, "no such file"),
        (["review", "--type", "essay"], 2, "mcq, theory or scenario"),
        (["review", "--difficulty", "9"], 2, "1 to 5"),
        (["review", "--tag", "x" * 65], 2, "there is no tag"),
        (["config", "get", "new-per-dya"], 2, "Did you mean new_per_day?"),
        (["config", "set", "colour", "red"], 2, "Known: scheduler, "),
        (["config", "set", "new_per_day", "-1"], 2, "a whole number 0 to 9999"),
        (["flag", "q-001", "--note", "x" * 2001], 2, "At most 2000"),
        (["review", "--limit", "0"], 2, "--limit"),
        (["nonsense"], 2, "nonsense"),
        (["stats", "nowhere"], 2, "nothing here"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_line(
    drillr: Run, bank: Bank, arguments: list[str], code: int, says: str
) -> None:
    """The error names what was wrong and the remedy; there is no traceback."""
    drillr("import", bank("x__y__z__graphql", [mcq(1)]))
    done = drillr(*arguments)
    assert done.returncode == code
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_ambiguous_selector_lists_the_places(drillr: Run, bank: Bank) -> None:
    """A code that stands in two places is not guessed."""
    bank("a__b__c__same", [mcq(1)])
    drillr("import", bank("x__y__z__same", [mcq(2)]))
    done = drillr("stats", "same")
    assert done.returncode == 2
    assert "a__b__c__same" in done.stderr
    assert "x__y__z__same" in done.stderr


def test_an_empty_library_says_what_to_do(drillr: Run) -> None:
    """The bare command, review, stats and tree point at the starter banks."""
    for command in ([], ["review"], ["stats"], ["tree"]):
        done = drillr(*command)
        assert "--starter" in done.stdout + done.stderr, command
        assert done.returncode in (0, 3)


def test_the_starter_banks_import_whole(drillr: Run) -> None:
    """What ships with drillr is accepted by drillr, is large enough, and holds all three types."""
    report = read(drillr("import", "--starter", "--json"))
    assert (report["failed"], report["errors"]) == (0, [])
    assert report["imported"] >= 300
    found = read(drillr("stats", "--json"))
    assert len(found["facets"]) >= 24
    assert len({facet["path"].split("__")[0] for facet in found["facets"]}) >= 4


def test_a_store_that_cannot_be_used_ends_with_4(drillr: Run, tmp_path: Path) -> None:
    """No store, one of something else, a damaged one, one from the future: a line, nothing lost."""
    strange = tmp_path / "strange.db"
    strange.write_bytes(b"just some text, long enough to be no database at all" * 100)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as made:
        made.execute("create table t (x)")
    made.close()
    future = tmp_path / "future.db"
    with sqlite3.connect(future) as made:
        made.execute(f"pragma application_id = {APPLICATION_ID}")
        made.execute("create table alembic_version (version_num text)")
        made.execute("insert into alembic_version values ('9999')")
    made.close()
    for path, says in (
        (strange, "no drillr store"), (other, "no drillr store"), (future, "newer drillr"),
        (strange / "drillr.db", "folder"),
    ):  # fmt: skip
        held = path.read_bytes() if path.exists() else b""
        for command in (["stats"], ["due"], ["review", "--plain"]):
            if path.name == "drillr.db" and command == ["due"]:
                continue
            done = drillr("--store", path, *command)
            assert done.returncode == 4, (path, command, done.stderr)
            assert says in done.stderr
            assert done.stderr.count("\n") == 1
        assert not path.exists() or path.read_bytes() == held


def test_a_locked_store_waits_and_then_says_so(
    drillr: Run, library: Path, environment: dict[str, str]
) -> None:
    """Readers don't wait at all; a writer gives up after some seconds with exit code 4."""
    other = sqlite3.connect(environment["DRILLR_STORE"], isolation_level=None)
    other.execute("begin immediate")
    try:
        assert drillr("due").returncode == 0
        assert drillr("stats").returncode == 0
        done = drillr("review", "--plain", "d", input="A\n1\n")
    finally:
        other.execute("rollback")
        other.close()
    assert done.returncode == 4
    assert "another process" in done.stderr


def test_a_full_disk_loses_nothing(
    drillr: Run, library: Path, bank: Bank, environment: dict[str, str], sql: Sql
) -> None:
    """A store that can't grow refuses the import in a line, and holds what it held."""
    import resource

    bank("a__b__c__big", [mcq(n, id=f"big-{n}", explanation="x" * 5000) for n in range(2000)])
    limit = Path(environment["DRILLR_STORE"]).stat().st_size + 400_000

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        [PROGRAM, "import", str(library)],
        env=environment, preexec_fn=small_files, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert sql("select count(*) from questions") == [(9,)]
    assert drillr("doctor").returncode == 0


def test_two_processes_share_a_store(drillr: Run, library: Path, sql: Sql) -> None:
    """Sessions and imports side by side all get through."""
    ends: list[int] = []

    def session(selector: str) -> None:
        for _ in range(4):
            done = drillr("review", "--plain", selector, "--limit", "1", input="A\n1\n")
            ends.append(done.returncode)

    threads = [threading.Thread(target=session, args=(place,)) for place in ("d", "e")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [0] * 8
    assert sql("select count(*) from user_responses") == [(8,)]
    assert drillr("doctor").returncode == 0


def test_hostile_text_never_reaches_the_terminal(drillr: Run, bank: Bank) -> None:
    """Escape sequences are refused at the door; markup is shown as it was written."""
    bank(
        "a__b__c__evil", [mcq(1, question="\x1b[31mred"), mcq(2, question="[red]x[/red] [@click]")]
    )
    folder = bank("a__b__c__f", [theory(3, question="\u202eabc")])
    (folder / "evil\x1b[31m__x.json").write_text("[]", encoding="utf-8")
    done = drillr("import", folder)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    shown = drillr("review", "--plain", "evil", input="").stdout
    assert "[red]x[/red] [@click]" in shown


def test_completion_offers_places(drillr: Run, library: Path) -> None:
    """The shell completes paths and unique codes."""
    done = drillr(
        _DRILLR_COMPLETE="complete_bash", COMP_WORDS="drillr stats a__b__c__", COMP_CWORD="2"
    )
    assert done.stdout.split() == ["a__b__c__d", "a__b__c__e"]


def test_an_interrupt_ends_with_130(environment: dict[str, str], library: Path) -> None:
    """Ctrl+C in a plain session ends it without a traceback."""
    process = subprocess.Popen(
        [PROGRAM, "review", "--plain", "d"], env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert any(b"D) " in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (130, b"")


def test_a_reader_that_goes_away_is_no_error(environment: dict[str, str], library: Path) -> None:
    """`drillr tree | head -0` is quiet."""
    process = subprocess.Popen(
        [PROGRAM, "tree", "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(120) == 0


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["--help"], "sqlalchemy alembic textual httpx2 pydantic rich"),
        (["review", "--help"], "sqlalchemy alembic textual httpx2 pydantic rich"),
        (["--version"], "sqlalchemy alembic textual httpx2 pydantic rich typer json typing"),
        (["due"], "sqlalchemy alembic textual httpx2 pydantic rich typer json typing dataclasses"),
        (["stats", "--json"], "sqlalchemy alembic textual httpx2 pydantic rich"),
        (["review", "--plain", "d", "--limit", "1"], "sqlalchemy alembic textual httpx2 pydantic"),
        (["import", "."], "sqlalchemy alembic textual httpx2 pydantic typer"),
        (["import", "--json", "."], "sqlalchemy alembic textual httpx2 pydantic"),
    ],
)
def test_a_command_imports_only_what_it_runs(
    drillr: Run, library: Path, arguments: list[str], forbidden: str
) -> None:
    """Start-up stays fast because the heavy packages are not touched."""
    done = drillr(*arguments, PYTHONPROFILEIMPORTTIME="1")
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "drillr.cli.main" in loaded
    assert not loaded & set(forbidden.split())


def test_a_debug_run_shows_the_traceback(drillr: Run) -> None:
    """Only on request."""
    assert "Traceback" in drillr("stats", "nowhere", DRILLR_DEBUG="1").stderr
    assert "Traceback" not in drillr("stats", "nowhere").stderr


def test_json_is_one_document(drillr: Run, library: Path) -> None:
    """Whatever reports prints exactly one JSON value."""
    for command in (["stats"], ["tree"], ["due"], ["doctor"], ["show", "q-001"], ["why", "q-001"]):
        assert isinstance(json.loads(drillr(*command, "--json").stdout), dict)


def test_search_prints_lines_ids_or_json(drillr: Run, library: Path) -> None:
    """A search is for people, for pipes and for programs; a word with a minus is no flag."""
    done = drillr("search", "explain", "-type:mcq", "-4")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["t-001", "t-002", "t-003"]
    assert "Explain number 1." in done.stdout
    assert drillr("search", "id:q-*", "--ids").stdout.split() == [f"q-00{n}" for n in range(1, 6)]
    found = read(drillr("search", "number", "--json", "--limit", "2", "facet:e"))
    assert (found["total"], len(found["questions"])) == (4, 2)


def test_a_search_that_finds_nothing_or_means_nothing(drillr: Run, library: Path) -> None:
    """Nothing found ends with 3, no sense with 2 and the place of the trouble."""
    done = drillr("search", "zyzzyva")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing is found" in done.stderr
    done = drillr("search", "number (or")
    assert done.returncode == 2
    assert "character" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_review_of_what_a_search_finds(drillr: Run, library: Path) -> None:
    """`--query` asks only what the search finds."""
    done = drillr("review", "--plain", "--query", "type:theory 3", input="\n1\n")
    assert "Explain number 3." in done.stdout
    assert "1 answered" in done.stdout or "[1/1]" in done.stdout
    assert drillr("review", "--plain", "--query", "zyzzyva").returncode == 3


def test_a_setting_can_be_previewed_before_it_is_set(drillr: Run, library: Path) -> None:
    """--preview tells reviews a day now and after, and changes nothing; then the change does."""
    drillr("review", "--plain", "d", "--limit", "3", input="B\n1\nB\n2\nA\n4\n")
    before = read(drillr("show", "q-001", "--json"))["card"]
    found = read(drillr("config", "set", "scheduler", "fsrs", "--preview", "--json"))
    assert (len(found["days"]), found["cards"]) == (30, 3)
    assert sum(day["before"] for day in found["days"]) == 3
    text = drillr("config", "set", "scheduler", "fsrs", "--preview")
    assert "of 3 cards" in text.stdout
    assert "nothing was changed" in text.stderr
    assert read(drillr("show", "q-001", "--json"))["card"] == before
    assert drillr("config", "get", "scheduler").stdout == "sm2\n"
    assert "rescheduled: 3 cards" in drillr("config", "set", "scheduler", "fsrs").stderr
    after = read(drillr("show", "q-001", "--json"))["card"]
    assert after["stability"] == 8.2956
    assert read(drillr("doctor", "--json"))["healthy"]


def test_a_review_log_is_judged(drillr: Run, tmp_path: Path) -> None:
    """The three schedulers, the fit and both baselines; a log that is none is refused."""
    lines = ["card_id,rating,elapsed_days"]
    for turn in range(8):
        lines += [
            f"{card},{1 if (card + turn) % 4 == 0 else 3},{3 * turn or -1}" for card in range(40)
        ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(lines), encoding="utf-8")
    found = read(drillr("evaluate", log, "--json"))
    assert (found["reviews"], found["cards"], found["judged"]) == (320, 40, 230)
    assert found["scores"].keys() == {
        "sm2", "sm2-classic", "fsrs", "fsrs, fitted", "average", "moving average"
    }  # fmt: skip
    assert "moving average" in drillr("evaluate", log).stdout
    missing = drillr("evaluate", tmp_path / "none.csv")
    assert missing.returncode == 1
    assert len(missing.stderr.splitlines()) == 1
    assert "none.csv can't be read: No such file" in missing.stderr
    assert drillr("evaluate").returncode == 2
    assert drillr("evaluate", log, "--for", "x").returncode == 2
    assert drillr("evaluate", "--self").returncode == 3
    assert drillr("optimize").returncode == 3
    log.write_text("a,b\n1,2\n", encoding="utf-8")
    assert drillr("evaluate", log).returncode == 1
