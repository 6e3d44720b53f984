"""The admin page's views of people, of jobs, and of what learners reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette_admin import BooleanField, EnumField, JSONField, StringField
from starlette_admin.actions import row_action
from starlette_admin.exceptions import FormValidationError

from drillr.domain.ids import UserId, id_text, parse_id
from drillr.server.admin.view import MOST, Row, View
from drillr.server.records import accounts, jobs, listing, reports
from drillr.server.records.accounts import Account, Role


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
                return accounts.page(db, str(q or ""), skip + (limit if limit > 0 else MOST))

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
                found = accounts.by_id(db, UserId(key))
                if found is not None:
                    accounts.set_role(db, found.id, role)
                    accounts.set_active(db, found.id, active, self.resources().clock())

        await self.ask(change)
        return await self.find_by_pk(request, pk)

    def _account(self, pk: str) -> Account | None:
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
                return jobs.page(db, None, None, skip + (limit if limit > 0 else MOST))

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
        return (await self._rows())[skip : skip + (limit if limit > 0 else MOST)]

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
                return reports.page(db, None, MOST)

        return [
            Row(id_text(one.id), one.username, one.external_id, note=one.note,
                at=_when(one.created_at))
            for one in await self.ask(find)
        ]  # fmt: skip


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
