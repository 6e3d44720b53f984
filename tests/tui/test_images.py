"""Pictures in a review: drawn where the terminal can, named elsewhere, harmless in any case."""

import random
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from textual.pilot import Pilot

from drillr.domain.session import Plan
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import start
from drillr.tui.app import DrillrApp, Interface
from drillr.tui.bridge import Bridge
from drillr.tui.picture import Picture
from drillr.tui.pixels import MOST_BYTES, Pixels, pixels, possible
from tests.conftest import Bank, mcq, theory
from tests.tui.conftest import Driven, press, screen_text, settled, until

Image = pytest.importorskip("PIL.Image", reason="pictures need the extra `images`")
Opened = Callable[..., Driven]
RED, BLUE = (200, 30, 30), (20, 40, 220)


def picture(path: Path, width: int = 40, height: int = 20, **more: object) -> Path:
    """A picture, red above and blue below."""
    made = Image.new("RGB", (width, height), RED)
    made.paste(BLUE, (0, height // 2, width, height))
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path, **more)
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claimed(path: Path, width: int, height: int) -> Path:
    """A PNG that says it is this large, and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(100))), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def test_two_pixels_are_a_cell(tmp_path: Path) -> None:
    """Each line is as many half blocks as the picture is wide, above and below in their colours."""
    found = pixels(str(picture(tmp_path / "a.png", 6, 4)), 80, 24)
    assert found is not None
    assert (found.width, found.height) == (6, 2)
    assert found.rows == ((RED,) * 6,) * 2 + ((BLUE,) * 6,) * 2
    out = StringIO()
    Console(file=out, width=80, color_system="truecolor", force_terminal=True).print(found)
    first, second, *_ = out.getvalue().split("\n")
    assert first.count("▀") == second.count("▀") == 6
    assert "38;2;200;30;30" in first
    assert "48;2;20;40;220" in second


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_every_usual_kind_is_read(kind: str, tmp_path: Path) -> None:
    """What a deck of cards brings along."""
    found = pixels(str(picture(tmp_path / "a.bin", 40, 20, format=kind)), 80, 24)
    assert found is not None
    assert (found.width, found.height) == (40, 10)


def test_what_is_transparent_shows_the_ground(tmp_path: Path) -> None:
    """No black holes on a light theme."""
    Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(tmp_path / "a.png")
    found = pixels(str(tmp_path / "a.png"), 9, 9, "#FAF9F5")
    assert found is not None
    assert found.rows[0][0] == (0xFA, 0xF9, 0xF5)


@given(
    width=st.integers(1, 200), height=st.integers(1, 200), columns=st.integers(1, 60),
    lines=st.integers(1, 30),
)  # fmt: skip
def test_a_picture_fits_its_room(
    width: int, height: int, columns: int, lines: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Never wider or higher than the room, never larger than it is."""
    path = picture(tmp_path_factory.mktemp("p") / "a.bmp", width, height)
    found = pixels(str(path), columns, lines)
    assert found is not None
    assert 1 <= found.width <= min(columns, width)
    assert 1 <= len(found.rows) <= min(2 * lines, height)


def test_hostile_files_are_no_pictures(tmp_path: Path) -> None:
    """Too many pixels or bytes, another thing under a picture's name, nothing at all."""
    assert pixels(str(claimed(tmp_path / "huge.png", 60_000, 60_000)), 80, 24) is None
    assert pixels(str(claimed(tmp_path / "long.png", 2**31 - 1, 1)), 80, 24) is None
    (tmp_path / "text.png").write_text("no picture\x1b[2J")
    assert pixels(str(tmp_path / "text.png"), 80, 24) is None
    with (tmp_path / "heavy.bmp").open("wb") as heavy:
        heavy.write(picture(tmp_path / "a.bmp").read_bytes())
        heavy.truncate(MOST_BYTES + 1)
    assert pixels(str(tmp_path / "heavy.bmp"), 80, 24) is None
    assert pixels(str(tmp_path), 80, 24) is None
    assert pixels(str(tmp_path / "nowhere.png"), 80, 24) is None
    assert pixels(str(tmp_path / "a.bmp"), 0, 24) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_damaged_files_never_raise(kind: str, tmp_path: Path) -> None:
    """Cut anywhere, or with bytes of their own: a picture or none, and no error."""
    whole = picture(tmp_path / "a", 30, 30, format=kind).read_bytes()
    dice, path = random.Random(kind), tmp_path / "damaged"
    for _ in range(150):
        data = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.4 else whole)
        for _ in range(dice.randrange(6) if data else 0):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        found = pixels(str(path), 20, 10)
        assert found is None or isinstance(found, Pixels)


