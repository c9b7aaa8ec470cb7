"""What has happened, told to whoever follows: numbered, kept for those who come back, bounded for the slow."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple, Optional


class Event(NamedTuple):
    """One thing that happened. `data` is JSON text; ids rise by one over all networks."""

    id: int
    kind: str
    topology: str
    data: str

    def sse(self) -> bytes:
        """The event as server-sent events write it."""
        return f"id: {self.id}\nevent: {self.kind}\ndata: {self.data}\n\n".encode()

    def message(self) -> str:
        """The event as the socket writes it."""
        return f'{{"op":"event","id":{self.id},"kind":{json.dumps(self.kind)},"data":{self.data}}}'


class Follower:
    """A queue of one reader. A reader that is more than `limit` events behind is lost: it is told, and let go."""

    def __init__(self, topology: Optional[str], limit: int) -> None:
        self.topology = topology
        self.limit = limit
        self.lost = False
        self._waiting: deque[Event] = deque()
        self._news = asyncio.Event()

    def put(self, event: Event) -> None:
        """Takes an event unless the reader is lost."""
        if self.topology not in (None, event.topology) or self.lost:
            return
        if len(self._waiting) >= self.limit:
            self.lost = True
            self._waiting.clear()
        else:
            self._waiting.append(event)
        self._news.set()

    def close(self) -> None:
        """Wakes the reader for the last time."""
        self.lost = True
        self._news.set()

    async def next(self, timeout: float) -> Optional[Event]:
        """The next event; None when there is none within `timeout` seconds, or when the reader is lost."""
        if not self._waiting and not self.lost:
            self._news.clear()
            try:
                async with asyncio.timeout(timeout):
                    await self._news.wait()
            except TimeoutError:
                return None
        return self._waiting.popleft() if self._waiting else None


class Hub:
    """Hands events to followers and keeps the last ones. Used from the event loop's thread only."""

    def __init__(self, keep: int, last: int = 0, kept: Iterable[Event] = ()) -> None:
        self._kept: deque[Event] = deque(kept, maxlen=keep)
        self.last = last
        self.followers: set[Follower] = set()

    @property
    def first(self) -> int:
        """The id of the oldest event that is kept, or that of the next one."""
        return self._kept[0].id if self._kept else self.last + 1

    def make(self, kind: str, topology: str, data: Any) -> Event:
        """Numbers an event. Publish it once it is stored."""
        self.last += 1
        text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
        return Event(self.last, kind, topology, text)

    def publish(self, event: Event) -> None:
        """Tells all followers."""
        self._kept.append(event)
        for follower in self.followers:
            follower.put(event)

    def follow(self, topology: Optional[str], after: Optional[int], limit: int = 1_000) -> Follower:
        """A reader from now on, or from what came after an id; what is no longer kept makes it lost at once."""
        follower = Follower(topology, limit)
        if after is not None:
            if after + 1 < self.first:
                follower.lost = True
            follower.limit = max(limit, len(self._kept))
            for event in self._kept:
                if event.id > after:
                    follower.put(event)
        self.followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        """Ends a reader."""
        self.followers.discard(follower)

    def close(self) -> None:
        """Ends all readers."""
        for follower in list(self.followers):
            follower.close()
