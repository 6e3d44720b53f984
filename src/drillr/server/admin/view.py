"""What all views of the admin page share: rows of text, and nothing that deletes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.status import HTTP_403_FORBIDDEN
from starlette_admin import BaseModelView
from starlette_admin.exceptions import FormValidationError

from drillr.errors import DrillrError
from drillr.server.owned import unowned
from drillr.server.resources import Resources
from drillr.services.context import Context

Result = TypeVar("Result")
MOST = 500


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
        raise HTTPException(HTTP_403_FORBIDDEN)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Never, unless a view says how."""
        raise HTTPException(HTTP_403_FORBIDDEN)

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
        return unowned(resources.context(account), resources.database)
