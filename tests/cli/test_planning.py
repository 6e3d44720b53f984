"""Marks, pauses, exams, forecast and calibration from the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.conftest import Run


def due(drillr: Run) -> dict[str, int]:
    """What `drillr due` counts."""
    found: dict[str, int] = json.loads(drillr("due", "--json").stdout)
    return found


def test_marks_are_set_and_taken_back_by_name(drillr: Run, library: Path) -> None:
    """Suspend, bury, flag and their opposites; an unknown id changes nothing and ends with 2."""
    assert due(drillr)["new"] == 9
    done = drillr("suspend", "q-001", "t-001")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 questions suspended\n"
    assert due(drillr)["new"] == 7
    assert drillr("resume", "q-001").returncode == 0
    assert drillr("bury", "q-002").returncode == 0
    assert due(drillr)["new"] == 7
    drillr("flag", "q-003", "--note", "odd")
    assert json.loads(drillr("show", "q-003", "--json").stdout)["card"]["flag"] == "odd"
    drillr("unflag", "q-003")
    assert json.loads(drillr("show", "q-003", "--json").stdout)["card"]["flag"] is None
    wrong = drillr("suspend", "q-004", "q-404")
    assert wrong.returncode == 2
    assert "q-404" in wrong.stderr
    assert due(drillr)["new"] == 7
    assert drillr("doctor").returncode == 0


def test_a_pause_begins_and_ends(drillr: Run, library: Path) -> None:
    """What is due waits until the day that was named, and comes back when the pause ends."""
    assert drillr("review", "--limit", "1", "--plain", input="b\n4\n").returncode == 0
    assert due(drillr)["overdue"] == 1
    assert "no pause" in drillr("pause").stdout
    soon = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    begun = json.loads(drillr("pause", "--until", soon, "--spread", "5", "--json").stdout)
    assert begun["spread_days"] == 5
    assert drillr("pause", "--until", "2999-01-01").returncode == 2
    assert due(drillr)["overdue"] == 0
    asked = drillr("review", "--plain", input="b\n1\n")
    assert asked.returncode == 3
    assert f"you pause until {soon}" in asked.stderr
    assert "drillr pause --end" in asked.stderr
    assert json.loads(drillr("stats", "--json").stdout)["paused_until"] == soon
    assert f"paused until {soon}" in drillr("stats").stdout
    assert drillr("review", "--new", "1", "--plain", input="b\n1\n").returncode == 0
    assert json.loads(drillr("pause", "--json").stdout)["id"] == begun["id"]
    ended = json.loads(drillr("pause", "--end", "--json").stdout)
    assert ended["id"] == begun["id"]
    assert ended["until"] < begun["until"]
    assert drillr("pause", "--end").returncode == 3
    assert drillr("pause", "--until", "1999-01-01").returncode == 2
    assert drillr("doctor").returncode == 0


def test_an_exam_says_at_once_whether_it_fits(drillr: Run, library: Path) -> None:
    """Added, listed and removed; minutes that can't do say what would."""
    fits = drillr("exam", "add", "2099-06-01", "--topic", "d", "--json")
    found = json.loads(fits.stdout)
    assert (found["fits"], found["questions"], found["scope"]) == (True, 5, "a__b__c__d")
    tight = drillr("exam", "add", "2099-06-01", "--topic", "a", "--minutes", "1", "--dry-run")
    assert tight.returncode == 0
    assert [one["id"] for one in json.loads(drillr("exam", "list", "--json").stdout)] == [
        found["id"]
    ]
    assert "5 questions at 90 %" in drillr("exam", "list").stdout
    drillr("config", "set", "new_per_day", "0", "--for", "d")
    assert "your limits allow 0 new a day" in drillr("exam", "list").stdout
    assert drillr("exam", "add", "soon").returncode == 2
    assert drillr("exam", "add", "2099-06-01", "--target", "2").returncode == 2
    assert drillr("exam", "remove", "nothing").returncode == 2
    assert drillr("exam", "remove", "2099-06-01").returncode == 0
    assert "no exam" in drillr("exam", "list").stdout


def test_forecast_and_calibration_report(drillr: Run, library: Path) -> None:
    """As text, and as one JSON document."""
    drillr("review", "--limit", "3", "--plain", input="b\n1\n" * 3)
    found = json.loads(drillr("forecast", "--days", "9", "--json").stdout)
    assert len(found["days"]) == 9
    assert sum(day["new"] for day in found["days"]) == 6
    text = drillr("forecast", "d", "--days", "3").stdout
    assert "min a day on average" in text
    assert "assumed" in text
    assert drillr("forecast", "nowhere").returncode == 2
    assert json.loads(drillr("calibration", "--json").stdout) == []
    assert "ask_confidence" in drillr("calibration").stdout


def test_settings_of_a_part_and_taking_them_back(drillr: Run, library: Path) -> None:
    """--for sets a part's value; the whole library's stays; unset lets it hold again."""
    assert drillr("config", "set", "new_per_day", "2", "--for", "e").returncode == 0
    assert (
        "20 a day, still holds" in drillr("config", "set", "new_per_day", "30", "--for", "d").stderr
    )
    assert drillr("config", "get", "new_per_day").stdout == "20\n"
    assert drillr("config", "get", "new_per_day", "--for", "e").stdout == "2\n"
    assert "[a › b › c › e]" in drillr("config", "list", "--for", "e").stdout
    wrong = drillr("config", "set", "timezone", "UTC", "--for", "e")
    assert wrong.returncode == 2
    assert "whole library" in wrong.stderr
    assert drillr("config", "unset", "new_per_day", "--for", "e").returncode == 0
    assert drillr("config", "get", "new_per_day", "--for", "e").stdout == "20\n"
    assert drillr("config", "unset", "nothing").returncode == 2


def test_a_session_is_taken_back_whole(drillr: Run, library: Path) -> None:
    """`undo --session` in another process takes back all of the last session."""
    drillr("review", "--limit", "2", "--plain", input="b\n1\n" * 2)
    assert drillr("undo", "--session").stdout.count("taken back") == 2
    assert due(drillr)["new"] == 9
    assert drillr("undo", "--session").returncode == 3


def test_a_plain_session_asks_how_sure_one_is(drillr: Run, library: Path) -> None:
    """Only where it was asked for; what fits no confidence is asked again, nothing is unsaid."""
    assert "sure" not in drillr("review", "--plain", "--limit", "1", input="b\n2\n").stdout
    drillr("config", "set", "ask_confidence", "on")
    lines = "b\n9\n4\n1\n" + "b\n\n2\n" + "b\nu\n"
    said = drillr("review", "--plain", "--limit", "3", input=lines).stdout
    assert said.count("sure, 1-5> ") == 4
    assert "5 is certain" in said
    (everything, *_) = json.loads(drillr("calibration", "--json").stdout)
    assert [(b["confidence"], b["answers"]) for b in everything["bins"] if b["answers"]] == [(4, 1)]


def test_undo_reports_what_it_took_back(drillr: Run, library: Path) -> None:
    """As JSON, the last answer first."""
    drillr("review", "--plain", "--limit", "2", input="b\n2\nb\n1\n")
    undone = json.loads(drillr("undo", "--last", "2", "--json").stdout)
    assert [one["rating"] for one in undone] == [1, 2]
    assert undone[0]["at"] > undone[1]["at"]
    assert {one["id"] for one in undone} == {"q-001", "q-002"}
