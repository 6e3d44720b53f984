"""Keys from presets and the configuration: what they become, and which mistakes are named."""

from itertools import combinations

import pytest

from drillr.tui.actions import ACTIONS, EVERYWHERE, actions_of, areas
from drillr.tui.keymap import PRESETS, resolve


def keys_of(name: str, configured: object) -> tuple[str, ...]:
    """The keys of the action with this id."""
    return resolve(configured).keys[name]


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_hold_no_conflict(preset: str) -> None:
    """No two actions that can be used at the same moment share a key, whatever the preset."""
    keymap = resolve({"preset": preset})
    assert keymap.problems == ()
    for area in areas():
        for one, other in combinations(actions_of(area), 2):
            if area not in EVERYWHERE and one.phase.overlaps(other.phase):
                assert not set(keymap.of(one)) & set(keymap.of(other)), (one, other)


def test_presets_change_only_actions_that_exist() -> None:
    """A preset that names no action would change nothing, silently."""
    known = {action.id for action in ACTIONS}
    assert all(set(changed) <= known for changed in PRESETS.values())


def test_ids_are_unique() -> None:
    """The configuration can name each action."""
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_a_table_or_a_dotted_name_gives_other_keys() -> None:
    """Signs are taken as people write them; a list gives several keys."""
    configured = {"review": {"undo": "ctrl+z", "flag": ["!", "x"]}, "home.quit": "?"}
    assert keys_of("review.undo", configured) == ("ctrl+z",)
    assert keys_of("review.flag", configured) == ("exclamation_mark", "x")
    assert keys_of("home.quit", configured) == ("question_mark",)
    assert keys_of("review.skip", {"review": {"skip": ","}}) == ("comma",)


def test_a_preset_can_be_named_alone_or_changed_further() -> None:
    """The configuration goes over the preset."""
    assert keys_of("move.down", "vim") == ("j", "down")
    assert keys_of("move.down", {"preset": "vim", "move": {"down": "n"}}) == ("n",)


def test_a_conflict_names_both_actions_and_the_key() -> None:
    """The one that stands first in the list has the key."""
    (problem,) = resolve({"review": {"skip": "u"}}).problems
    assert "review.undo" in problem
    assert "review.skip" in problem
    assert "key u" in problem


def test_one_key_may_serve_before_and_after_the_reveal() -> None:
    """Two actions that are never usable at the same moment don't conflict."""
    assert resolve({"review": {"rate_easy": "h"}}).problems == ()
    assert len(resolve({"review": {"rate_easy": "u"}}).problems) == 1


@pytest.mark.parametrize(
    ("configured", "word"),
    [
        ({"preset": "emacs"}, "emacs"),
        ({"review": {"undoo": "x"}}, "review.undo?"),
        ({"nonsense": "x"}, "nonsense"),
        ({"review": {"undo": 5}}, "review.undo"),
        ({"review": {"undo": ["x", 5]}}, "review.undo"),
        (5, "[keys]"),
    ],
)
def test_mistakes_are_named_and_the_rest_holds(configured: object, word: str) -> None:
    """A mistake in the configuration never keeps drillr from starting."""
    keymap = resolve(configured)
    assert len(keymap.problems) == 1
    assert word in keymap.problems[0]
    assert keymap.keys["review.undo"] == ("u",)
