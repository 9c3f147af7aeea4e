"""One frozen record of a training run. CLI flags, the manifest and help texts derive from its fields."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from yodo_core.errors import InputError, unknown

OBJECTIVES = ("calibrated", "paper")
SPLITS = ("default", "paper")
ENDS = ("shared", "independent")
# Fields that checkpoints of earlier versions hold.
RETIRED = frozenset({"sharpness", "proportional"})
# Seeds are stored as int32 and further ones follow the first; a manifest must not ask for a net of any size.
MOST = {
    "seed": 2**31 - 1000,
    "split_seed": 2**31 - 1000,
    "hidden": 2**14,
    "depth": 64,
    "epochs": 100_000,
    "dual_rate": 1e6,
}


def _option(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides what a run computes, beside the rows themselves.

    Raises InputError, naming every field that is out of range in one message.
    """

    dataset: str = _option("adult", "Data set id; see `data list`.")
    attribute: str = _option("sex", "Sensitive attribute whose groups are compared, e.g. sex, race, sex+race.")
    notion: str = _option("dp", "What is to be equal: dp, eo or eodds.")
    objective: str = _option("calibrated", "calibrated (target tracking) or paper (Han et al. 2025).")
    with_attribute: bool = _option(False, "Let the model see the attribute among its features.")
    seed: int = _option(0, "Training seed: both initialisations, batch order, levels drawn.")
    split_seed: int = _option(1314, "Seed of the split into train, tune, certify and test rows.")
    split: str = _option("default", "default (60/10/10/20) or paper (70/10/20, stratified on the label only).")
    epochs: int = _option(6, "Passes over the training rows.")
    batch_size: int = _option(512, "Rows a step; a shorter last batch is left out of its epoch.")
    learning_rate: float = _option(3e-3, "Peak of the one-cycle learning rate.")
    weight_decay: float = _option(1.0, "Decoupled weight decay: each step takes learning rate x this off a weight.")
    hidden: int = _option(128, "Width of each hidden layer.")
    depth: int = _option(2, "Number of hidden layers.")
    dropout: float = _option(0.0, "Share of hidden units dropped while training, in [0, 1).")
    ends: str = _option("shared", "shared or independent (Han et al. 2025) initial weights of the two ends.")
    cosine_weight: float = _option(0.0, "Weight of the squared cosine between the two ends' weights.")
    penalty: float = _option(1.0, "paper objective only: the largest penalty A, reached at alpha 1.")
    trunk: float = _option(0.4, "calibrated objective only: share of the steps that train both ends as one, in [0, 1).")
    at_start: float = _option(0.7, "calibrated objective only: share of a later step's rows that are at alpha 0.")
    at_end: float = _option(0.27, "calibrated objective only: share of the later rows that are at alpha 1.")
    dual_rate: float = _option(
        0.6, "calibrated objective only: step of the multipliers towards their targets, times the root of the steps."
    )
    threads: int = _option(1, "Torch threads; runs repeat bit for bit at one thread count.")

    def __post_init__(self) -> None:
        tables = {"objective": OBJECTIVES, "split": SPLITS, "ends": ENDS}
        names = [
            str(unknown(k, getattr(self, k), known)) for k, known in tables.items() if getattr(self, k) not in known
        ]
        least = {
            "epochs": 1,
            "batch_size": 2,
            "hidden": 1,
            "depth": 1,
            "threads": 1,
            "seed": 0,
            "split_seed": 0,
        }
        wrong = [f"{k}={getattr(self, k)} (at least {v})" for k, v in least.items() if getattr(self, k) < v]
        wrong += [f"{k}={getattr(self, k)} (at most {v})" for k, v in MOST.items() if getattr(self, k) > v]
        wrong += [
            f"{k}={getattr(self, k)} (0 or more)"
            for k in ("dropout", "weight_decay", "cosine_weight", "penalty", "dual_rate", "trunk", "at_start", "at_end")
            if not getattr(self, k) >= 0
        ]
        if not 0 < self.learning_rate < 1:
            wrong.append(f"learning_rate={self.learning_rate} (between 0 and 1)")
        wrong += [f"{k}={getattr(self, k)} (below 1)" for k in ("dropout", "trunk") if not getattr(self, k) < 1]
        if not self.at_start + self.at_end < 1:
            wrong.append(f"at_start={self.at_start} and at_end={self.at_end} (together below 1)")
        if wrong:
            names.append(f"Out of range: {'; '.join(wrong)}. Change these options.")
        if names:
            raise InputError(" ".join(names))

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values, for the manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> TrainConfig:
        """The inverse of `to_json`; fields of earlier versions are passed over. Raises InputError on unknown ones."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in values.items() if name not in RETIRED}
        extra = sorted(set(values) - known)
        if extra:
            raise InputError(f"Unknown training fields: {', '.join(extra)}. Known: {', '.join(sorted(known))}.")
        return cls(**values)


def help_of(name: str) -> str:
    """The help text of one field of TrainConfig."""
    return next(f.metadata["help"] for f in fields(TrainConfig) if f.name == name)
