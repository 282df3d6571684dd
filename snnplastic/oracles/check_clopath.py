"""Checks of the voltage rule, its cell and its protocol: walks in plain NumPy, and the numbers of two other programs."""

import numpy as np

from .tables import row

# The authors' scheme, computed once by an independent port: (rate Hz, lag ms) -> weight, % of its start, to 0.1.
AUTHORS = {
    (0.1, 10): 100.0, (10, 10): 102.9, (20, 10): 115.7, (40, 10): 146.3, (50, 10): 165.0,
    (0.1, -10): 71.7, (10, -10): 59.6, (20, -10): 60.5, (40, -10): 117.8, (50, -10): 173.6,
}  # fmt: skip


def check_cells(device, _):
    """Random trains: the walk takes the same steps by other means (no time is skipped), so only rounding differs."""
    from ..networks.stimulated_cells import PULSE
    from ..results import run
    from ..rules.voltage_stdp import VoltageSTDP
    from .voltage_cells import PARTS, PLACES, VoltageCells
    from .voltage_walk import walk

    made = VoltageCells()
    seen = {name: values.values for name, values in run(made, device=device).data.items()}
    pre, post = made.trains()
    given = {"duration": made.length, "pulse": PULSE, "I_pulse": 1e-7}
    found = walk(made.neurons(), made.rules(), pre, post, np.full(len(pre), 0.5), dt=1e-4, **given)
    yield row(
        "adaptive_threshold_adex",
        "number of spikes of each cell against NumPy",
        np.abs(seen["single_spikes_count"] - found["spikes"]).max(),
        0,
    )
    yield row(
        "adaptive_threshold_adex",
        "pulses that made no spike, or more than one",
        sum(abs(int(n) - t.size) for n, t in zip(found["spikes"], post, strict=True)),
        0,
    )
    for name in ("u_minus", "u_plus"):
        yield row(
            "adaptive_threshold_adex",
            f"{name} after 1 s against NumPy (V)",
            np.abs(seen[f"single_{name}"] - found[name]).max(),
            1e-12,
        )
    yield row(
        "voltage_stdp", "mean square against NumPy (relative)", np.abs(seen["single_m"] / found["m"] - 1).max(), 1e-10
    )
    yield row(
        "voltage_stdp",
        "weight against NumPy, delays of 0 to 20 ms, homeostasis, bounds",
        np.abs(seen["single_w"] - found["w"]).max(),
        1e-12,
    )
    axons, cells = (np.arange(*part) for part in PARTS)
    i, j = (index.ravel() for index in np.meshgrid(axons, cells, indexing="ij"))
    cell, trains = made.neurons(), (made.regular_trains(), post)
    walked = walk(
        [cell[k] for k in j], [VoltageSTDP()] * i.size, [trains[0][k] for k in i], [trains[1][k] for k in j],
        0.3 + 0.1 * (i - axons[0]), dt=1e-4, **given,
    )["w"]  # fmt: skip
    for place in PLACES:
        yield row(
            "voltage_stdp",
            f"12 synapses between parts of groups against NumPy, traces = {place!r}",
            np.abs(seen[f"many_{place}_w"] - walked).max(),
            1e-12,
        )
    error = max(np.abs(seen[f"many_{place}_w"] - seen["many_synapse_w"]).max() for place in PLACES)
    yield row("voltage_stdp", "filters on neurons against filters on synapses", error, 1e-12)


def check_protocol(device, _):
    """Two other programs, the authors' scheme itself, and the whole protocol against one bout of it."""
    from ..results import run
    from .voltage_walk import authors_curve

    whole = {"experiments": "frequency", "rates": "10, 40 Hz", "device": device}
    data = run("voltage_pairing", device=device).data
    curve = authors_curve()
    yield row(
        "voltage_pairing",
        "the authors' scheme in NumPy against an earlier port of it, to 0.1 (points)",
        max(abs(curve[k] - AUTHORS[k]) for k in AUTHORS),
        0.05001,
    )
    mine = data.isel(condition=np.flatnonzero(data["experiment"] == "modeldb"))
    error = max(
        abs(p - curve[float(r), float(lag)])
        for r, lag, p in zip(mine.rate.values, mine.lag.values, mine.percent.values, strict=True)
    )
    yield row(
        "voltage_pairing",
        "ten points of the authors' scheme, in steps of 0.1 ms here and 1 ms there (points)",
        error,
        5,
    )
    alone = data.isel(condition=np.flatnonzero(np.isin(data["variant"], ("post alone", "pre alone, held at rest"))))
    yield row("voltage_pairing", "spikes of one side alone change nothing", np.abs(alone.dw).max(), 0)
    one, all_bouts = (run("voltage_pairing", bouts=bouts, **whole).data.dw.values for bouts in (1, 15))
    yield row("voltage_pairing", "15 bouts in 150 s against one bout, scaled (dw)", np.abs(one - all_bouts).max(), 1e-6)


CHECKS = {"adaptive_threshold_adex": check_cells, "voltage_stdp": check_cells, "voltage_pairing": check_protocol}
