"""Sessions and cancel tokens: each method is one function of aura.h."""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Union

from . import _abi
from ._arrow import Batch
from ._errors import AuraCancelledError, AuraTimeoutError, failure, new_error
from ._inputs import Text, borrow_csr, borrow_named, borrow_text, request_text
from ._library import library
from ._results import Result

Request = Union[Text, Mapping[str, Any], Any, None]
"""A request: a mapping, JSON text or an LZ4 frame (both passed through untouched), or a networkx graph."""
Progress = Callable[[float], object]
Log = Callable[[int, str], object]


class Cancel:
    """A token that stops every call that carries it, now and later; any thread may set it."""

    def __init__(self) -> None:
        handle = _abi.aura_cancel()
        status = library().aura_cancel_new(handle)
        if status:
            raise failure(status)
        self._handle = handle
        self._set = False
        self._followers: dict[int, Cancel] = {}
        self._finalizer = weakref.finalize(self, library().aura_cancel_free, handle)
        self._finalizer.atexit = False

    @property
    def is_set(self) -> bool:
        """Whether set() has been called."""
        return self._set

    def set(self) -> None:
        """Cancels; may be called any number of times."""
        self._set = True
        if self._finalizer.alive:
            # A close() on another thread may come between; the library knows a stale handle and refuses it.
            library().aura_cancel_set(self._handle)
        for follower in list(self._followers.values()):
            follower.set()

    def close(self) -> None:
        """Frees the token; calls that carry it go on. May be called more than once."""
        self._finalizer()

    def __enter__(self) -> Cancel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError("an aura.Cancel belongs to its process")


@contextmanager
def _token(cancel: Cancel | None, timeout: float | None) -> Iterator[tuple[Cancel | None, Callable[[], bool]]]:
    """The token of one call, and whether the call's own time ran out."""
    if cancel is not None and not isinstance(cancel, Cancel):
        raise TypeError(f"cancel is an aura.Cancel, not {type(cancel).__name__}")
    if timeout is None:
        yield cancel, lambda: False
        return
    if not timeout >= 0:
        raise ValueError("timeout is a number of seconds, 0 or more")
    with Cancel() as own:
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            own.set()

        timer = threading.Timer(min(timeout, threading.TIMEOUT_MAX), expire)
        timer.daemon = True
        if cancel is not None:
            # The caller's token may serve other calls: it stops this one, but this call's time never sets it.
            cancel._followers[id(own)] = own
            if cancel.is_set:
                own.set()
        timer.start()
        try:
            yield own, expired.is_set
        finally:
            timer.cancel()
            if cancel is not None:
                cancel._followers.pop(id(own), None)


