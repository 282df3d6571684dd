"""Results: what a run measured, with all that it takes to make it again; and `run`, which makes them."""

import gc
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from dataclasses import fields
from numbers import Integral
from pathlib import Path

import numpy as np

from .errors import ParameterError, ProtocolError, ResultsError
from .files import whole
from .protocol import Protocol, find, name_of, settings_error

STYLE = Path(__file__).with_name("snnplastic.mplstyle")


class Results:
    """The Dataset of a run (`data`) and its provenance.

    `data.attrs` holds the protocol, its parameters and the seed; `provenance` what may differ between
    two runs with the same data (device, versions, seconds).
    """

    def __init__(self, data, provenance=None):
        self.data, self.provenance = data, dict(provenance or {})

    @property
    def name(self):
        return self.data.attrs["protocol"]

    @property
    def protocol(self):
        """The protocol class that made them."""
        return find(self.data.attrs.get("file") or self.name)

    def figure(self):
        """The protocol's matplotlib Figure; reads the data only."""
        import matplotlib

        with matplotlib.rc_context(fname=STYLE):
            return self.protocol.figure(self.data)

    def check(self):
        """A list of Check: each target beside its simulated value."""
        return self.protocol.check(self.data)

    def save(self, path):
        """Write one NetCDF file, whole or not at all: a temporary name, then a rename."""
        import xarray

        path = Path(path)
        self.data.attrs["checksum"] = self._checksum()
        numeric = {n: {"fletcher32": True} for n, v in self.data.variables.items() if v.dtype.kind in "fiub" and v.ndim}
        # The HDF5 library crashes on a full disk, so the file is made elsewhere and copied.
        with whole(path, error=ResultsError) as (temporary,), tempfile.TemporaryDirectory(prefix="snnplastic-") as scratch:
            made = Path(scratch) / "made.nc"
            self.data.to_netcdf(made, engine="h5netcdf", encoding=numeric)
            xarray.Dataset(attrs=self.provenance).to_netcdf(made, engine="h5netcdf", mode="a", group="provenance")
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, temporary)
        return path

    @classmethod
    def load(cls, path):
        """Read a file written by `save`; executes nothing. (`figure` and `check` then import the protocol it names.)"""
        import xarray

        if not Path(path).is_file():
            raise ResultsError(f"{path} does not exist")
        try:
            with _quiet_collection():
                data = xarray.load_dataset(path, engine="h5netcdf")
                provenance = dict(xarray.load_dataset(path, engine="h5netcdf", group="provenance").attrs)
        except Exception as error:  # the HDF5 library raises many kinds for a damaged file
            told = " ".join(str(error).split())
            raise ResultsError(f"{path} is damaged or not a results file: {told}") from None
        if "protocol" not in data.attrs:
            raise ResultsError(f"{path} was not written by snnplastic: it names no protocol")
        loaded = cls(data, provenance)
        if data.attrs.get("checksum") != loaded._checksum():
            raise ResultsError(f"{path} is damaged: its parameters, labels or single numbers do not match their checksum")
        return loaded

    def _checksum(self):
        """Of the attributes that say how the run was made, and of text and single numbers; arrays of numbers have checksums of their own in the file."""
        told = {key: str(self.data.attrs.get(key)) for key in ("protocol", "file", "parameters", "seed")}
        for name, variable in sorted(self.data.variables.items()):
            if variable.dtype.kind not in "fiub" or not variable.ndim:
                told[f"variable {name}"] = np.asarray(variable.values).astype(str).tolist()
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def __repr__(self):
        return f"<Results of {self.name}, seed {self.data.attrs['seed']}>\n{self.data!r}"

    def _repr_html_(self):
        import base64
        import html
        import io

        picture = io.BytesIO()
        self.figure().savefig(picture, format="png", dpi=80)
        rows = "".join(
            f"<tr><td>{html.escape(c.target)}</td><td>{c.simulated:.4g}</td><td>{'' if c.published is None else f'{c.published:.4g}'}</td>"
            f"<td>{c.tolerance}</td><td>{c.status}</td></tr>" for c in self.check()
        )  # fmt: skip
        head = "<tr><th>target</th><th>simulated</th><th>published</th><th>tolerance</th><th></th></tr>"
        encoded = base64.b64encode(picture.getvalue()).decode()
        return f'<img src="data:image/png;base64,{encoded}"><table>{head}{rows}</table>'


@contextmanager
def _quiet_collection():
    """A half-open HDF5 file complains on stderr when it is collected; the error that left it half open says it all."""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        yield
    except Exception as error:
        traceback.clear_frames(error.__traceback__)
        gc.collect()
        raise
    finally:
        sys.unraisablehook = hook


def run(protocol, *, device=None, seed=0, quiet=False, **settings):
    """Run a protocol and return its Results.

    protocol   a name, the path of a .py file, a Protocol class, or a Protocol object
    device     "cpp", "cython" or "numpy"; default cpp where a compiler is found
    seed       a whole number; the same seed gives bitwise the same data
    settings   the protocol's fields: numbers in their declared unit, text ("10, 20 Hz"), Quantities
    """
    from .device.execute import execute
    from .device.target import choose, versions

    if os.environ.get("SNN_CHILD"):
        raise ProtocolError(
            "run() was called while a build imported your file; put the call under if __name__ == '__main__':"
        )
    if isinstance(protocol, Protocol):
        if settings:
            raise ParameterError(
                f"run() got a {type(protocol).__name__} object and fields ({', '.join(settings)}); give the fields to the object"
            )
        made = protocol
    else:
        cls = find(protocol)
        for key in settings:
            if key not in {f.name for f in fields(cls)}:
                raise settings_error(cls, key)
        made = cls(**settings)
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= seed < 2**32:
        raise ProtocolError(f"seed = {seed!r} is not legal; legal: a whole number from 0 to {2**32 - 1}")
    target, note, start = choose(device), "", time.perf_counter()
    if target != "cpp":
        made, note = made.without_compiler() if device is None else (made, "")
        if device is None:
            note = f"no C++ compiler found: running on Brian2's numpy target{', ' + note if note else ''}"
    finished = execute(made, target=target, seed=seed, quiet=quiet, meanwhile=_import_what_follows)
    data = made.measure(finished.data)
    cls = type(made)
    data.attrs |= {"protocol": name_of(cls), "parameters": json.dumps(made.to_json()), "seed": int(seed)}
    if not cls.__module__.startswith("snnplastic."):
        data.attrs["file"] = os.path.realpath(sys.modules[cls.__module__].__file__)
    provenance = {
        "device": finished.device, "cached": int(finished.cached), "versions": json.dumps(versions()), "note": note,
        "seconds": round(time.perf_counter() - start, 3), **{f"seconds_{part}": round(spent, 3) for part, spent in finished.seconds.items()},
    }  # fmt: skip
    return Results(data, provenance)


def _import_what_follows():
    """Imports that the measurement and the figure need, made while the child runs."""
    import xarray
    import xarray.backends.h5netcdf_  # noqa: F401
