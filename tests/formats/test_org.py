"""Drill topics of Emacs."""

from pathlib import Path

from tests.formats.reading import asked, drafts, read


def test_drill_topics(tmp_path: Path) -> None:
    """Answers below, deletions with hints, both sides, schedules, and what is no topic."""
    path = tmp_path / "o.org"
    path.write_text(
        "#+TITLE: x\n* Notes\nnothing [here]\n** Capital :drill:geo:\nSCHEDULED: <2026-11-27 Fri>\n"
        ":PROPERTIES:\n:ID: abc\n:DRILL_LAST_INTERVAL: 9.6\n:DRILL_EASE: 2.36\n"
        ":DRILL_LAST_REVIEWED: [2026-11-17 Tue 20:10]\n:END:\nWhat is *it* in /France/?\n"
        "*** The Answer\nParis =x*y*z= [[https://e.org][link]]\n"
        "** Hidden :drill:\n[France||country] has [Paris]. [[no][link]] [fn:1] [1/2] [2026-01-01]\n"
        "** Each :drill:\n:PROPERTIES:\n:DRILL_CARD_TYPE: hide1cloze\n:END:\n[a] and [b]\n"
        "** Two :drill:\n:PROPERTIES:\n:DRILL_CARD_TYPE: twosided\n:END:\nword\n*** Spanish\ngato\n"
        "*** English\ncat\n** Title only :drill:\nits text\n#+begin_src py\nx = [1]\n#+end_src\n"
    )
    found, past = read(path)
    texts = asked(found)
    assert texts[0] == (
        "Capital\n\nWhat is **it** in _France_?",
        "Paris `x*y*z` [link](https://e.org)",
    )
    assert texts[1] == (
        "Hidden\n\n[country] has […]. link [fn:1] [1/2] [2026-01-01]",
        "France; Paris",
    )
    assert texts[2:4] == [("Each\n\n[…] and b", "a"), ("Each\n\na and […]", "b")]
    assert [answer for _, answer in texts[4:6]] == ["**English**\n\ncat", "**Spanish**\n\ngato"]
    assert drafts(found)[0].external_id == "org-abc"
    assert [(str(p.at), p.outcome) for p in past] == [
        ("2026-11-17 20:10:00+00:00", {"interval_days": 10, "ease": 236})
    ]