class Session:
    """Named topologies with their history, an event log, and worker threads.

    Every limit that is left out has the engine's default. `log(level, text)` is called from any thread and must not
    call the session; `threads`, `log_level` and the limits are those of aura_session_options. Any number of threads
    may use one session at once. The GIL is released while the engine works.

    A request is a mapping, a networkx graph, or text that is passed through untouched (str, bytes, bytearray,
    memoryview); keyword arguments become its members, and None leaves a member out:

        session.predict(graph, horizon_s=60, seed=7)
        session.analyze(topology="prod", analyses=[{"id": "graph.centrality.pagerank"}])
        session.predict(topology=Path("network.json").read_bytes(), seed=7)

    Each call also takes `cancel` (a Cancel), `timeout` (seconds, then AuraTimeoutError) and `progress` (called with a
    fraction in 0...1 on the calling thread; a true answer or an exception stops the call). Ctrl-C is only seen when
    the call returns: give long calls a timeout, or run them in a thread and set their token.

    The variants that end in _bytes return the engine's JSON text, for services that pass it on.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        max_agents: int | None = None,
        max_links: int | None = None,
        max_document_bytes: int | None = None,
        max_topologies: int | None = None,
        max_history_values: int | None = None,
        max_events: int | None = None,
        log: Log | None = None,
        log_level: int | None = None,
    ) -> None:
        lib = library()
        options = _abi.aura_session_options(ctypes.sizeof(_abi.aura_session_options))
        given = {
            "threads": threads,
            "max_agents": max_agents,
            "max_links": max_links,
            "max_document_bytes": max_document_bytes,
            "max_topologies": max_topologies,
            "max_history_values": max_history_values,
            "max_events": max_events,
            "log_level": log_level,
        }
        for name, value in given.items():
            if value is not None:
                setattr(options, name, value)
                if getattr(options, name) != value:  # ctypes cuts numbers that do not fit
                    raise ValueError(f"{name}: {value} is out of range")
        if log is not None:
            options.log = self._log = _log_callback(log)
        handle, error = _abi.aura_session(), new_error()
        status = lib.aura_session_open(options, handle, error)
        if status:
            raise failure(status, error)
        self._handle = handle
        # Also at the end of the process: no worker may log into an interpreter that is gone.
        self._finalizer = weakref.finalize(self, lib.aura_session_close, handle)

    # ---------------------------------------------------------------------------------------------- life

    def close(self) -> None:
        """Closes the session; calls that run on it end normally, results stay valid. May be called more than once."""
        self._finalizer()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<aura.Session, {'open' if self._finalizer.alive else 'closed'}>"

    def __reduce__(self) -> Any:
        raise TypeError("an aura.Session belongs to its process: open one in each")

    # ---------------------------------------------------------------------------------------------- ask

    def analyze(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Runs the analyses that the request names (all that suit the network when it names none)."""
        return self._ask(library().aura_analyze, request, members, cancel, timeout, progress)

    def predict(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Forecasts who fails, when, and what would fall with it."""
        return self._ask(library().aura_predict, request, members, cancel, timeout, progress)

    def intervene(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Plans what to do under a budget, with the difference each action makes."""
        return self._ask(library().aura_intervene, request, members, cancel, timeout, progress)

    def catalogue(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Says what there is: components with parameters, references and cost, or one JSON Schema."""
        return self._ask(library().aura_catalogue, request, members, cancel, timeout, progress)

    def self_check(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Runs known answers on this machine."""
        return self._ask(library().aura_self_check, request, members, cancel, timeout, progress)

    def explain(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Gives the evidence behind a prediction or an action."""
        return self._ask(library().aura_explain, request, members, cancel, timeout, progress)

    # ---------------------------------------------------------------------------------------------- tell

    def observe(
        self,
        request: Request = None,
        /,
        *,
        arrays: Mapping[str, Any] | None = None,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Takes a whole topology, a batch of changes, or `arrays` of metrics; a bad batch changes nothing.

        An array named "agent" gives the position of each value; without it an array has one value for every agent.
        Arrays of int32, int64, float32 and float64 are not copied on the way.
        """
        return self._ask(library().aura_observe, request, members, cancel, timeout, progress, arrays, "document")

    def apply(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Takes what became of a proposed action."""
        return self._ask(library().aura_apply, request, members, cancel, timeout, progress)

    def topology_from_csr(
        self,
        topology: str,
        matrix: Any,
        *,
        directed: bool,
        metrics: Mapping[str, Any] | None = None,
        **members: Any,
    ) -> Result:
        """Creates or replaces a topology from compressed sparse rows; agents get the ids 0, 1, 2, ...

        `matrix` is a square scipy sparse matrix, or (starts, targets) or (starts, targets, weights). int64 positions
        and float64 weights are handed over as they lie in memory, others are converted. With `directed=False` each
        link is listed once, in either row: pass a triangle of a symmetric matrix. `metrics` are arrays of one value
        an agent.
        """
        with ExitStack() as stack:
            csr = borrow_csr(matrix, directed, metrics, stack)
            text = request_text(None, {"topology": _name(topology), **members}, "topology")
            pointer, length = borrow_text(text, stack)
            result, error = _abi.aura_result(), new_error()
            status = library().aura_topology_from_csr(self._handle, pointer, length, csr, result, error)
        return _answer(status, result, error)

    def topology_from_arrow(self, topology: str, agents: Any, links: Any, **members: Any) -> Result:
        """Creates or replaces a topology from two Arrow tables or record batches.

        Agents have a column "id" and metric columns, links have "source", "target" and columns such as "weight".
        Takes whatever has `__arrow_c_array__` or `__arrow_c_stream__`. A pyarrow table of several chunks is joined; a
        stream of several batches from elsewhere is refused with ValueError.
        """
        text = request_text(None, {"topology": _name(topology), **members}, "topology")
        with ExitStack() as stack:
            pointer, length = borrow_text(text, stack)
            batches = []
            for table, name in ((agents, "agents"), (links, "links")):
                batches.append(Batch(table, name))
                stack.callback(batches[-1].close)
            first, second = batches
            result, error = _abi.aura_result(), new_error()
            status = library().aura_topology_from_arrow(
                self._handle, pointer, length, first.array, first.schema, second.array, second.schema, result, error
            )
        return _answer(status, result, error)

    # ---------------------------------------------------------------------------------------------- follow

    def events(
        self,
        request: Request = None,
        /,
        *,
        cancel: Cancel | None = None,
        timeout: float | None = None,
        progress: Progress | None = None,
        **members: Any,
    ) -> Result:
        """Says what has happened since a cursor (`after`), with `wait_ms` waiting for news."""
        return self._ask(library().aura_events, request, members, cancel, timeout, progress)

    # ---------------------------------------------------------------------------------------------- bytes

    def analyze_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """analyze(), but the engine's JSON text."""
        return _take(self.analyze(request, **options))

    def predict_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """predict(), but the engine's JSON text."""
        return _take(self.predict(request, **options))

    def intervene_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """intervene(), but the engine's JSON text."""
        return _take(self.intervene(request, **options))

    def catalogue_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """catalogue(), but the engine's JSON text."""
        return _take(self.catalogue(request, **options))

    def self_check_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """self_check(), but the engine's JSON text."""
        return _take(self.self_check(request, **options))

    def explain_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """explain(), but the engine's JSON text."""
        return _take(self.explain(request, **options))

    def observe_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """observe(), but the engine's JSON text."""
        return _take(self.observe(request, **options))

    def apply_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """apply(), but the engine's JSON text."""
        return _take(self.apply(request, **options))

    def events_bytes(self, request: Request = None, /, **options: Any) -> bytes:
        """events(), but the engine's JSON text."""
        return _take(self.events(request, **options))

    # ---------------------------------------------------------------------------------------------- one call

    def _ask(
        self,
        function: Callable[..., int],
        request: Request,
        members: Mapping[str, Any],
        cancel: Cancel | None,
        timeout: float | None,
        progress: Progress | None,
        arrays: Mapping[str, Any] | None = None,
        place: str = "topology",
    ) -> Result:
        text = request_text(request, members, place)
        raised: list[BaseException] = []
        with ExitStack() as stack:
            pointer, length = borrow_text(text, stack)
            token, expired = stack.enter_context(_token(cancel, timeout))
            call = None
            if token is not None or progress is not None or arrays is not None:
                call = _abi.aura_call(ctypes.sizeof(_abi.aura_call))
                if token is not None:
                    call.cancel = token._handle
                if progress is not None:
                    call.progress = _progress_callback(progress, raised)
                if arrays is not None:
                    call.arrays, call.array_count = borrow_named(arrays, stack), len(arrays)
            result, error = _abi.aura_result(), new_error()
            status = function(self._handle, pointer, length, call, result, error)
        if raised:
            if not status:
                Result(result).close()
            raise raised[0]
        try:
            return _answer(status, result, error)
        except AuraCancelledError as cancelled:
            if expired():
                raise AuraTimeoutError(f"no answer within {timeout} s", status=status) from cancelled
            raise


def _answer(status: int, result: _abi.aura_result, error: _abi.aura_error) -> Result:
    if status:
        raise failure(status, error)
    return Result(result)


def _take(result: Result) -> bytes:
    with result:
        return result.json_bytes


def _name(topology: object) -> str:
    if not isinstance(topology, str):
        raise TypeError(f"the name of a topology is a str, not {type(topology).__name__}")
    return topology


def _log_callback(log: Log) -> Any:
    if not callable(log):
        raise TypeError(f"log is a function of a level and a text, not {type(log).__name__}")

    def call(_: int | None, level: int, message: int, length: int) -> None:
        log(level, ctypes.string_at(message, length).decode("utf-8", "replace"))

    return _abi.aura_log_fn(call)


def _progress_callback(progress: Progress, raised: list[BaseException]) -> Any:
    if not callable(progress):
        raise TypeError(f"progress is a function of a fraction, not {type(progress).__name__}")

    def call(_: int | None, fraction: float) -> int:
        try:
            return 1 if progress(fraction) else 0
        except BaseException as error:  # also KeyboardInterrupt: it belongs to the caller, not to the engine
            raised.append(error)
            return 1

    return _abi.aura_progress_fn(call)


