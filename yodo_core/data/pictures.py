"""Pictures as rows: decoded within bounds, hashed by what their files hold."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from yodo_core.errors import InputError

KINDS = ("JPEG", "PNG")
MOST_BYTES = 16 * 2**20
MOST_PIXELS = 2**24
"""Of one picture, encoded and decoded."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """pixels uint8 (N, channels, height, width); `sha256` is that of the files, which no decoder can change."""

    pixels: np.ndarray
    sha256: str

    def hash_with(self, rows_sha256: str) -> str:
        """The hash of the rows and their pictures together."""
        return hashlib.sha256(f"{rows_sha256} {self.sha256}".encode()).hexdigest()


def decode(named: Iterable[tuple[str, bytes]], count: int, side: int) -> Pictures:
    """`count` JPEG or PNG pictures as colours (3, side, side): the largest square in the middle, resized.

    Raises InputError, naming the picture, for one that is damaged, of another kind or too large, or a wrong count.
    """
    pixels, digest, place = np.empty((count, 3, side, side), np.uint8), hashlib.sha256(), 0
    for place, (name, content) in enumerate(named, start=1):
        if place > count:
            break
        digest.update(len(content).to_bytes(8, "little") + content)
        pixels[place - 1] = _square(name, content, side)
    if place != count:
        raise InputError(f"Got {place} pictures for {count} rows; expected one each. Copy the files again.")
    return Pictures(pixels, digest.hexdigest())


def _square(name: str, content: bytes, side: int) -> np.ndarray:
    # Imported here: whoever reads tables need not wait for it.
    from PIL import Image

    if len(content) > MOST_BYTES:
        raise InputError(f"{name} has {len(content):,} bytes; expected at most {MOST_BYTES:,}. Leave it out.")
    try:
        # The header alone is read before the size is known to be fine.
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content), formats=KINDS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise InputError(f"{name} is {image.width} by {image.height} pixels; expected at most {MOST_PIXELS:,}.")
            size = min(image.size)
            left, top = (image.width - size) // 2, (image.height - size) // 2
            colours = image.convert("RGB").crop((left, top, left + size, top + size))
            if size != side:
                colours = colours.resize((side, side), Image.Resampling.BILINEAR)
            return np.asarray(colours).transpose(2, 0, 1)
    except InputError:
        raise
    # Pillow raises whatever its decoders raise, SyntaxError and struct.error among them.
    except Exception as error:
        raise InputError(
            f"{name} cannot be read as a picture ({type(error).__name__}); expected JPEG or PNG. Copy it again."
        ) from None
