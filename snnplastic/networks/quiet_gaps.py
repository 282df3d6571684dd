"""Skip the quiet time between test pulses: states are carried over a gap in closed form.

Simulated time is compressed: it consists of windows of equal length, and a gap may follow a window. Between test pulses
the gap is the same for all; in the dense stretch it is each cell's own (none by default), for slow trains of many pulses.
At the start of a window every state jumps by its own `rest`: the receptors', the rule's, the neuron's.
What is neglected is only what the decaying states would still have done to each other in the gap;
`residue` records the largest open fraction of NMDA receptors at the start of a gap, which bounds it.
"""

import numpy as np

from ..errors import ProtocolError
from ..receptors.receptor import rename

# Equations of the cells and of the synapses whose gaps are skipped; the values are one run's, s of compressed time.
CELLS = """
gap_length : second (shared, constant)
dense_from : second (shared, constant)
dense_to : second (shared, constant)
gap_dense : second (constant)
"""
SYNAPSES = "residue : 1"


def check_windows(window, dt, count):
    """The window's clock and the default clock must meet exactly at every window (Brian2 compares them within 1e-14 s)."""
    steps = round(window / dt)
    k = np.arange(count + 1)
    if steps < 1 or np.any(np.abs(k * steps * dt - k * window) > 1e-14):
        raise ProtocolError(
            f"time step {dt:g} s: the window of {window:g} s is not met exactly; legal: a step that divides it, such as 1e-4, 2e-4 or 5e-4 s"
        )


def gap_text(window):
    """What computes `gap` at the start of a window (s), from the names of CELLS."""
    tests = f"int(t <= dense_from + {window / 2!r}*second or t >= dense_to - {window / 2!r}*second)"
    return f"gap = int(t > 0*second)*(gap_length*{tests} + gap_dense*(1 - {tests}))\n"


def skip(cells, neuron, synapses, rule, receptors, clock, window, *, on_cells=(), terminals=()):
    """Make a group of cells and its synapses skip the gap at the start of each window of `clock`.

    on_cells    receptors on the cells
    terminals   [(synapses, receptor)] of further synapses onto the cells
    """
    from brian2 import defaultclock

    check_windows(window, float(defaultclock.dt_), 5000)
    gap = gap_text(window)
    left = next((r.residue_text() for r in receptors if r.residue), "0")
    residue = f"residue = clip(int(gap > 0*second)*{left}, residue, inf)"
    rest = "\n".join([residue, *(r.rest_text(neuron.v_syn) for r in receptors), rule.rest or rule.between])
    on_cell = rename(gap, ["gap_length", "gap_dense", "dense_from", "dense_to"], "_post")
    synapses.run_regularly(on_cell + rest, clock=clock, when="start", order=0)
    for others, receptor in terminals:
        others.run_regularly(on_cell + receptor.rest_text(neuron.v_syn), clock=clock, when="start", order=0)
    here = [neuron.rest, *(r.rest_text(neuron.v_syn, on_synapse=False) for r in on_cells)]
    cells.run_regularly(gap + "\n".join(here), clock=clock, when="start", order=0)


def values(cells, *, gap, dense_from, dense_to, gap_dense=None):
    """Gap length (s, real time) and the stretch of compressed time (s) that is dense; there, `gap_dense` (s) is each cell's own."""
    found = {f"{cells}.gap_length": gap, f"{cells}.dense_from": dense_from, f"{cells}.dense_to": dense_to}
    return found if gap_dense is None else {**found, f"{cells}.gap_dense": gap_dense}
