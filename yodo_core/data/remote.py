"""What can be fetched, as values: the addresses, and how a download's part file is called. No network code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from yodo_core.data import acs, kdd
from yodo_core.errors import InputError

CENSUS = "https://www2.census.gov/programs-surveys/acs/data/pums"
UCI = "https://archive.ics.uci.edu/ml/machine-learning-databases/census-income-mld"
LONGEST = 120
"""Letters of a server's name for a version that still fit into a file name."""


@dataclass(frozen=True)
class Remote:
    """A file to be had: its name below a data folder, its address, and what it is called in the zip that holds it.

    `hint` is a sentence for who is told that there is nothing at the address.
    """

    name: str
    url: str
    member: str | None = None
    hint: str = "The address may have moved."

    @property
    def packed(self) -> str:
        """The file's name on the server."""
        return self.url.rpartition("/")[2]

    def target(self, folder: Path) -> Path:
        """Where the file is to lie below a data folder."""
        return folder / self.name

    def part(self, version: str, folder: Path) -> Path:
        """Where a download of what the server calls `version` is kept until it is whole; "" cannot be gone on with."""
        kept = quote(version, safe="")
        named = f"{self.packed}.{kept}.part" if 0 < len(kept) <= LONGEST else f"{self.packed}.part"
        return self.target(folder).with_name(named)

    def lock(self, folder: Path) -> Path:
        """What is held while the file is fetched."""
        return self.target(folder).with_name(f"{self.packed}.lock")

    def parts(self, folder: Path) -> list[Path]:
        """What earlier downloads left to go on from."""
        return sorted(self.target(folder).parent.glob(f"{self.packed}.*.part"))

    def version(self, part: Path) -> str:
        """What the server called the version that `part` is of; "" where it cannot be gone on with."""
        return unquote(part.name.removeprefix(self.packed).removesuffix(".part").removeprefix("."))


def remotes(dataset: str, everything: bool = False) -> list[Remote]:
    """The files that a data set's id needs, or with `everything` those too that it uses only where they are there.

    Raises InputError for a data set that is not to be had by download.
    """
    if dataset == "kdd":
        return [Remote(name, f"{UCI}/{Path(name).name}") for name in (kdd.FILES if everything else (kdd.NEEDED,))]
    if not dataset.startswith(acs.PREFIX):
        raise InputError(
            f"There is nothing to fetch for {dataset!r}; expected kdd, or an ACS problem with --states and --year, as "
            "in acs-income --states CA,NY --year 2018."
        )
    acs.declare(dataset)
    survey = acs.survey(dataset)
    folder = f"{CENSUS}/{survey.year}/{survey.horizon}"
    return [
        Remote(name, f"{folder}/csv_p{state}.zip", Path(name).name, "Is there such a file for this state and year?")
        for name, state in zip(survey.names(), survey.states, strict=True)
    ]
