"""The line-by-line session: for scripts, screen readers, and terminals that can't do more.

One line answers (an option's shown letter, several letters, or a text; an empty one reveals), the
next rates (1-4, or empty for the proposed rating); where `ask_confidence` is on, one between them
says how sure the person is (1-5, or empty). `u` undoes, `s` skips, `h` hints, `q` quits. A line
that doesn't fit is asked again; the end of input quits.
"""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from drillr.domain.paths import pretty
from drillr.domain.phrases import duration, interval
from drillr.domain.question import QuestionType
from drillr.domain.rating import Rating
from drillr.domain.session import Plan, Summary
from drillr.domain.text import visible
from drillr.errors import NothingToDo, StaleState
from drillr.services.reviewing import Given, ReviewSession, Showing, start

if TYPE_CHECKING:
    from drillr.services.context import Context

_HELP = "a letter or text answers, an empty line reveals; h hint, u undo, s skip, q quit"


class _Quit(Exception):
    """The person, or the input, is at its end."""


class _Again(Exception):
    """The current question changed: show what is current now."""


def run_plain(context: "Context", plan: Plan) -> int:
    """Run a session over stdin and stdout; 0 also when the input ends early."""
    session = start(context, plan)
    if session.resumed:
        _say(f"Going on with the session you left: {session.answered} answered so far.")
    lines = _lines()
    try:
        while session.current is not None:
            try:
                _ask(session, session.current, lines)
            except _Again:
                continue
            except StaleState as error:
                _say(str(error))
                session.refresh()
    except _Quit:
        _summary(session, session.leave(), left=True)
        return 0
    if session.waits_until is not None:
        _summary(session, session.leave(), left=True)
        minutes = -(-(session.waits_until - context.clock()).total_seconds() // 60)
        _say(f"What you missed comes again in {max(1, int(minutes))} min.")
        return 0
    _summary(session, session.finish(), left=False)
    return 0


def _ask(session: ReviewSession, showing: Showing, lines: Iterator[str]) -> None:
    question = showing.question
    _say("")
    _say(
        f"[{showing.position}/{showing.total}] {pretty(question.path)}  ({showing.stage},"
        f" {question.type}, difficulty {question.difficulty})"
    )
    if question.context:
        _say(question.context + "\n")
    _say(question.text)
    for letter, option in zip(showing.letters, showing.options, strict=True):
        _say(f"  {letter}) {option.text}")
    if len(question.correct_keys) > 1:
        _say(f"  ({len(question.correct_keys)} options are right)")
    began, hints = time.monotonic(), 0
    while True:
        line = _prompt("answer> ", lines)
        if _commanded(session, line):
            raise _Again
        if line == "h":
            hints = _hint(question.hints, hints)
            continue
        given = _given(showing, line)
        if given is not None:
            break
        _say(f"There is no such option. {_HELP}")
    elapsed = round((time.monotonic() - began) * 1000)
    sure = _sure(session, lines) if showing.asks_confidence else None
    given = Given(given.chosen, given.text, elapsed, hints, confidence=sure)
    _reveal(session, showing, given)
    rating = _rate(session, showing, given, lines)
    session.answer(given, rating)
    if not session.plan.cram:
        days = showing.waits[rating]
        _say(f"{rating.label}: again {'in ' if days else ''}{interval(days)}")


def _sure(session: ReviewSession, lines: Iterator[str]) -> int | None:
    """How sure the person is, 1 to 5; None where they don't say."""
    while True:
        line = _prompt("sure, 1-5> ", lines)
        if not line:
            return None
        if line in ("1", "2", "3", "4", "5"):
            return int(line)
        if _commanded(session, line):
            raise _Again
        _say("1 is a guess, 5 is certain, an empty line doesn't say; u undo, s skip, q quit")


def _given(showing: Showing, line: str) -> Given | None:
    """What the line answers; None when it fits none of the options."""
    if showing.question.type is not QuestionType.MCQ:
        return Given(text=line or None)
    letters = [mark for mark in line if mark not in " ,;"]
    try:
        return Given(chosen=showing.keys_for(letters))
    except KeyError:
        return None


def _reveal(session: ReviewSession, showing: Showing, given: Given) -> None:
    question = showing.question
    verdict = session.judge(given)
    if verdict is not None:
        right = [showing.letter_of(key) for key in sorted(question.correct_keys)]
        word = "Right" if verdict else "Wrong" if given.chosen else "Revealed"
        _say(f"{word}: the answer is {', '.join(sorted(right))}.")
        for option in showing.options:
            if option.explanation and (option.is_correct or option.key in given.chosen):
                _say(f"  {showing.letter_of(option.key)}) {option.explanation}")
    if question.answer:
        _say("Answer: " + question.answer)
    for point in question.key_points:
        _say(f"  - {point}")
    if question.explanation:
        _say("Why: " + question.explanation)
    for reference in question.references:
        _say(f"  see {reference}")


def _rate(session: ReviewSession, showing: Showing, given: Given, lines: Iterator[str]) -> Rating:
    proposed = session.proposal(given)
    choices = []
    for rating in Rating:
        when = f" {interval(showing.waits[rating])}" if showing.waits else ""
        mark = "*" if rating is proposed else ""
        choices.append(f"{int(rating)}{mark} {rating.label}{when}")
    _say("   ".join(choices))
    while True:
        line = _prompt("rate> ", lines)
        if not line:
            return proposed
        if line in ("1", "2", "3", "4"):
            return Rating(int(line))
        if _commanded(session, line):
            raise _Again
        _say("1, 2, 3 or 4 rates, an empty line takes the proposed *; u undo, s skip, q quit")


def _commanded(session: ReviewSession, line: str) -> bool:
    """Carry out u, s, q, ? - True when the question on the screen is another one now."""
    if line == "q":
        raise _Quit
    if line == "u":
        try:
            question = session.undo()
        except NothingToDo as error:
            _say(str(error))
            return False
        _say(f"Taken back: {question.external_id}")
        return True
    if line == "s":
        session.skip()
        return True
    return False


def _hint(hints: tuple[str, ...], used: int) -> int:
    if used >= len(hints):
        _say("There is no further hint." if used else "There is no hint.")
        return used
    _say("Hint: " + hints[used])
    return used + 1


def _summary(session: ReviewSession, summary: Summary, *, left: bool) -> None:
    _say("")
    if not summary.answered:
        _say("Nothing answered.")
        return
    _say(
        f"{summary.answered} answered, {summary.correct} right"
        f" ({100 * summary.correct // summary.answered} %), {duration(summary.elapsed_ms)}."
    )
    names = session.names(summary.hardest)
    if names:
        _say("Hardest: " + ", ".join(names[key] for key in summary.hardest if key in names))
    if left and session.remaining:
        _say(f"{session.remaining} still to come: the same command goes on here.")


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\n").rstrip("\r")


def _prompt(text: str, lines: Iterator[str]) -> str:
    sys.stdout.write(text)
    sys.stdout.flush()
    try:
        line = next(lines)
    except StopIteration:
        sys.stdout.write("\n")
        raise _Quit from None
    except UnicodeDecodeError:
        return "\ufffd"
    if not sys.stdin.isatty():
        sys.stdout.write(visible(line) + "\n")
    return line.strip()


def _say(text: str) -> None:
    print(visible(text))
