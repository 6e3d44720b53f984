"""The admin page's views: each asks the use cases and repositories that the API asks."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette_admin import BaseModelView, BooleanField, EnumField, JSONField, StringField
from starlette_admin.actions import row_action
from starlette_admin.exceptions import FormValidationError

from drillr.domain.ids import QuestionId, id_text, parse_id
from drillr.domain.question import Question
from drillr.errors import DrillrError
from drillr.formats.question_item import item_text
from drillr.server.records import accounts, jobs, listing, reports
from drillr.server.records.accounts import Account, Role
from drillr.server.resources import Resources
from drillr.services import browsing, curating
from drillr.services.context import Context

Result = TypeVar("Result")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What the page shows of a thing, as text."""

    id: str
    name: str = ""
    path: str = ""
    kind: str = ""
    state: str = ""
    note: str = ""
    role: str = ""
    at: str = ""
    is_active: bool = True
    data: Any = None


class View(BaseModelView):
    """What all views share: rows with an id, and nothing that deletes, imports or exports."""

    pk_attr = "id"
    row_actions = ["view"]
    actions = []

    def __init__(self, resources: Callable[[], Resources]) -> None:
        self.resources = resources
        super().__init__()

    def can_create(self, request: Request) -> bool:
        """Only where a view says so."""
        return False

    def can_edit(self, request: Request) -> bool:
        """Only where a view says so."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Nothing is ever deleted: histories refer to it."""
        return False

    def can_import(self, request: Request) -> bool:
        """Imports go through the API, as jobs."""
        return False

    def can_export(self, request: Request) -> bool:
        """Exports go through the API, as question files."""
        return False

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Never."""
        return 0

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Never, unless a view says how."""
        raise NotImplementedError

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Never, unless a view says how."""
        raise NotImplementedError

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        """Several rows."""
        return [one for one in [await self.find_by_pk(request, pk) for pk in pks] if one]

    async def ask(self, work: Callable[[], Result]) -> Result:
        """Run a use case; what it refuses becomes the form's error."""
        try:
            return await self.resources().work(work)
        except DrillrError as error:
            raise FormValidationError({"data": str(error)}) from error

    def context(self, request: Request) -> Context:
        """The context of the admin who asks, over the whole database."""
        resources, account = self.resources(), request.state.account
        theirs: Context = resources.context(account)
        return Context(
            resources.database, theirs.user, theirs.device, theirs.clock, theirs.new_id,
            theirs.system_zone,
        )  # fmt: skip


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
        return (await self._rows(q))[skip : skip + (limit if limit > 0 else _MOST)]

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
                most = limit if 0 < limit <= _MOST else _MOST
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


class People(View):
    """Accounts: who may change content, and who is kept out."""

    key, label, name, icon = "people", "People", "Account", "fa fa-users"
    row_actions = ["view", "edit"]
    fields = [
        StringField("id", exclude_from_edit=True),
        StringField("name", label="Username", exclude_from_edit=True),
        EnumField("role", choices=[("user", "user"), ("admin", "admin")], required=True),
        BooleanField("is_active", label="May sign in"),
        StringField("at", label="Last login", exclude_from_edit=True),
    ]

    def can_edit(self, request: Request) -> bool:
        """Yes."""
        return True

    async def find_all(
        self, request: Request, skip: int = 0, limit: int = 100, q: Any = None, sorts: Any = None,
        filters: Any = None,
    ) -> Sequence[Any]:  # fmt: skip
        """A page of them; a search finds those whose name begins so, or later ones."""

        def find() -> list[Account]:
            with self.resources().database.transaction(write=False) as db:
                return accounts.page(db, str(q or ""), skip + (limit if limit > 0 else _MOST))

        return [_person(one) for one in (await self.ask(find))[skip:]]

    async def count(self, request: Request, q: Any = None, filters: Any = None) -> int:
        """How many."""

        def find() -> int:
            with self.resources().database.transaction(write=False) as db:
                return listing.count(db, "accounts")

        return await self.ask(find)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One."""
        found = await self.ask(lambda: self._account(str(pk)))
        return None if found is None else _person(found)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Change role and whether they may sign in; nobody shuts themselves out."""
        key, mine = parse_id(str(pk)), request.state.account.id
        role, active = Role(str(data.get("role"))), bool(data.get("is_active"))
        if key == mine and (role is not Role.ADMIN or not active):
            raise FormValidationError({"role": "Another admin must do that for you"})

        def change() -> None:
            with self.resources().database.transaction() as db:
                found = accounts.by_id(db, mine.__class__(key))
                if found is not None:
                    accounts.set_role(db, found.id, role)
                    accounts.set_active(db, found.id, active, self.resources().clock())

        await self.ask(change)
        return await self.find_by_pk(request, pk)

    def _account(self, pk: str) -> Account | None:
        from drillr.domain.ids import UserId

        with self.resources().database.transaction(write=False) as db:
            return accounts.by_id(db, UserId(parse_id(pk)))


