"""The screen of sync: everything that can be done with a server."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.widgets import OptionList

from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.text import visible
from drillr.services import remotes
from drillr.services.remotes import Remote
from drillr.services.rounds import Options
from drillr.tui.actions import Action
from drillr.tui.conflicts import ConflictsScreen
from drillr.tui.note import Confirm, Note
from drillr.tui.servers import Servers
from drillr.tui.shared_cards import SharedCards
from drillr.tui.sign_in import SignIn

if TYPE_CHECKING:
    from drillr.sync.session import Account, Client, Synced

_ALONE = ("sign_in", "register", "cancel", "close")


class SyncScreen(Servers):
    """Servers are spoken to by the application's exchange, so leaving the screen is always free."""

    area = "sync"
    notes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑ ↓", "From server to server"),
        ("a click", "On a server: select it; on the selected one: sync with it"),
    )

    def offered(self, action: Action) -> bool:
        """Without a server, only signing in; what there is none of is not offered."""
        standing = self.standing
        if action.name == "cancel":
            return bool(self.drillr.exchange.what)
        if standing is None or not standing.places:
            return action.name in _ALONE or action.area != self.area
        return action.name != "conflicts" or bool(standing.conflicts)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on the selected server."""
        event.stop()
        self.action_start()

    # Exchanging --------------------------------------------------------------------------------

    def action_start(self) -> None:
        """Exchange everything with the selected server."""
        self._sync(Options())

    def action_send(self) -> None:
        """Send only."""
        self._sync(Options(pull=False))

    def action_receive(self) -> None:
        """Receive only."""
        self._sync(Options(push=False))

    def action_cancel(self) -> None:
        """Stop a sync that runs, else close."""
        exchange = self.drillr.exchange
        if exchange.what and not exchange.stopping:
            exchange.stop()
            self.tick()
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """Back to the home screen; a sync that runs goes on."""
        self.dismiss(None)

    def _sync(self, options: Options) -> None:
        place = self.selected()
        if place is None:
            return
        name, exchange = place.remote.name, self.drillr.exchange

        def call(client: "Client") -> "Synced":
            return client.sync(name, options, exchange.say)

        def told(done: "Synced") -> str:
            sent = counted(done.facts.sent, "fact")
            return f"{name}: {sent} sent, {done.facts.fetched} received"

        self.ask(f"sync with {name}", call, told)

    def action_look(self) -> None:
        """Say what a sync would exchange."""
        place = self.selected()
        if place is None:
            return
        name = place.remote.name

        def told(outgoing: int, incoming: int, forked: int) -> str:
            copied = "; this store was copied or restored" if forked else ""
            sent = counted(outgoing, "fact")
            return f"a sync would send {sent} and receive {incoming}{copied}"

        def call(client: "Client") -> str:
            _, plan = client.foresee(name)
            return told(plan.outgoing, plan.incoming, len(plan.forked))

        self.ask(f"asking {name}", call, lambda text: text)

    # Accounts ----------------------------------------------------------------------------------

    @work
    async def action_sign_in(self) -> None:
        """Sign in: to the selected server again, or to another."""
        place = self.selected()
        await self._enter({} if place is None else _held(place.remote), register=False)

    @work
    async def action_register(self) -> None:
        """Make an account."""
        await self._enter({}, register=True)

    async def _enter(self, held: dict[str, str], *, register: bool) -> None:
        taken = {one.remote.name for one in self.standing.places} if self.standing else set()
        held.setdefault("name", next(
            name for number in range(1, len(taken) + 3)
            if (name := remotes.USUAL if number == 1 else f"{remotes.USUAL}{number}") not in taken
        ))  # fmt: skip
        while True:
            account = await self.app.push_screen_wait(SignIn(held, register=register))
            if account is None:
                return
            entered = await self.drillr.exchange.run(
                self.app, f"signing in to {visible(account.url)}", _entering(account, register)
            )
            if entered is not None:
                self.app.notify(f"signed in as {visible(entered.username)}", timeout=3,
                                markup=False)  # fmt: skip
                self.read()
                return
            # Nothing that was typed is lost but the password.
            held = {
                "url": account.url, "username": account.username, "email": account.email or "",
                "invitation": account.invitation or "", "name": account.name,
            }  # fmt: skip

    def action_sign_out(self) -> None:
        """Sign out of the selected server; what is here stays."""
        place = self.selected()
        if place is not None:
            name = place.remote.name
            self.ask("signing out", lambda client: client.logout(name),
                      lambda remote: f"signed out of {remote.url}")  # fmt: skip

    @work
    async def action_forget(self) -> None:
        """Sign out of the selected server and forget it."""
        place = self.selected()
        if place is None:
            return
        name = place.remote.name
        question = f"Forget the server {visible(name)}?\nQuestions and answers stay here."
        if await self.app.push_screen_wait(Confirm(question, "forget", "keep it")):
            self.ask("signing out", lambda client: client.forget(name),
                      lambda remote: f"{remote.url} is forgotten")  # fmt: skip

    # What is exchanged, and when -----------------------------------------------------------------

    @work
    async def action_subscribe(self) -> None:
        """Limit the selected server's questions to parts of its library."""
        place = self.selected()
        if place is None:
            return
        held = ", ".join(pretty(one) for one in place.remote.scope).replace(" › ", "/")
        text = await self.app.push_screen_wait(
            Note("Which parts of the server's library?", held,
                 "paths such as backend_nodejs/api, databases; none: the whole library")
        )  # fmt: skip
        if text is None:
            return
        wanted = [part for part in (one.strip() for one in text.split(",")) if part]
        call = partial(remotes.limit, self.drillr.drill, place.remote, wanted)
        if await self.drillr.bridge.succeeds(self.app, call):
            self.read()

    @work
    async def action_automatic(self) -> None:
        """Sync with the selected server by itself, or no longer."""
        place = self.selected()
        if place is not None:
            changed = replace(place.remote, automatic=not place.remote.automatic)
            call = partial(remotes.save, self.drillr.drill, changed)
            if await self.drillr.bridge.succeeds(self.app, call):
                self.read()

    # What came of it -----------------------------------------------------------------------------

    @work
    async def action_story(self) -> None:
        """Each card that two devices touched, both histories, and what came of them."""
        from drillr.services.explaining_sync import shared_cards

        place = self.selected()
        if place is not None:
            since = place.remote.last.get("before", {})
            call = partial(shared_cards, self.drillr.drill, since)
            found = await self.drillr.bridge.run(self.app, call)
            if found is not None:
                await self.app.push_screen_wait(SharedCards(*found))

    @work
    async def action_conflicts(self) -> None:
        """Settle edits that both sides made."""
        await self.app.push_screen_wait(ConflictsScreen())
        self.read()


def _entering(account: "Account", register: bool) -> "Callable[[Client], Remote]":
    return lambda client: client.register(account) if register else client.login(account)


def _held(remote: Remote) -> dict[str, str]:
    return {"url": remote.url, "username": remote.username, "name": remote.name,
            "tokens": remote.tokens}  # fmt: skip
