"""The couriers of a service: one per neighbour county, and what operators see of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from shared.contracts.cloudevents import Contract, Event
from shared.contracts.receipts import Receipt
from shared.kernel import Command
from shared.messaging.courier import Courier
from shared.neighbours import FILE, Door, Neighbour, department_of, kid_of, load
from shared.observability import Watchdog
from shared.reacting import Returned
from shared.signing import sign

if TYPE_CHECKING:
    import httpx

    from shared.journal import Journal
    from shared.messaging.parking import Retry
    from shared.service import Service

CHANNEL = "courier"
SIGNATURE_LASTS = timedelta(hours=1)
"""Of a signature, which is made anew each time a message is brought."""


class Couriers:
    """Brings what the journal says on `courier.<county>`; nothing of it goes to the broker.

    A neighbour that is away is no reason to send us no work: it shows in `status` and in the metrics, not in readiness.
    """

    def __init__(self, service: Service, journal: Journal, client: httpx.AsyncClient) -> None:
        """Raises what `load` raises for a file that is not what it should be."""
        definition, settings = service.definition, service.settings
        self._service, self._couriers = service, dict[str, Courier]()
        self._watchdogs: dict[str, Watchdog] = {}
        self._kinds = {kind.type: kind for kind in definition.brings}
        found = load(settings.neighbours or settings.reference / FILE) if self._kinds else ()
        self.neighbours: Mapping[str, Neighbour] = {
            each.code: each for each in found if definition.name in each.services and each.code != settings.county
        }
        for code in self.neighbours:
            courier = self._couriers[code] = self._courier(code, journal, client)
            journal.listen(courier.hint)
            self._watchdogs[code] = _watchdog_of(courier)

    def door(self, county: str) -> Door:
        """Our own service over there. Raises KeyError for a county that is no neighbour."""
        return self.neighbours[county].services[self._service.definition.name]

    def signers(self) -> dict[str, tuple[str, Any]]:
        """Key ids of neighbours, with the name each is received under and its key."""
        keys = {code: self.door(code).signing_keys for code in self.neighbours}
        return {kid: (department_of(code), key) for code, known in keys.items() for kid, key in known.items()}

    def sources(self) -> dict[str, str]:
        """The source each neighbour signs for."""
        return {department_of(code): f"/{code}/{self._service.definition.name}" for code in self.neighbours}

    def only(self) -> dict[str, Collection[str]]:
        """The types each neighbour may send, and no department of our own."""
        return {department_of(code): frozenset(self._kinds) for code in self.neighbours}

    def runs(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        return [courier.run for courier in self._couriers.values()]

    def retries(self) -> dict[str, Retry]:
        """Who brings a held message again, by the channel it is from."""
        return {courier.channel: courier.retry for courier in self._couriers.values()}

    def status(self) -> dict[str, Any]:
        """How far each neighbour is behind, for how long, and why."""
        return {code: self._status(code, courier) for code, courier in self._couriers.items()}

    def measure(self) -> None:
        """Bring the metrics up to what is so now."""
        metrics = self._service.metrics
        for code, courier in self._couriers.items():
            metrics.channel_position.labels(courier.channel).set(courier.position)
            metrics.channel_lag.labels(courier.channel).set(courier.lag())
            metrics.channel_stalled.labels(courier.channel).set(self._watchdogs[code].stalled())

    def _status(self, code: str, courier: Courier) -> dict[str, Any]:
        seconds = round(self._watchdogs[code].stalled(), 1)
        return {"position": courier.position, "lag": courier.lag(), "seconds": seconds, "why": courier.trouble}

    def _courier(self, code: str, journal: Journal, client: httpx.AsyncClient) -> Courier:
        service, name = self._service, self._service.definition.name
        key, kid = service.secrets.signing_key, kid_of(service.settings.county, name)
        return Courier(
            channel_to(code),
            str(self.door(code).address),
            client=client,
            sign=lambda raw: sign(raw, key, kid, service.clock.now(), SIGNATURE_LASTS),
            journal=journal,
            writer=service.writer,
            log=service.log,
            clock=service.clock,
            returned=lambda event, receipt: self._returned(code, event, receipt),
        )

    def _returned(self, county: str, event: Event, receipt: Receipt) -> Sequence[Command]:
        """What is to be done about a message's final receipt: only one that was rejected asks for something."""
        if receipt.status != "rejected":
            return ()
        contract = self._kinds[event.type].model_validate_json(to_json(event.data))
        rule = receipt.reason.name if receipt.reason else ""
        returned = Returned(event=event, county=county, rule=rule, now=self._service.clock.now())
        return self._service.definition.returns(contract, returned)


def channel_to(county: str) -> str:
    """The journal channel a county's courier brings from."""
    return f"{CHANNEL}.{county}"


def carried(channel: str) -> bool:
    """Whether a channel of the journal goes to the broker: what neighbours are told and answered goes over HTTP."""
    return not channel.startswith((f"{CHANNEL}.", f"receipts.{department_of('')}"))


def _watchdog_of(courier: Courier) -> Watchdog:
    return Watchdog(lambda: courier.position, courier.lag)


def returns_nothing(_contract: Contract, _returned: Returned) -> Sequence[Command]:
    """For services that bring nothing to other counties."""
    return ()
