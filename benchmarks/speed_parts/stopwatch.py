"""Processor time by parts: functions are wrapped where they live, each part's time without that of parts within it."""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

REST = "the rest"


class Stopwatch:
    """`seconds` of this thread's processor time by part; what no part covers is the rest."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def watching(self, places: dict[tuple[Any, str], str]) -> Iterator[None]:
        """Time the attributes (owner, name) as the parts that they map to."""
        kept = {place: getattr(*place) for place in places}
        try:
            for (owner, name), part in places.items():
                setattr(owner, name, self._timed(part, kept[owner, name]))
            with self._part(REST):
                yield
        finally:
            for (owner, name), original in kept.items():
                setattr(owner, name, original)

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted as this part's; of an iterator it returns, the time of each item too."""

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self._part(name):
                result = function(*args, **kwargs)
            return self._items(name, result) if hasattr(result, "__next__") else result

        return wrapped

    def _items(self, name: str, iterator: Iterator[Any]) -> Iterator[Any]:
        while True:
            with self._part(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    @contextmanager
    def _part(self, name: str) -> Iterator[None]:
        self._switch()
        self._running.append(name)
        try:
            yield
        finally:
            self._switch()
            self._running.pop()

    def _switch(self) -> None:
        now = time.thread_time()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now
