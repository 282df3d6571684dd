"""Presynaptic place cells of a circular track: rates, or Poisson spikes of these rates."""

from dataclasses import dataclass

import numpy as np

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class PlaceInputs(Parameterised):
    r"""field = active r_peak sum_k exp(-((x - centre + k track)/sigma)^2), sigma = field_width/(3 sqrt(2)), x = v t on the circular track.

    `rate` is what a rule reads: the field itself, or, where `spiking` is 1, the spikes drawn from it (their number in a step
    over the step). Both are taken at the middle of the step, so that a filter of them is exact to second order.
    centre, velocity, active and spiking are arrays of the run.
    """

    source = Source(
        "Milstein, Li, Bittner, Grienberger, Soltesz, Magee & Romani",
        2021,
        "eLife 10:e73046",
        doi="10.7554/eLife.73046",
    )

    track: float = param(187, "cm", "length of the circular track", "Methods", low=1e-3)
    field_width: float = param(90, "cm", "width of an input's field", "Methods", low=1e-3)
    r_peak: float = param(40, "Hz", "peak rate", "Methods", low=0)

    model = """
    track : metre (shared, constant)
    field_width : metre (shared, constant)
    r_peak : Hz (shared, constant)
    centre : metre (constant)
    velocity : metre/second (constant)
    active : 1 (constant)
    spiking : 1 (constant)
    along = (velocity*(t + 0.5*dt)) % track - centre : metre
    sigma = field_width/(3*sqrt(2)) : metre
    field = active*r_peak*(exp(-(along/sigma)**2) + exp(-((along - track)/sigma)**2) + exp(-((along + track)/sigma)**2)) : Hz (constant over dt)
    count = poisson(spiking*field*dt) : 1 (constant over dt)
    rate = (1 - spiking)*field + spiking*count/dt : Hz
    """

    def group(self, n, *, name=None, clock=None):
        """A Brian2 NeuronGroup of n inputs; one with Poisson spikes emits them."""
        from brian2 import NeuronGroup

        named = {"name": name} if name else {}
        made = NeuronGroup(n, self.model, threshold="count > 0", namespace={}, clock=clock, **named)
        for parameter in ("track", "field_width", "r_peak"):
            setattr(made, parameter, self.quantity(parameter))
        made.active = 1
        return made

    def centres(self, n):
        """Centres of n inputs that cover the track evenly, m."""
        return (np.arange(n) + 0.5) * self.track / n

    def map(self, centres, x):
        """Rates (Hz) of inputs at `centres` where the animal is at x (m): an array (input, x)."""
        sigma, away = self.field_width / (3 * np.sqrt(2)), np.subtract.outer(np.asarray(x), np.asarray(centres)).T
        return self.r_peak * sum(np.exp(-(((away + k * self.track) / sigma) ** 2)) for k in (-1, 0, 1))

    def values(self, group):
        """{group.parameter: SI value} for the arrays of a run."""
        return {f"{group}.{name}": getattr(self, name) for name in ("track", "field_width", "r_peak")}
