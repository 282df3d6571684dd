"""MNIST and Fashion-MNIST: images in the four idx files that they are published as, as spikes."""

import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import GradientError, ParameterError
from ..parameter import Source, param
from ._coding import PixelTask, generator, steps
from .samples import Samples

PARTS = {"train": 60000, "t10k": 10000}
SIDE = 28


@dataclass(frozen=True, kw_only=True)
class IdxImages(PixelTask):
    """Images of 784 pixels, values 0 ... 255 divided by 255, a channel each; latency or rate code as in `Digits`.

    Training takes the first `n_train` images of the train file, validation its last `n_valid`, the test the first `n_test` of the
    t10k file. `folder` holds the four files, or a folder `data` (mnist, fashion-mnist) with them, packed (.gz) or not; empty: the
    environment variable SNNPLASTIC_DATA. The seed of `samples` is that of the rate code. Chance is 10 %; the nearest class mean
    of the pixels is right in 82.03 % (MNIST) and 67.68 % (Fashion-MNIST) of the test files (measured, all 60000 to train).
    Fashion-MNIST is of Xiao, Rasul & Vollgraf (2017), doi 10.48550/arXiv.1708.07747.
    """

    source = Source("LeCun, Bottou, Bengio & Haffner", 1998, "Proc. IEEE 86:2278", doi="10.1109/5.726791")

    data: str = param("mnist", None, "which images", "free", legal=("mnist", "fashion-mnist"))
    folder: str = param("", None, "where the files are; empty: SNNPLASTIC_DATA", "free")
    n_train: int = param(50000, "1", "samples to train on", "free", low=1, high=60000)
    n_valid: int = param(10000, "1", "samples to validate on", "free", low=0, high=60000)
    n_test: int = param(10000, "1", "samples to test on", "free", low=0, high=10000)

    n_in, n_out = SIDE * SIDE, 10

    def check_fields(self):
        super().check_fields()
        if not isinstance(self.folder, (str, os.PathLike)):
            raise ParameterError(
                f"{type(self).__name__}.folder = {self.folder!r} is not legal; legal: the path of a folder"
            )
        if self.n_train + self.n_valid > PARTS["train"]:
            raise ParameterError(
                f"{type(self).__name__}.n_train + n_valid = {self.n_train + self.n_valid}; legal: at most the {PARTS['train']} images of the train file"
            )

    def samples(self, seed=0):
        rng, (values, label) = generator(self, seed), self.images()
        sample, time, channel = self.spikes(rng, values / np.float32(255))
        return Samples(
            n_steps=steps(self, "duration"), n_in=self.n_in, n_out=10, counts=(self.n_train, self.n_valid, self.n_test),
            time=time, channel=channel, sample=sample, label=label, about={"data": self.data},
        )  # fmt: skip

    def images(self):
        """Pixels (n, 784), 0 to 255, and labels of train, valid and test."""
        found = []
        for part, n in PARTS.items():
            values = self._read(f"{part}-images-idx3-ubyte", 2051, (n, SIDE, SIDE)).reshape(n, -1)
            label = self._read(f"{part}-labels-idx1-ubyte", 2049, (n,)).astype(int)
            which = np.r_[: self.n_train, n - self.n_valid : n] if part == "train" else np.r_[: self.n_test]
            found.append((values[which], label[which]))
        label = np.concatenate([found[0][1], found[1][1]])
        if label.max() > 9:
            raise GradientError(f"{type(self).__name__}.folder: the labels hold {label.max()}; legal: 0 to 9")
        return np.concatenate([found[0][0], found[1][0]]), label

    def _read(self, name, magic, shape):
        """The array of one idx file: a big-endian magic number and the shape, then a byte a value."""
        path = self._path(name)
        where = f"{type(self).__name__}.folder: {path}"
        try:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except (OSError, EOFError, zlib.error) as error:
            raise GradientError(f"{where} cannot be read ({error}); legal: the published file, whole") from None
        if len(content) < 4 + 4 * len(shape):
            raise GradientError(f"{where} has {len(content)} bytes and no header; legal: the published file, whole")
        head = np.frombuffer(content, ">u4", 1 + len(shape))
        if head[0] != magic:
            raise GradientError(f"{where} begins with the magic number {head[0]}; legal: {magic}")
        if tuple(head[1:]) != shape:
            raise GradientError(
                f"{where} declares the size {' x '.join(map(str, head[1:]))}; legal: {' x '.join(map(str, shape))}"
            )
        values = np.frombuffer(content, np.uint8, offset=4 * head.size)
        if values.size != np.prod(shape):
            raise GradientError(f"{where} holds {values.size} values; legal: {np.prod(shape)}, as its header says")
        return values.reshape(shape)

    def _path(self, name):
        folder = str(self.folder) or os.environ.get("SNNPLASTIC_DATA", "")
        if not folder:
            raise GradientError(
                f"{type(self).__name__}.folder is empty and SNNPLASTIC_DATA is not set; legal: the folder of the four idx files of {self.data}, or one above it"
            )
        tried = [Path(folder).expanduser() / below / f"{name}{end}" for below in (self.data, "") for end in ("", ".gz")]
        for path in tried:
            if path.is_file():
                return path
        raise GradientError(
            f"{type(self).__name__}.folder = {folder!r} holds no {name}; legal: one of {', '.join(map(str, tried))}"
        )
