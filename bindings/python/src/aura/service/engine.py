"""The one door to the engine: everything the service asks of it goes through here, so that a cluster can stand in its
place.

Calls run on a few threads (the engine releases the interpreter), may be cancelled, and equal requests are answered from
memory: the engine gives equal bytes for equal bytes.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

import aura

from .problems import Problem, problem_of

Gone = Callable[[], Awaitable[None]]
"""Ends when the client has gone away."""

_PATIENCE_S = 0.02


class Engine:
    """A session with its threads and its memory of answers.

    Args:
        threads: calls at the same time; each works on one thread of the engine.
        waiting: calls that may wait for a thread; more are refused with 503.
        timeout: longest work on one call, in seconds.
        cache_bytes: answers that are kept, requests included.
    """

    def __init__(
        self, *, threads: int, waiting: int, timeout: float, cache_bytes: int, max_document_bytes: int,
        max_topologies: int,
    ) -> None:  # fmt: skip
        self.session = aura.Session(
            threads=1, max_document_bytes=max_document_bytes, max_topologies=max_topologies, max_events=64
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="aura-engine")
        self._timeout = timeout
        self._free = threads + waiting
        self._cache: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()
        self._room = cache_bytes
        self._cache_bytes = cache_bytes
        self.revision = 0
        self.hits = self.misses = self.refused = 0
        self.seconds = 0.0
        self._calls: set[aura.Cancel] = set()

    # ---------------------------------------------------------------------------------------------- calls

    async def ask(self, verb: str, body: bytes, gone: Optional[Gone] = None) -> bytes:
        """One of analyze, predict, intervene, explain, catalogue, self_check on a request as text.

        Raises Problem: the engine's error, 503 when too many wait, 504 when it takes too long.
        """
        key = (verb, body)
        found = self._cache.get(key)
        if found is not None:
            self._cache.move_to_end(key)
            self.hits += 1
            return found
        self.misses += 1
        ask = getattr(self.session, verb + "_bytes")
        revision = self.revision
        answer: bytes = await self.run(lambda cancel: ask(body, cancel=cancel), gone)
        if revision == self.revision:
            self._keep(key, answer)
        return answer

    async def run(self, call: Callable[[aura.Cancel], Any], gone: Optional[Gone] = None) -> Any:
        """Runs `call` on a thread, with a token that is set when it takes too long or when the client goes away."""
        if self._free <= 0:
            self.refused += 1
            raise Problem(503, "busy", "too many requests wait for the engine", headers=((b"retry-after", b"1"),))
        self._free -= 1
        cancel = aura.Cancel()
        self._calls.add(cancel)
        began = time.perf_counter()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, call, cancel)
            return await self._watch(future, cancel, gone)
        except aura.AuraError as error:
            raise problem_of(error) from error
        finally:
            self.seconds += time.perf_counter() - began
            self._calls.discard(cancel)
            cancel.close()
            self._free += 1

    async def _watch(self, future: asyncio.Future[Any], cancel: aura.Cancel, gone: Optional[Gone]) -> Any:
        leaving: Optional[asyncio.Future[None]] = None
        try:
            done, _ = await asyncio.wait((future,), timeout=_PATIENCE_S)
            if done:
                return future.result()
            leaving = asyncio.ensure_future(gone()) if gone is not None else None
            waits: set[asyncio.Future[Any]] = {future} if leaving is None else {future, leaving}
            await asyncio.wait(waits, timeout=self._timeout - _PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
            if not future.done():
                cancel.set()
                await asyncio.wait((future,))
                late = leaving is None or not leaving.done()
                if late and isinstance(future.exception(), aura.AuraCancelledError):
                    raise Problem(504, "timeout", f"no answer within {self._timeout:g} s")
            return future.result()
        except asyncio.CancelledError:
            cancel.set()
            await asyncio.wait((future,))
            raise
        finally:
            if leaving is not None:
                leaving.cancel()

    def changed(self) -> None:
        """Says that a resident network is not what it was: answers that may rest on it are forgotten."""
        self.revision += 1
        self._cache.clear()
        self._room = self._cache_bytes

    def _keep(self, key: tuple[str, bytes], answer: bytes) -> None:
        size = len(key[1]) + len(answer) + 200
        if size > self._cache_bytes // 8 or key in self._cache:
            return
        self._room -= size
        self._cache[key] = answer
        while self._room < 0:
            (_, text), old = self._cache.popitem(last=False)
            self._room += len(text) + len(old) + 200

    async def batch(self, verb: str, bodies: list[bytes], gone: Optional[Gone] = None) -> list[Any]:
        """Each body asked by itself, in order: its answer, or the Problem it has."""
        ask = getattr(self.session, verb + "_bytes")
        out: list[Any] = [None] * len(bodies)
        missing = []
        for k, body in enumerate(bodies):
            found = self._cache.get((verb, body))
            if found is None:
                missing.append(k)
            else:
                out[k] = found
        self.hits += len(bodies) - len(missing)
        self.misses += len(missing)

        def each(places: list[int]) -> Callable[[aura.Cancel], None]:
            def call(cancel: aura.Cancel) -> None:
                for k in places:
                    try:
                        out[k] = ask(bodies[k], cancel=cancel)
                    except aura.AuraCancelledError:
                        raise
                    except aura.AuraError as error:
                        out[k] = problem_of(error)

            return call

        revision = self.revision
        width = max(1, min(self._pool._max_workers, len(missing)))
        shares = [missing[k::width] for k in range(width)] if missing else []
        await asyncio.gather(*(self.run(each(share), gone) for share in shares))
        if revision == self.revision:
            for k in missing:
                if isinstance(out[k], bytes):
                    self._keep((verb, bodies[k]), out[k])
        return out

    def close(self) -> None:
        """Cancels what still runs, waits for it, and closes the session."""
        for cancel in list(self._calls):
            cancel.set()
        self._pool.shutdown(wait=True)
        self.session.close()
