"""Networks that stay: kept by the engine and in the store, forecast anew whenever they change, acted upon."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import re
import sqlite3
import time
from collections.abc import Sequence
from typing import Any, Optional, Union

import aura
import msgspec

from . import audit
from .access import Caller
from .documents import fold
from .engine import Engine, Gone
from .events import Event, Hub
from .problems import Problem, problem_of
from .settings import Settings
from .sinks import Sink
from .store import Store, StoreError
from .traces import Columns

log = logging.getLogger("aura.service")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
FOLD_ABOVE = 2_048
"""Batches after which the older ones are put together with the document."""
FOLD_KEEPS = 512
"""Batches that are not put together, since the engine makes history of their times; as far as KEEPS_BYTES hold them."""
FOLD_BYTES = 32 << 20
"""Bytes of batches that lead to the same."""
KEEPS_BYTES = 8 << 20

PROPOSED, APPROVED, REJECTED, UNDONE = "proposed", "approved", "rejected", "undone"
STEPS = {"approve": (PROPOSED, APPROVED), "reject": (PROPOSED, REJECTED), "undo": (APPROVED, UNDONE)}
"""What a decision makes of which state."""


class Resident:
    """One network, as far as Python knows it."""

    def __init__(self, name: str, revision: int) -> None:
        self.name, self.revision = name, revision
        self.lock = asyncio.Lock()
        self.forecast = b""
        self.forecast_revision = -1
        self.plan: dict[str, Any] = {}
        self.trouble: Optional[str] = None
        self.dirty = asyncio.Event()
        self.task: Optional[asyncio.Task[None]] = None
        self.layout: Optional[dict[str, Any]] = None
        self.agents = self.links = 0
        self.expected = self.large = 0.0
        self.at_risk = 0
        self.batches = self.bytes = 0


class Residents:
    """All of them. Used from the event loop's thread only."""

    def __init__(self, settings: Settings, engine: Engine, store: Store, hub: Hub, sinks: Sequence[Sink]) -> None:
        self._settings, self._engine, self._store, self._hub = settings, engine, store, hub
        self.sinks = sinks
        self.all: dict[str, Resident] = {}
        self.decisions = {"approve": 0, "reject": 0, "undo": 0}

    # ---------------------------------------------------------------------------------------------- life

    def load(self) -> None:
        """Takes what the store holds; a network that the engine does not take is left out, and said so."""

        def rows(db: sqlite3.Connection) -> list[tuple[str, bytes, int, list[bytes]]]:
            found = db.execute("SELECT name, document, revision FROM topologies ORDER BY name").fetchall()
            return [(name, document, revision, _batches(db, name)) for name, document, revision in found]

        for name, document, revision, batches in self._store.run(rows):
            resident = Resident(name, revision)
            try:
                self._replay(resident, document, batches)
            except aura.AuraError as error:
                log.error("network %s of the store is left out: %s", name, error)
                continue
            self.all[name] = resident

    def _replay(self, resident: Resident, document: bytes, batches: Sequence[bytes]) -> None:
        self._take(resident, self._engine.session.observe(topology=resident.name, document=document))
        for batch in batches:
            self._take(resident, self._engine.session.observe(_named(resident.name, batch)))
        resident.batches, resident.bytes = len(batches), sum(map(len, batches))

    @staticmethod
    def _take(resident: Resident, result: aura.Result) -> None:
        with result:
            found = result.answer
        resident.agents, resident.links = found["agents"], found["links"]

    def start(self) -> None:
        """Begins to forecast; the event loop runs by now."""
        for resident in self.all.values():
            self._begin(resident)

    async def close(self) -> None:
        """Ends all forecasts."""
        tasks = [resident.task for resident in self.all.values() if resident.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def get(self, name: str) -> Resident:
        """The network of a name. Raises 404."""
        found = self.all.get(name)
        if found is None:
            raise Problem(404, "not_found", f"there is no network {name!r}", pointer="")
        return found

    # ---------------------------------------------------------------------------------------------- changes

    async def put(
        self, name: str, document: bytes, caller: Caller, gone: Optional[Gone] = None
    ) -> tuple[Resident, bool]:
        """Creates or replaces a network; also says whether it is new."""
        if NAME.fullmatch(name) is None:
            raise Problem(
                422, "argument", "a name has 1 to 128 letters, digits and . _ ~ -, and begins with one of them"
            )
        if name not in self.all and len(self.all) >= self._settings.max_topologies:
            raise Problem(413, "limit", f"there are {len(self.all)} networks, the most that this service keeps")
        text = document.strip()
        if not text.startswith(b"{"):
            raise Problem(422, "schema", "a network is a JSON object; lists of links go to /topologies/{name}/import")
        _check_shape(text)
        resident = self.all.get(name) or Resident(name, 0)
        async with resident.lock:
            before = len(b'{"topology":' + json.dumps(name).encode() + b',"document":')
            # The engine reads the document as a part of its request: one that closes that request early is not one.
            found = await self._observe(
                lambda cancel: self._engine.session.observe(
                    topology=name, document=_checked(text), cancel=cancel
                ),
                "/document", before, gone,
            )  # fmt: skip
            revision = resident.revision + 1
            event = self._hub.make("topology", name, {"topology": name, "revision": revision, **_size(found)})

            def job(db: sqlite3.Connection) -> None:
                db.execute(
                    "INSERT OR REPLACE INTO topologies (name, document, revision, updated) VALUES (?, ?, ?, ?)",
                    (name, text, revision, time.time()),
                )
                db.execute("DELETE FROM changes WHERE topology = ?", (name,))
                _keep_event(db, event, self._settings.keep_events)
                audit.append(
                    db, caller.name, caller.role, "put", topology=name, revision=revision,
                    sha256=hashlib.sha256(text).hexdigest(),
                )  # fmt: skip

            await self._commit(resident, job, new=name not in self.all)
            resident.revision, resident.batches, resident.bytes = revision, 0, 0
            resident.agents, resident.links = found["agents"], found["links"]
            resident.layout = None
            created = name not in self.all
            self.all[name] = resident
            self._changed(resident, event)
        return resident, created

    async def change(self, name: str, body: bytes, caller: Caller, gone: Optional[Gone] = None) -> bytes:
        """Takes a batch of changes: what aura_observe takes, less the name. Returns the engine's answer."""
        resident = self.get(name)
        text = body.strip()
        if not (text.startswith(b"{") and text.endswith(b"}")):
            raise Problem(422, "schema", "a batch of changes is a JSON object", pointer="")
        request = _named(name, text)
        before = len(request) - len(text)
        async with resident.lock:
            found = await self._observe(
                lambda cancel: self._engine.session.observe(request, cancel=cancel), "", before, gone, batch=True
            )
            revision = resident.revision + 1
            found["revision"] = revision
            event = self._hub.make(
                "topology", name, {"topology": name, "revision": revision, **_size(found), "applied": found["applied"]}
            )

            def job(db: sqlite3.Connection) -> None:
                db.execute("INSERT INTO changes (topology, body) VALUES (?, ?)", (name, text))
                db.execute(
                    "UPDATE topologies SET revision = ?, updated = ? WHERE name = ?", (revision, time.time(), name)
                )
                _keep_event(db, event, self._settings.keep_events)
                audit.append(
                    db, caller.name, caller.role, "change", topology=name, revision=revision,
                    applied=found["applied"], sha256=hashlib.sha256(text).hexdigest(),
                )  # fmt: skip

            await self._commit(resident, job)
            # Names and links may change while their numbers do not.
            otherwise = any(word in text for word in (b"add_", b"remove_", b'"label"', b'"group"'))
            await self._batch_taken(resident, revision, found, len(text), event, otherwise)
        return json.dumps(found, separators=(",", ":")).encode()

    async def _batch_taken(
        self, resident: Resident, revision: int, found: dict[str, Any], size: int, event: Event,
        drawn_otherwise: bool = False,
    ) -> None:  # fmt: skip
        if drawn_otherwise or (found["agents"], found["links"]) != (resident.agents, resident.links):
            resident.layout = None
        resident.agents, resident.links = found["agents"], found["links"]
        resident.revision = revision
        resident.batches += 1
        resident.bytes += size
        self._changed(resident, event)
        if resident.batches > FOLD_ABOVE or resident.bytes > FOLD_BYTES:
            await self._fold(resident)

    async def spans(self, name: str, columns: Columns, caller: Caller, gone: Optional[Gone] = None) -> dict[str, Any]:
        """Takes spans of traces into a network, which comes into being with the first ones."""
        if NAME.fullmatch(name) is None:
            raise Problem(422, "argument", "that is no name of a network", pointer="?topology")
        if name not in self.all and len(self.all) >= self._settings.max_topologies:
            raise Problem(413, "limit", f"there are {len(self.all)} networks, the most that this service keeps")
        resident = self.all.get(name) or Resident(name, 0)
        told = {"owners": columns.owners, "window_s": self._settings.trace_window_s}
        async with resident.lock:
            found = await self._observe(
                lambda cancel: self._engine.session.observe(
                    topology=name, spans=told, arrays=columns.arrays, cancel=cancel
                ),
                "", 0, gone,
            )  # fmt: skip
            new = name not in self.all
            revision = resident.revision + 1
            text = json.dumps({"changes": found["changes"]}, separators=(",", ":")).encode()
            facts = {"topology": name, "revision": revision, **_size(found), "applied": found["applied"]}
            event = self._hub.make("topology", name, facts)
            failed = found["spans"]["failed_traces"]
            failures = self._hub.make("failure", name, {"topology": name, "traces": failed[-20:]}) if failed else None

            def job(db: sqlite3.Connection) -> None:
                if new:
                    db.execute(
                        "INSERT INTO topologies (name, document, revision, updated) VALUES (?, ?, 0, ?)",
                        (name, b'{"directed":true,"nodes":[],"edges":[]}', time.time()),
                    )
                    audit.append(db, caller.name, caller.role, "traces", topology=name)
                db.execute("INSERT INTO changes (topology, body) VALUES (?, ?)", (name, text))
                db.execute(
                    "UPDATE topologies SET revision = ?, updated = ? WHERE name = ?", (revision, time.time(), name)
                )
                for one in (event, failures):
                    if one is not None:
                        _keep_event(db, one, self._settings.keep_events)

            await self._commit(resident, job, new=new)
            self.all[name] = resident
            await self._batch_taken(resident, revision, found, len(text), event)
            if failures is not None:
                self._hub.publish(failures)
        return found

    async def trace(self, name: str, trace: str) -> dict[str, Any]:
        """How a trace failed, from its first failing span to its last victim. Raises 404 when it did not or is gone."""
        self.get(name)
        if re.fullmatch("[0-9a-fA-F]{1,32}", trace) is None:
            raise Problem(422, "argument", "a trace's id has 32 hexadecimal digits", pointer="")
        found = await self._observe(
            lambda cancel: self._engine.session.observe(topology=name, spans={"trace": trace[-16:]}, cancel=cancel),
            "", 0, None,
        )  # fmt: skip
        steps = found["spans"]["chain"]
        if not steps:
            raise Problem(404, "not_found", "no failed span of that trace is held", pointer="")
        first = min(step["start_s"] for step in steps)
        return {
            "topology": name,
            "trace": trace,
            "open": found["spans"]["open"],
            "chain": [{**step, "after_s": step["start_s"] + step["duration_s"] - first} for step in steps],
        }

    async def remove(self, name: str, caller: Caller) -> None:
        """Forgets a network, its changes and its actions."""
        resident = self.get(name)
        async with resident.lock:
            event = self._hub.make("removed", name, {"topology": name})

            def job(db: sqlite3.Connection) -> None:
                for table, column in (("topologies", "name"), ("changes", "topology"), ("actions", "topology")):
                    db.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))
                _keep_event(db, event, self._settings.keep_events)
                audit.append(db, caller.name, caller.role, "remove", topology=name, revision=resident.revision)

            await self._store_or_503(job)
            del self.all[name]
            if resident.task is not None:
                resident.task.cancel()
            with contextlib.suppress(aura.AuraNotFoundError):
                self._engine.session.observe(topology=name, remove=True).close()
            self._engine.changed()
            self._hub.publish(event)

    async def document(self, resident: Resident) -> dict[str, Any]:
        """The network as a document, all changes applied."""
        name = resident.name

        def rows(db: sqlite3.Connection) -> tuple[bytes, list[bytes]]:
            row = db.execute("SELECT document FROM topologies WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise Problem(404, "not_found", f"there is no network {name!r}", pointer="")
            return row[0], _batches(db, name)

        document, batches = await self._store.do(rows)
        return await asyncio.to_thread(fold, document, batches)

    async def _observe(
        self, call: Any, within: str, before: int, gone: Optional[Gone], batch: bool = False
    ) -> dict[str, Any]:
        def work(cancel: aura.Cancel) -> dict[str, Any]:
            try:
                with call(cancel) as result:
                    found: dict[str, Any] = result.answer
                    return found
            except aura.AuraCancelledError:
                raise
            except aura.AuraError as error:
                raise problem_of(error, within=within, before=before) from error

        found: dict[str, Any] = await self._engine.run(work, gone)
        return found

    async def _commit(self, resident: Resident, job: Any, new: bool = False) -> None:
        """Stores what the engine has taken; when that fails the engine goes back to what is stored."""
        try:
            await self._store_or_503(job)
        except Problem:
            session = self._engine.session
            if new:
                session.observe(topology=resident.name, remove=True).close()
            else:
                document = await self.document(resident)
                session.observe(topology=resident.name, document=document).close()
            self._engine.changed()
            raise

    async def _store_or_503(self, job: Any) -> None:
        try:
            await self._store.do(job)
        except (StoreError, sqlite3.Error) as error:
            raise Problem(503, "store", f"nothing was changed: {error}", headers=((b"retry-after", b"5"),)) from error

    async def _fold(self, resident: Resident) -> None:
        name = resident.name

        def job(db: sqlite3.Connection) -> tuple[int, int]:
            document = db.execute("SELECT document FROM topologies WHERE name = ?", (name,)).fetchone()[0]
            rows = db.execute("SELECT id, body FROM changes WHERE topology = ? ORDER BY id", (name,)).fetchall()
            kept = size = 0
            while kept < min(FOLD_KEEPS, len(rows) - 1) and size + len(rows[-1 - kept][1]) <= KEEPS_BYTES:
                size += len(rows[-1 - kept][1])
                kept += 1
            old = rows[: len(rows) - kept]
            folded = json.dumps(fold(document, (body for _, body in old)), separators=(",", ":")).encode()
            db.execute("UPDATE topologies SET document = ? WHERE name = ?", (folded, name))
            db.execute("DELETE FROM changes WHERE topology = ? AND id <= ?", (name, old[-1][0]))
            return kept, size

        resident.batches, resident.bytes = await self._store.do(job)

    def _changed(self, resident: Resident, event: Event) -> None:
        self._engine.changed()
        self._hub.publish(event)
        self._begin(resident)

    # ---------------------------------------------------------------------------------------------- forecasts

    def _begin(self, resident: Resident) -> None:
        resident.dirty.set()
        if resident.task is None or resident.task.done():
            resident.task = asyncio.create_task(self._follow(resident), name=f"forecast {resident.name}")

    async def _follow(self, resident: Resident) -> None:
        while True:
            await resident.dirty.wait()
            resident.dirty.clear()
            began = time.monotonic()
            try:
                await self._refresh(resident)
                resident.trouble = None
            except Problem as problem:
                resident.trouble = problem.detail
                log.warning("no forecast of %s: %s", resident.name, problem.detail)
                if problem.status == 503:  # too busy just now
                    resident.dirty.set()
            except asyncio.CancelledError:
                raise
            except Exception:
                resident.trouble = "an error that is in the log"
                log.exception("no forecast of %s", resident.name)
            await asyncio.sleep(max(0.0, self._settings.refresh_s - (time.monotonic() - began)))

    async def _refresh(self, resident: Resident) -> None:
        name, revision = resident.name, resident.revision
        request = json.dumps({"topology": name}).encode()
        forecast = await self._engine.ask("predict", request)
        if self.all.get(name) is not resident:
            return
        resident.forecast, resident.forecast_revision = forecast, revision
        found = json.loads(forecast)
        summary = found["forecast"]
        resident.expected, resident.large = summary["cascade_size"]["mean"], summary["large_cascade"]
        resident.at_risk = sum(1 for risk in summary["probability"] if risk is not None and risk >= 0.5)
        await self._tell(
            "forecast", name,
            {
                "topology": name,
                "at": round(time.time(), 3),
                "revision": revision,
                "headline": found["headline"],
                "expected_failures": resident.expected,
                "large_cascade": resident.large,
                "failed": summary["failed"],
                "at_risk": [
                    {"agent": item["agent"], "probability": item["probability"], "time_s": item["time_s"]}
                    for item in summary["at_risk"][:10]
                ],
                "path": [step["agent"] for step in summary["path"]],
            },
        )  # fmt: skip
        plan = json.loads(await self._engine.ask("intervene", request))
        if self.all.get(name) is resident:
            await self._propose(resident, plan, revision)

    async def _tell(self, kind: str, name: str, data: dict[str, Any]) -> None:
        event = self._hub.make(kind, name, data)
        await self._store_or_503(lambda db: _keep_event(db, event, self._settings.keep_events))
        self._hub.publish(event)

    async def forecast(self, name: str, gone: Optional[Gone] = None) -> tuple[bytes, int]:
        """The forecast of a network as it is now, and the revision that it is of."""
        resident = self.get(name)
        if resident.forecast_revision != resident.revision:
            answer = await self._engine.ask("predict", json.dumps({"topology": name}).encode(), gone)
            return answer, resident.revision
        return resident.forecast, resident.forecast_revision

    async def timeline(self, name: str, limit: int) -> list[dict[str, Any]]:
        """What the last forecasts said, oldest first; as far back as events are kept."""
        self.get(name)
        rows = await self._store.do(
            lambda db: db.execute(
                "SELECT data FROM events WHERE topology = ? AND kind = 'forecast' ORDER BY id DESC LIMIT ?",
                (name, limit),
            ).fetchall()
        )
        found = [json.loads(row[0]) for row in reversed(rows)]
        return [{key: one[key] for key in ("at", "revision", "expected_failures", "large_cascade")} for one in found]

    # ---------------------------------------------------------------------------------------------- actions

    async def _propose(self, resident: Resident, plan: dict[str, Any], revision: int) -> None:
        name = resident.name
        resident.plan = {key: plan["plan"][key] for key in _PLAN if key in plan["plan"]}
        resident.plan["headline"], resident.plan["revision"] = plan["headline"], revision
        proposed = {action_id(action): action for action in plan["plan"]["actions"]}

        def job(db: sqlite3.Connection) -> bool:
            held = {row[0]: row[1] for row in db.execute("SELECT id, state FROM actions WHERE topology = ?", (name,))}
            changed = False
            for key, state in held.items():
                if state == PROPOSED and key not in proposed:
                    db.execute("DELETE FROM actions WHERE topology = ? AND id = ?", (name, key))
                    changed = True
            for key, action in proposed.items():
                if held.get(key) in (None, UNDONE):
                    changed = True
                if held.get(key) in (None, UNDONE, PROPOSED):
                    db.execute(
                        "INSERT OR REPLACE INTO actions (topology, id, action, state) VALUES (?, ?, ?, ?)",
                        (name, key, json.dumps(action), PROPOSED),
                    )
            return changed

        try:
            changed = await self._store.do(job)
        except (StoreError, sqlite3.Error) as error:
            raise Problem(503, "store", f"the plan was not kept: {error}") from error
        if changed:
            await self._tell("actions", name, await self.actions(name))

    async def actions(self, name: str) -> dict[str, Any]:
        """The actions of a network, with the plan that proposed the present ones."""
        resident = self.get(name)
        rows = await self._store.do(
            lambda db: db.execute(
                "SELECT id, action, state FROM actions WHERE topology = ? ORDER BY id", (name,)
            ).fetchall()
        )
        actions = [{"id": key, "state": state, **json.loads(action)} for key, action, state in rows]
        order = {PROPOSED: 0, APPROVED: 1, UNDONE: 2, REJECTED: 3}
        actions.sort(key=lambda action: (order[action["state"]], -float(action.get("saved") or 0)))
        return {"topology": name, "plan": resident.plan, "actions": actions}

    async def decide(self, name: str, key: str, step: str, reason: str, caller: Caller) -> dict[str, Any]:
        """Approves, rejects or undoes an action: it is written down first, then handed to the sinks.

        Raises 404, 409 when the action is not in the state for it, 503 when it cannot be written down.
        """
        resident = self.get(name)
        wanted, becomes = STEPS[step]
        facts: dict[str, Any] = {}

        def job(db: sqlite3.Connection) -> dict[str, Any]:
            row = db.execute("SELECT action, state FROM actions WHERE topology = ? AND id = ?", (name, key)).fetchone()
            if row is None:
                raise Problem(404, "not_found", f"{name} has no action {key!r}", pointer="")
            if row[1] != wanted:
                raise Problem(409, "state", f"the action is {row[1]}; to {step} it, it must be {wanted}")
            action: dict[str, Any] = json.loads(row[0])
            db.execute("UPDATE actions SET state = ? WHERE topology = ? AND id = ?", (becomes, name, key))
            facts["hash"] = audit.append(
                db, caller.name, caller.role, step, topology=name, action=key, kind=action["kind"],
                targets=action["targets"], reason=reason,
            )  # fmt: skip
            return action

        async with resident.lock:
            try:
                action = await self._store.do(job)
            except (StoreError, sqlite3.Error) as error:
                raise Problem(503, "store", f"nothing was decided: {error}") from error
        self.decisions[step] += 1
        decision: dict[str, Any] = {
            "topology": name, "id": key, "decision": step, "state": becomes, "reason": reason, "by": caller.name,
            "action": {"kind": action["kind"], "targets": action["targets"], "parameters": action["parameters"]},
        }  # fmt: skip
        if step == "approve":
            self._tell_engine(name, action, "accepted", reason)
        delivered: dict[str, str] = {}
        if step != "reject":
            for sink in self.sinks:
                try:
                    await sink.deliver("action." + becomes, name, decision)
                    delivered[sink.name] = "delivered"
                except OSError as error:
                    delivered[sink.name] = f"failed: {error}"
                    log.error("action %s of %s did not reach the %s: %s", key, name, sink.name, error)
        decision["delivery"] = delivered
        await self._tell("decision", name, decision)
        return {**decision, "audit": facts["hash"]}

    def _tell_engine(self, name: str, action: dict[str, Any], outcome: str, note: str) -> None:
        told = {key: action[key] for key in ("kind", "targets", "parameters")}
        try:
            self._engine.session.apply(
                topology=name, kind="outcome", action=told, outcome=outcome, note=note[:1_000]
            ).close()
        except aura.AuraError as error:  # an agent has left since: the decision stands all the same
            log.warning("the engine did not take the decision on %s: %s", name, error)

    # ---------------------------------------------------------------------------------------------- what if

    async def what_if(self, name: str, asked: dict[str, Any], gone: Optional[Gone] = None) -> dict[str, Any]:
        """Forecasts a network as it is and as it would be: with agents failed, links added or taken away."""
        resident = self.get(name)
        known = {"fail", "add_links", "remove_links", "set", "horizon_s", "seed"}
        for member in asked:
            if member not in known:
                raise Problem(422, "schema", f"{member!r} is none of {', '.join(sorted(known))}", pointer=f"/{member}")
        changes = []
        for op, member in (("add_link", "add_links"), ("remove_link", "remove_links"), ("set", "set")):
            items = asked.get(member, [])
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise Problem(422, "schema", f"{member} is a list of objects", pointer=f"/{member}")
            changes += [{"op": op, **item} for item in items]
        options: dict[str, Any] = {key: asked[key] for key in ("horizon_s", "seed") if key in asked}
        base = await self.document(resident)
        before = {"topology": base, **options}
        copy = "~" + hashlib.sha256(f"{name}{time.monotonic_ns()}".encode()).hexdigest()[:20]

        def work(cancel: aura.Cancel) -> tuple[dict[str, Any], dict[str, Any]]:
            session = self._engine.session
            first = json.loads(session.predict_bytes(before, cancel=cancel))
            try:
                session.observe(topology=copy, document=base, cancel=cancel).close()
                if changes:
                    try:
                        session.observe(topology=copy, changes=changes, cancel=cancel).close()
                    except aura.AuraError as error:
                        raise _what_if_problem(error, asked) from error
                request = {"topology": copy, "suppose_failed": asked.get("fail", []), **options}
                try:
                    second = json.loads(session.predict_bytes(request, cancel=cancel))
                except aura.AuraError as error:
                    problem = problem_of(error)
                    if problem.pointer is not None and problem.pointer.startswith("/suppose_failed"):
                        problem.pointer = "/fail" + problem.pointer[len("/suppose_failed") :]
                    raise problem from error
            finally:
                with contextlib.suppress(aura.AuraError):
                    session.observe(topology=copy, remove=True).close()
            return first, second

        first, second = await self._engine.run(work, gone)
        return {
            "topology": name,
            "revision": resident.revision,
            "before": _outlook(first),
            "after": _outlook(second),
            "difference": _difference(first, second),
        }


_PLAN = (
    "summary", "mechanism", "horizon_s", "budget", "spent", "expected_lost_without", "expected_lost_with", "saved",
    "standard_error", "large_cascade_change", "candidates",
)  # fmt: skip


def action_id(action: dict[str, Any]) -> str:
    """What an action is called: the same for the same act on the same agents."""
    text = json.dumps([action["kind"], action["targets"], action.get("parameters", {})], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _outlook(answer: dict[str, Any]) -> dict[str, Any]:
    forecast = answer["forecast"]
    return {
        "headline": answer["headline"],
        "expected_failures": forecast["cascade_size"]["mean"],
        "large_cascade": forecast["large_cascade"],
        "failed": forecast["failed"],
        "path": [step["agent"] for step in forecast["path"]],
    }


def _difference(first: dict[str, Any], second: dict[str, Any]) -> list[dict[str, Any]]:
    """The agents whose probability changes, most first."""
    before = dict(zip(first["agents"], first["forecast"]["probability"]))
    rows = []
    for agent, after in zip(second["agents"], second["forecast"]["probability"]):
        was = before.get(agent)
        if was is not None and after is not None and abs(after - was) >= 0.005:
            rows.append({"agent": agent, "before": was, "after": after})
    rows.sort(key=lambda row: -abs(row["after"] - row["before"]))
    return rows[:200]


def _what_if_problem(error: aura.AuraError, asked: dict[str, Any]) -> Problem:
    """The engine's error on the joined changes, with the place in what was asked."""
    problem = problem_of(error, within="/changes")
    problem.offset = None
    match = re.match(r"/(\d+)(/.*)?$", problem.pointer or "")
    if match is not None:
        k = int(match[1])
        for member in ("add_links", "remove_links", "set"):
            count = len(asked.get(member, []))
            if k < count:
                problem.pointer = f"/{member}/{k}{match[2] or ''}"
                break
            k -= count
    return problem


class _Shape(msgspec.Struct):
    """What has to be lists in a document that is kept; the engine judges the rest."""

    nodes: Union[msgspec.Raw, msgspec.UnsetType] = msgspec.UNSET
    edges: Union[msgspec.Raw, msgspec.UnsetType] = msgspec.UNSET
    links: Union[msgspec.Raw, msgspec.UnsetType] = msgspec.UNSET


_SHAPE = msgspec.json.Decoder(_Shape)


def _check_shape(text: bytes) -> None:
    """Refuses links as text: changes are told of lists. What is no JSON is left to the engine, which says where."""
    try:
        shape = _SHAPE.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return
    for name in ("edges", "links"):
        links = getattr(shape, name)
        if links is not msgspec.UNSET and bytes(links).lstrip()[:1] == b'"':
            raise Problem(422, "schema", "links as text go to /topologies/{name}/import", pointer=f"/{name}")
    if shape.nodes is msgspec.UNSET:
        raise Problem(422, "schema", "a network that is kept has nodes", pointer="/nodes")


def _checked(text: bytes) -> bytes:
    if not text.endswith(b"}"):
        raise Problem(400, "syntax", "the document ends before its last }", offset=len(text))
    return text


def _named(name: str, batch: bytes) -> bytes:
    """A batch as the engine takes it."""
    rest = batch.strip()[1:]
    comma = b"" if rest.lstrip().startswith(b"}") else b","
    return b'{"topology":' + json.dumps(name).encode() + comma + rest


def _batches(db: sqlite3.Connection, name: str) -> list[bytes]:
    return [row[0] for row in db.execute("SELECT body FROM changes WHERE topology = ? ORDER BY id", (name,))]


def _keep_event(db: sqlite3.Connection, event: Event, keep: int) -> None:
    db.execute("INSERT INTO events (id, kind, topology, data) VALUES (?, ?, ?, ?)", event)
    db.execute("DELETE FROM events WHERE id <= ?", (event.id - keep,))


def _size(found: dict[str, Any]) -> dict[str, Any]:
    return {"agents": found["agents"], "links": found["links"]}
