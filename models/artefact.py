"""The diacritic model as a file: everything that was learned, in arrays, with the words and settings beside them.

In the safetensors format: no code, mapped into memory, read in a tenth of a second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from tonghop.models.calibration import Calibration
from tonghop.models.candidates import Lexicon
from tonghop.models.channel import MarkChannel
from tonghop.models.diacritics import Channels, DiacriticModel, Thresholds
from tonghop.models.letters import LetterChannel, Misreadings
from tonghop.models.ngrams import load_ngrams
from tonghop.models.rescoring import Network

__all__ = ["ARTEFACT", "load", "load_network", "save", "save_network"]

ARTEFACT, FORMAT = "diacritics.safetensors", "2"

_COUNTS = ("substitutions", "deletions", "insertions", "merges", "splits", "words")


def load(folder: Path | None = None) -> DiacriticModel:
    """Read the artefact (0.1 s); `folder` holds diacritics.safetensors, by default the one that is installed.

    Raises `OSError` when the file is not there and `ValueError` when it does not fit this program.
    """
    path = (folder or Path(__file__).parent / "data") / ARTEFACT
    try:
        with safe_open(path, framework="numpy") as file:
            settings = json.loads((file.metadata() or {}).get("settings", "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except SafetensorError as error:
        raise ValueError(f"{path}: {error}") from error
    if settings.get("format") != FORMAT:
        raise ValueError(f"{path} was made for another version of the model")
    words = tuple(settings["words"].split("\n"))
    channels = Channels(
        MarkChannel(arrays["confusions"]),
        LetterChannel(
            _misreadings("vietnamese", settings, arrays), words, (arrays["near_words"], arrays["near_scores"])
        ),
        LetterChannel(_misreadings("latin", settings, arrays), words),
    )
    lexicon = Lexicon(words, arrays["frequency"], arrays["cases"])
    limits = Thresholds(**json.loads(settings["thresholds"]))
    calibration = Calibration(arrays["calibration_knots"], arrays["calibration_values"])
    network = Network.of(arrays) if "network_first" in arrays else None
    return DiacriticModel(load_ngrams(arrays), lexicon, channels, limits, calibration, settings["version"], network)


def _misreadings(
    reader: str, settings: Mapping[str, str], arrays: Mapping[str, npt.NDArray[np.generic]]
) -> Misreadings:
    printed, read = settings[f"{reader}_printed"], settings[f"{reader}_read"]
    counts = {name: arrays[f"{reader}_{name}"].astype(np.uint32, copy=False) for name in _COUNTS}
    return Misreadings(printed, read, places=int(settings[f"{reader}_places"]), **counts)


def save(
    path: Path,
    model: DiacriticModel,
    arrays: Mapping[str, npt.NDArray[np.generic]],
    readers: Mapping[str, Misreadings],
) -> str:
    """Write what `load` reads: `arrays` are those of n-grams, lexicon and channels, `readers` "vietnamese" and "latin".

    Returns the version: the first digits of the SHA-256 of all that is in it.
    """
    told = {"format": FORMAT, "words": "\n".join(model.words), "thresholds": json.dumps(asdict(model.thresholds))}
    kept = {**arrays, "calibration_knots": model.calibration.knots, "calibration_values": model.calibration.values}
    kept |= model.network.arrays() if model.network else {}
    for name, counts in readers.items():
        told |= {f"{name}_printed": counts.printed, f"{name}_read": counts.read, f"{name}_places": str(counts.places)}
        kept |= {f"{name}_{field}": getattr(counts, field) for field in _COUNTS}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in sorted(kept):
        digest.update(name.encode() + np.ascontiguousarray(kept[name]).tobytes())
    version = digest.hexdigest()[:12]
    # One entry: of several the library shuffles the order, and the file would not be the same twice.
    settings = json.dumps({**told, "version": version}, sort_keys=True, ensure_ascii=False)
    save_file({name: np.ascontiguousarray(array) for name, array in kept.items()}, path, {"settings": settings})
    return version


def save_network(path: Path, network: Network) -> None:
    """Write the rescorer alone, to train the rest anew beside it."""
    save_file(network.arrays(), path)


def load_network(path: Path, size: int) -> Network:
    """Read what `save_network` wrote; raises `ValueError` when it was trained for another number of words."""
    network = Network.of(load_file(path))
    if len(network.bias) != size:
        raise ValueError(f"{path} was trained for {len(network.bias)} words, not for these {size}")
    return network
