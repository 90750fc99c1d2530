"""Tesseract's `.lstm` component: an integer network rewritten as a float one, which can be trained on.

Debian ships integer models: each row of a weight matrix is int8 with a scale of its own. `lstmtraining` refuses to
train them. The float form holds the products as doubles; all else stays, so it reads as before up to the rounding
of activations, and made integer again it has the same weights. The format is that of tesseract 4 and 5
(src/lstm: network.cpp, weightmatrix.cpp, lstmrecognizer.cpp), little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

__all__ = ["UnknownNetwork", "to_float"]

_INT_MODE = 1  # of a weight matrix, and of the recogniser's training flags
_DOUBLES = 128
_OWN_RATES = 64  # the network keeps a learning rate for each layer
_STACKS = ("Series", "Parallel", "Replicated", "RTLReversed", "TTBReversed", "XYTranspose", "ParBidiLSTM")
_LSTMS = ("LSTM", "SummLSTM")
_MATRICES = ("Logistic", "LinLogistic", "LinTanh", "Tanh", "Relu", "Linear", "Softmax", "SoftmaxNoCTC")
_EXTRA = {"Input": 5, "Convolve": 2, "Maxpool": 2, "Reconfig": 2}  # numbers of four bytes after the common head
_GATES = 4  # of a one-dimensional LSTM


class UnknownNetwork(ValueError):
    """A component that is no network of a known kind, or one that is float already."""


@dataclass(slots=True)
class _Copy:
    """Reads `data` from front to back and writes what it read, changed or not."""

    data: bytes
    place: int = 0
    parts: list[bytes] = field(default_factory=list)

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes; they are not written."""
        taken = self.data[self.place : self.place + count]
        if count < 0 or len(taken) != count:
            raise UnknownNetwork(f"the component ends before byte {self.place + count}")
        self.place += count
        return taken

    def number(self) -> int:
        """Copy a number of four bytes and return it."""
        raw = self.take(4)
        self.parts.append(raw)
        return int.from_bytes(raw, "little", signed=True)

    def copy(self, count: int) -> bytes:
        """Copy `count` bytes and return them."""
        raw = self.take(count)
        self.parts.append(raw)
        return raw

    def text(self) -> str:
        """Copy a string, which its length precedes, and return it."""
        return self.copy(self.number()).decode("utf-8", "replace")


def to_float(component: bytes) -> bytes:
    """Return the integer `.lstm` component as a float one at iteration 0. Raises `UnknownNetwork`."""
    copy = _Copy(component)
    _network(copy)
    copy.text()  # the network's specification
    flags, _, _, null, *rates = struct.unpack("<4i3f", copy.take(28))
    if not flags & _INT_MODE:
        raise UnknownNetwork("the network is float already")
    if copy.place != len(component):
        raise UnknownNetwork("the component holds its own unicharset, or is damaged")
    copy.parts.append(struct.pack("<4i3f", flags & ~_INT_MODE, 0, 0, null, *rates))
    return b"".join(copy.parts)


def _network(copy: _Copy) -> None:
    copy.copy(1)
    kind = copy.text()
    copy.copy(2)  # is it training, does it pass errors back
    flags = copy.number()
    for _ in range(3):  # inputs, outputs, weights
        copy.number()
    copy.text()
    if kind in _STACKS:
        for _ in range(copy.number()):
            _network(copy)
        if flags & _OWN_RATES:
            copy.copy(4 * copy.number())
    elif kind in _LSTMS:
        copy.number()
        for _ in range(_GATES):
            _matrix(copy)
    elif kind in _MATRICES:
        _matrix(copy)
    elif kind in _EXTRA:
        copy.copy(4 * _EXTRA[kind])
    else:
        raise UnknownNetwork(f"a layer of kind {kind!r}")


def _matrix(copy: _Copy) -> None:
    mode = copy.take(1)[0]
    if not mode & _INT_MODE or not mode & _DOUBLES:
        raise UnknownNetwork(f"a weight matrix of mode {mode}")
    rows, columns = struct.unpack("<2I", copy.take(8))
    copy.take(1)  # what an empty cell holds
    weights = np.frombuffer(copy.take(rows * columns), np.int8).reshape(rows, columns)
    (count,) = struct.unpack("<I", copy.take(4))
    scales = np.frombuffer(copy.take(8 * count), "<f8")
    if count < rows:
        raise UnknownNetwork(f"{count} scales for {rows} rows")
    floats = weights * scales[:rows, None]
    copy.parts.append(bytes([mode & ~_INT_MODE]) + struct.pack("<2Id", rows, columns, 0.0))
    copy.parts.append(floats.astype("<f8").tobytes())
