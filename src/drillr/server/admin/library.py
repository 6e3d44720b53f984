"""The admin page's views of content: the hierarchy, and questions with their options."""

import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette_admin import BooleanField, JSONField, StringField
from starlette_admin.actions import row_action

from drillr.domain.ids import QuestionId, id_text, parse_id
from drillr.domain.question import Question
from drillr.formats.question_item import item_text
from drillr.server.admin.view import MOST, Row, View
from drillr.server.records import listing
from drillr.services import browsing, curating


class Places(View):
    """The hierarchy, with counts of questions."""

    key, label, name, icon = "places", "Hierarchy", "Place", "fa fa-sitemap"
    fields = [
        StringField("id"), StringField("path"), StringField("name"), StringField("note"),
    ]  # fmt: skip

    async def find_all(
        self, request: Request, skip: int = 0, limit: int = 100, q: Any = None, sorts: Any = None,
        filters: Any = None,
    ) -> Sequence[Any]:  # fmt: skip
        """A page of it."""
        return (await self._rows(q))[skip : skip + (limit if limit > 0 else MOST)]

    async def count(self, request: Request, q: Any = None, filters: Any = None) -> int:
        """How many."""
        return len(await self._rows(q))

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One."""
        return next((row for row in await self._rows(None) if row.id == pk), None)

    async def _rows(self, q: Any) -> list[Row]:
        places = await self.ask(lambda: browsing.tree(self.resources().database))
        return [
            Row(
                id_text(one.id), one.name, one.path,
                note=f"{one.questions} questions" if one.depth == 3 else "",
            )
            for one in sorted(places, key=lambda place: place.path)
            if not q or str(q) in one.path
        ]  # fmt: skip


class Questions(View):
    """Questions with their options, as the item of a question file; edits pass its checks."""

    key, label, name, icon = "questions", "Questions", "Question", "fa fa-circle-question"
    row_actions = ["view", "edit", "withdraw", "restore"]
    fields = [
        StringField("id", exclude_from_create=True, exclude_from_edit=True),
        StringField("path", required=True, exclude_from_edit=True),
        StringField("name", label="External id", exclude_from_create=True, exclude_from_edit=True),
        StringField("kind", label="Type", exclude_from_create=True, exclude_from_edit=True),
        StringField("note", label="Question", exclude_from_create=True, exclude_from_edit=True),
        BooleanField("is_active", exclude_from_create=True, exclude_from_edit=True),
        JSONField("data", label="Item", required=True, exclude_from_list=True),
    ]

    def can_create(self, request: Request) -> bool:
        """Yes."""
        return True

    def can_edit(self, request: Request) -> bool:
        """Yes."""
        return True

    async def find_all(
        self, request: Request, skip: int = 0, limit: int = 100, q: Any = None, sorts: Any = None,
        filters: Any = None,
    ) -> Sequence[Any]:  # fmt: skip
        """A page of them."""

        def find() -> list[listing.Listed]:
            with self.resources().database.transaction(write=False) as db:
                most = limit if 0 < limit <= MOST else MOST
                return listing.questions(db, str(q or ""), skip, most)

        return [
            Row(
                id_text(one.id), one.external_id, one.path, one.type, note=one.question[:200],
                is_active=one.is_active,
            )
            for one in await self.ask(find)
        ]  # fmt: skip

    async def count(self, request: Request, q: Any = None, filters: Any = None) -> int:
        """How many."""

        def find() -> int:
            with self.resources().database.transaction(write=False) as db:
                return listing.count_questions(db, str(q or ""))

        return await self.ask(find)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One, with its item."""
        key = QuestionId(parse_id(str(pk)))
        found = await self.ask(lambda: browsing.question(self.resources().database, key))
        return None if found is None else _shown(found)

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """A new question."""
        context, path = self.context(request), str(data.get("path") or "")
        return _shown(await self.ask(lambda: curating.create(context, path, _item(data))))

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Overwrite a question."""
        context, key = self.context(request), QuestionId(parse_id(str(pk)))
        return _shown(await self.ask(lambda: curating.edit(context, key, _item(data))))

    @row_action(name="withdraw", text="Ask no more", confirmation="Ask this question no more?")
    async def withdraw(self, request: Request, pk: Any) -> str:
        """Withdraw a question."""
        context, key = self.context(request), QuestionId(parse_id(str(pk)))
        await self.ask(lambda: curating.set_active(context, key, False))
        return "It is asked no more."

    @row_action(name="restore", text="Ask again")
    async def restore(self, request: Request, pk: Any) -> str:
        """Bring a question back."""
        context, key = self.context(request), QuestionId(parse_id(str(pk)))
        await self.ask(lambda: curating.set_active(context, key, True))
        return "It is asked again."


def _shown(question: Question) -> Row:
    return Row(
        id_text(question.id), question.external_id, question.path, str(question.type),
        note=question.text[:200], is_active=question.is_active,
        data=json.loads(item_text(question, None)),
    )  # fmt: skip


def _item(data: dict[str, Any]) -> dict[str, Any]:
    found = data.get("data")
    return found if isinstance(found, dict) else {}
