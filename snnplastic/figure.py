"""Files of a run: NAME.nc, NAME.json, NAME.svg, NAME.png. Figures are drawn from Results and simulate nothing."""

import json
from dataclasses import asdict
from pathlib import Path

from .errors import ResultsError
from .files import whole
from .results import STYLE, Results


def summary(results, checks, files=()):
    """The JSON object of a run."""
    provenance = results.provenance
    return {
        "name": results.name, "seed": int(results.data.attrs["seed"]), "device": provenance.get("device"), "cached": bool(provenance.get("cached")),
        "seconds": provenance.get("seconds"), "files": [str(f) for f in files], "targets": [_finite(asdict(check)) for check in checks],
    }  # fmt: skip


def _finite(row):
    return {k: (None if isinstance(v, float) and v != v else v) for k, v in row.items()}


def draw(results, folder, name=None):
    """Write NAME.svg and NAME.png of results into a folder; byte-stable for the same data and versions."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    folder, name = Path(folder), name or results.name
    figure = results.figure()
    FigureCanvasAgg(figure)
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    with matplotlib.rc_context(fname=STYLE):
        figure.draw_without_rendering()  # lays the panels out, once for both files
        figure.set_layout_engine("none")
        # the solver of the layout leaves rounding noise of 1e-15, which names of clip paths would show
        for part in _parts(figure):
            part.bbox_relative.p0, part.bbox_relative.p1 = (corner.round(9) for corner in part.bbox_relative.get_points())
        for axes in figure.axes:
            axes.set_position([round(float(edge), 9) for edge in axes.get_position().bounds])
        for path in paths:
            with whole(path, error=ResultsError) as (temporary,):
                metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
                figure.savefig(temporary, format=path.suffix[1:], metadata=metadata)
    return paths


def _parts(figure):
    for part in figure.subfigs:
        yield part
        yield from _parts(part)


def write(results, folder, *, name=None, keep_data=True, portable=False):
    """Write a run into a folder, as NAME (the protocol's by default); returns (summary, checks). `portable` leaves out what differs between machines."""
    folder, name = Path(folder), name or results.name
    checks = results.check()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(f"{folder} cannot be written: {error.strerror}") from None
    files = [results.save(folder / f"{name}.nc")] if keep_data else []
    files += draw(results, folder, name)
    description = folder / f"{name}.json"
    files.append(description)
    told = summary(results, checks, [f.name for f in files])
    if portable:
        told = {k: v for k, v in told.items() if k not in ("seconds", "cached")}
    told |= {
        "parameters": json.loads(results.data.attrs["parameters"]),
        "versions": json.loads(results.provenance["versions"]),
        "note": results.provenance["note"],
    }
    with whole(description, error=ResultsError) as (temporary,):
        temporary.write_text(json.dumps(told, indent=1) + "\n")
    return summary(results, checks, files), checks


def redraw(path):
    """Draw the figure of a saved run again, beside it."""
    path = Path(path)
    return draw(Results.load(path), path.parent, path.stem)
