"""Pages of content as messages, and back."""

from drillr.domain.ids import QuestionId
from drillr.formats import wire
from drillr.services.library import Cursor, Page, Shared


def page_message(page: Page) -> wire.ContentPage:
    """The message that carries a page."""
    return wire.ContentPage(
        revision=page.next.revision,
        id=page.next.id.hex() if any(page.next.id) else None,
        more=page.more,
        questions=[
            wire.Question(
                path=one.path, revision=one.revision, position=max(0, one.position),
                active=one.active, item=dict(one.item),
            )
            for one in page.questions
        ],
    )  # fmt: skip


def page_of(message: wire.ContentPage) -> Page:
    """The page that a message carries."""
    questions = [
        Shared(one.path, one.item, one.revision, one.position, one.active)
        for one in message.questions
    ]
    after = QuestionId(bytes(16) if message.id is None else bytes.fromhex(message.id))
    return Page(questions, Cursor(message.revision, after), message.more)