@pytest.mark.parametrize(
    ("environment", "colors", "drawn"),
    [
        ({}, "truecolor", True),
        ({}, "256", True),
        ({"TMUX": "/tmp/tmux,1,0"}, "256", True),
        ({"NO_COLOR": "1"}, "truecolor", False),
        ({}, "standard", False),
        ({}, None, False),
    ],
)
def test_colours_decide_and_the_terminal_is_not_asked(
    environment: dict[str, str], colors: str | None, drawn: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    """The environment says enough; nothing is written anywhere."""
    assert possible(environment, colors) is drawn
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def opened(
    context: Context, bank: Bank, bridge: Bridge, interface: Interface
) -> Callable[..., Driven]:
    """Opens a review of questions on a terminal that draws pictures, or not."""

    @asynccontextmanager
    async def opening(*items: object, pictures: bool = True) -> AsyncIterator[Pilot[int]]:
        assert not import_paths(context, [str(bank("a__b__c__seen", list(items)))]).errors
        session = bridge.do(lambda: start(context, Plan()))
        app = DrillrApp(context, bridge, session, replace(interface, pictures=pictures))
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await settled(pilot)
            yield pilot

    return opening


def drawn(pilot: Pilot[int]) -> list[bool]:
    """Whether a picture stands with the question, and with the answer."""
    return [one.display for one in pilot.app.screen.query(Picture)]


async def test_a_question_shows_its_picture_and_the_answer_its_own(
    opened: Opened, context: Context
) -> None:
    """The answer's picture comes with the reveal alone, drawn or opened; both are named as text."""
    media = Path(context.media)
    picture(media / "asked.png")
    picture(media / "sub" / "told.png")
    first = mcq(1, question="See ![a map](media/asked.png)", explanation="![it](sub/told.png)")
    async with opened(first, theory(2, explanation="![it](media/asked.png)")) as pilot:
        await until(pilot, lambda: drawn(pilot) == [True, False])
        text = screen_text(pilot)
        assert text.count("▀" * 36) == 9
        assert "▣ a map (media/asked.png)" in text
        await press(pilot, "a")
        await until(pilot, lambda: drawn(pilot) == [True, True])
        await press(pilot, "1")
        await until(pilot, lambda: drawn(pilot) == [False, False])
        await press(pilot, "o")
        await until(pilot, lambda: "there is no picture here" in screen_text(pilot))
        await press(pilot, "space")
        await until(pilot, lambda: drawn(pilot) == [False, True])


async def test_what_cannot_be_drawn_is_named(
    opened: Opened, context: Context, tmp_path: Path
) -> None:
    """A damaged file, one that leads out of the folder, one that is not there."""
    Path(context.media).mkdir()
    claimed(Path(context.media) / "huge.png", 60_000, 60_000)
    picture(tmp_path / "outside.png")
    (Path(context.media) / "link.png").symlink_to(tmp_path / "outside.png")
    names = ("media/huge.png", "../outside.png", "link.png", "/etc/x.png", "gone.png")
    async with opened(*[mcq(n, question=f"![p]({name})") for n, name in enumerate(names)]) as pilot:
        for name in names:
            await settled(pilot)
            assert f"▣ p ({name})" in screen_text(pilot)
            assert drawn(pilot) == [False, False]
            await press(pilot, "a", "1")


async def test_without_colours_a_picture_is_named(opened: Opened, context: Context) -> None:
    """The key that opens it is in the footer all the same."""
    picture(Path(context.media) / "asked.png")
    async with opened(mcq(1, question="![p](media/asked.png)"), pictures=False) as pilot:
        assert drawn(pilot) == [False, False]
        assert "▣ p" in screen_text(pilot)