class Jobs(View):
    """What tasks did and do."""

    key, label, name, icon = "jobs", "Jobs", "Job", "fa fa-list-check"
    fields = [
        StringField("id"), StringField("kind"), StringField("state"), StringField("note"),
        StringField("at"), JSONField("data", label="Report", exclude_from_list=True),
    ]  # fmt: skip

    async def find_all(
        self, request: Request, skip: int = 0, limit: int = 100, q: Any = None, sorts: Any = None,
        filters: Any = None,
    ) -> Sequence[Any]:  # fmt: skip
        """The latest first."""

        def find() -> list[jobs.Job]:
            with self.resources().database.transaction(write=False) as db:
                return jobs.page(db, None, None, skip + (limit if limit > 0 else _MOST))

        return [_job(one) for one in (await self.ask(find))[skip:]]

    async def count(self, request: Request, q: Any = None, filters: Any = None) -> int:
        """How many."""

        def find() -> int:
            with self.resources().database.transaction(write=False) as db:
                return listing.count(db, "jobs")

        return await self.ask(find)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One, with its report."""

        def find() -> jobs.Job | None:
            with self.resources().database.transaction(write=False) as db:
                return jobs.load(db, parse_id(str(pk)))

        found = await self.ask(find)
        return None if found is None else _job(found)


class Reports(View):
    """What learners found wrong and nobody has dealt with yet."""

    key, label, name, icon = "reports", "Reports", "Report", "fa fa-flag"
    row_actions = ["view", "resolve"]
    fields = [
        StringField("id"), StringField("path", label="Question"), StringField("name", label="By"),
        StringField("note"), StringField("at"),
    ]  # fmt: skip

    async def find_all(
        self, request: Request, skip: int = 0, limit: int = 100, q: Any = None, sorts: Any = None,
        filters: Any = None,
    ) -> Sequence[Any]:  # fmt: skip
        """The latest first."""
        return (await self._rows())[skip : skip + (limit if limit > 0 else _MOST)]

    async def count(self, request: Request, q: Any = None, filters: Any = None) -> int:
        """How many, as far as the page looks."""
        return len(await self._rows())

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One."""
        return next((row for row in await self._rows() if row.id == pk), None)

    @row_action(name="resolve", text="Done", confirmation="Is this dealt with?")
    async def resolve(self, request: Request, pk: Any) -> str:
        """Mark a report as done."""
        by = request.state.account.id

        def change() -> None:
            with self.resources().database.transaction() as db:
                reports.resolve(db, parse_id(str(pk)), by, self.resources().clock())

        await self.ask(change)
        return "Done."

    async def _rows(self) -> list[Row]:
        def find() -> list[reports.Report]:
            with self.resources().database.transaction(write=False) as db:
                return reports.page(db, None, _MOST)

        return [
            Row(id_text(one.id), one.username, one.external_id, note=one.note,
                at=_when(one.created_at))
            for one in await self.ask(find)
        ]  # fmt: skip


def _shown(question: Question) -> Row:
    return Row(
        id_text(question.id), question.external_id, question.path, str(question.type),
        note=question.text[:200], is_active=question.is_active,
        data=json.loads(item_text(question, None)),
    )  # fmt: skip


def _item(data: dict[str, Any]) -> dict[str, Any]:
    found = data.get("data")
    return found if isinstance(found, dict) else {}


def _person(account: Account) -> Row:
    return Row(
        id_text(account.id), account.username, role=str(account.role),
        is_active=account.is_active, at=_when(account.last_login_at),
    )  # fmt: skip


def _job(job: jobs.Job) -> Row:
    return Row(
        id_text(job.id), kind=job.kind, state=str(job.state),
        note=job.error or f"{job.done} of {job.total}", at=_when(job.created_at),
        data=dict(job.report),
    )  # fmt: skip


def _when(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
