"""Concurrent sessions on the real app: each a WebSocket that speaks Streamlit's protocol and moves alpha every 2 s.

A move is what a browser sends when the live slider settles: the component's state, for the fragment that holds it.
Timed from that message to `script_finished`; every answer is checked to carry figures recomputed at the alpha asked
for. This machine only; the sessions' own work shares its cores with the server. Cold: a fresh server. Warm: one that
has seen all 101 levels of every checkpoint. Usage: python benchmarks/sessions.py [--sessions 1,10,100] [--seconds 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from dataclasses import dataclass, field
from typing import Any

import websockets
from common import ROOT, Served, app, quantile, report, spread
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

EVERY_S = 2.0
LIMIT_S = 60
CHECKPOINTS = 3
LEVELS = 101
CHECKPOINT_ROOT = ROOT / os.environ.get("YODO_CHECKPOINTS", "checkpoints")
BUDGET_WARM_P95_MS = 100
BUDGET_COLD_MAX_MS = 5000
# An open page asks for one run at a time, so answers to a session come in order.
LIVE, FIGURES = "yodo_live", "yodo_figures"


@dataclass
class Session:
    """One open page: what a browser would remember between messages."""

    socket: Any
    checkpoint: str
    alpha: float = 0.0
    page_hash: str = ""
    fragment: str = ""
    live: str = ""
    cached: set[str] = field(default_factory=set)

    async def open(self) -> float:
        """The page's first run. Milliseconds from the message to the end of the run."""
        return await self._ask(fragment=False)

    async def move(self, alpha: float) -> float:
        """Settle the live slider at alpha. Milliseconds from the message to the end of the run."""
        self.alpha = alpha
        return await self._ask(fragment=True)

    async def _ask(self, fragment: bool) -> float:
        ask = BackMsg()
        state = ask.rerun_script
        state.query_string = f"checkpoint={self.checkpoint}&alpha={0.0 if not fragment else self.alpha:.2f}"
        state.page_script_hash = self.page_hash
        state.cached_message_hashes.extend(self.cached)
        if fragment:
            state.fragment_id = self.fragment
            widget = state.widget_states.widgets.add(id=self.live)
            widget.json_value = json.dumps({"alpha": {"value": self.alpha, "stamp": time.time_ns()}})
        began = time.perf_counter()
        await self.socket.send(ask.SerializeToString())
        figures = None
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), LIMIT_S))
            kind = answer.WhichOneof("type")
            if answer.metadata.cacheable and answer.hash:
                self.cached.add(answer.hash)
            if kind == "new_session":
                self.page_hash = answer.new_session.page_script_hash
            elif kind == "delta":
                figures = self._note(answer.delta) or figures
            elif kind == "script_finished":
                if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                break
        took = (time.perf_counter() - began) * 1000
        if figures is None or abs(figures["alpha"] - self.alpha) > 1e-9 or figures["level"] is None:
            raise RuntimeError(f"Asked {self.checkpoint} for alpha {self.alpha}, got {str(figures)[:200]}.")
        return took

    def _note(self, delta: Any) -> dict[str, Any] | None:
        """Remember the live component's id and its fragment; return the figures, if these are they."""
        if delta.WhichOneof("type") != "new_element" or delta.new_element.WhichOneof("type") != "bidi_component":
            return None
        component = delta.new_element.bidi_component
        if component.component_name.endswith(LIVE):
            self.live, self.fragment = component.id, delta.fragment_id
        if component.component_name.endswith(FIGURES):
            return json.loads(component.json or component.mixed.json)
        return None


async def connect(address: str, checkpoint: str) -> Session:
    socket = await websockets.connect(
        f"{address.replace('http', 'ws')}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=address,  # type: ignore[arg-type]
        max_size=64 * 2**20,
        open_timeout=LIMIT_S,
    )
    return Session(socket, checkpoint)


async def use(address: str, number: int, of: int, checkpoint: str, seconds: float) -> tuple[float, list[float]]:
    """One session from opening to closing: milliseconds of the first run, and of each move."""
    rng = random.Random(number)
    session = await connect(address, checkpoint)
    try:
        first = await session.open()
        began = time.perf_counter()
        moves: list[float] = []
        # Sessions move at different moments, evenly over the two seconds; a late answer delays its own next move.
        due = time.perf_counter() + EVERY_S * (number + 1) / of
        while due - began < seconds or not moves:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            level = rng.choice([i for i in range(LEVELS) if i != round(session.alpha * 100)])
            moves.append(await session.move(level / 100))
            due = max(due + EVERY_S, time.perf_counter())
        return first, moves
    finally:
        await session.socket.close()


async def visit_all(address: str, checkpoints: list[str]) -> None:
    """Let the server compute every level of every checkpoint once."""
    for checkpoint in checkpoints:
        session = await connect(address, checkpoint)
        await session.open()
        for level in (*range(1, LEVELS), 0):
            await session.move(level / 100)
        await session.socket.close()


@dataclass
class Found:
    """Milliseconds of every first run and move; processor seconds that app and sessions used meanwhile."""

    first: list[float]
    moves: list[float]
    app_cpu_s: float | None
    sessions_cpu_s: float


async def together(address: Served, checkpoints: list[str], sessions: int, seconds: float) -> Found:
    used, own = address.cpu_seconds(), time.process_time()
    runs = await asyncio.gather(
        *(use(address, i, sessions, checkpoints[i % len(checkpoints)], seconds) for i in range(sessions))
    )
    now = address.cpu_seconds()
    return Found(
        [first for first, _ in runs],
        [move for _, moves in runs for move in moves],
        None if now is None or used is None else now - used,
        time.process_time() - own,
    )


def tell(name: str, sessions: int, seconds: float, checkpoints: list[str], found: Found) -> None:
    first, moves = found.first, found.moves
    budget = {"warm": {"p95_ms": BUDGET_WARM_P95_MS}, "cold": {"max_ms": BUDGET_COLD_MAX_MS}}[name]
    report(
        "sessions",
        f"sessions-{sessions}-{name}",
        **spread(moves),
        over_5_s=sum(move > BUDGET_COLD_MAX_MS for move in moves),
        first_run_p95_ms=quantile(first, 0.95),
        first_run_max_ms=max(first),
        app_cpu_s=found.app_cpu_s,
        sessions_cpu_s=found.sessions_cpu_s,
        sessions=sessions,
        moves=len(moves),
        every_s=EVERY_S,
        seconds=seconds,
        checkpoints=checkpoints,
        levels=LEVELS,
        **({"budget": budget} if sessions == 100 else {}),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", default="1,10,100")
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    numbers = [int(text) for text in arguments.sessions.split(",")]
    found = sorted(path.parent.name for path in CHECKPOINT_ROOT.glob("*/manifest.json"))
    checkpoints = sorted(found, key=lambda name: (name.count("-"), name))[:CHECKPOINTS]
    for number in numbers:
        with app() as address:
            cold = asyncio.run(together(address, checkpoints, number, arguments.seconds))
        tell("cold", number, arguments.seconds, checkpoints, cold)
    with app() as address:
        asyncio.run(visit_all(address, checkpoints))
        for number in numbers:
            warm = asyncio.run(together(address, checkpoints, number, arguments.seconds))
            tell("warm", number, arguments.seconds, checkpoints, warm)


if __name__ == "__main__":
    main()
