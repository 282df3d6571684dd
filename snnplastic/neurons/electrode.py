"""Electrode: voltage clamp or current injection in pulses, with one schedule per cell."""

from dataclasses import dataclass

import numpy as np

from ..parameter import Parameterised, Source, param
from ..receptors.receptor import parameter_lines


@dataclass(frozen=True, kw_only=True)
class Electrode(Parameterised):
    r"""One electrode in each cell, off until its arrays say otherwise.

    I_electrode = on(t) [g_clamp clamping (V_cmd - v) + I_pulse]; on(t) is 1 for `pulse_length` from
    `pulse_first` on, every `pulse_period`, `pulse_count` times (one long pulse is a holding potential);
    `train_count` such trains, one every `train_period`.
    A point clamp of conductance g_clamp holds v within 1 % of V_cmd when g_clamp is 100 g_leak.
    """

    source = Source("Cole", 1949, "Arch. Sci. Physiol. 3:253")

    g_clamp: float = param(1, "uS", "conductance of the clamp amplifier", "free", low=0)

    model = """
    pulse_first : second (constant)
    pulse_period : second (constant)
    pulse_length : second (constant)
    pulse_count : 1 (constant)
    train_period : second (constant)
    train_count : 1 (constant)
    clamping : 1 (constant)
    V_cmd : volt (constant)
    I_pulse : amp (constant)
    train_index = clip(floor((t - pulse_first + 0.5*dt)/train_period), 0, train_count - 1) : 1 (constant over dt)
    since_train = t - pulse_first - train_index*train_period + 0.5*dt : second
    pulse_index = floor(since_train/pulse_period) : 1 (constant over dt)
    since = since_train - pulse_index*pulse_period : second
    pulse_on = int(pulse_index >= 0)*int(pulse_index < pulse_count)*int(since < pulse_length) : 1 (constant over dt)
    I_electrode = pulse_on*(clamping*g_clamp*(V_cmd - v) + I_pulse) : amp
    """

    def equations(self, vary=()):
        return f"{parameter_lines(self, self.declared(), vary)}\n{self.model}"

    def assign(self, group):
        from brian2 import second

        group.g_clamp = self.quantity("g_clamp")
        group.pulse_period = group.train_period = 1 * second
        group.train_count = 1

    @staticmethod
    def values(
        group, n, *, first=0.0, period=1.0, length=0.0, count=0, trains=1, train_period=1.0, clamping=0, V_cmd=0.0, I_pulse=0.0
    ):  # fmt: skip
        """Arrays of a run (SI), each argument one number or one per cell; count 0 means no pulse."""
        given = {"pulse_first": first, "pulse_period": period, "pulse_length": length, "pulse_count": count, "train_count": trains,
                 "train_period": train_period, "clamping": clamping, "V_cmd": V_cmd, "I_pulse": I_pulse}  # fmt: skip
        return {f"{group}.{key}": np.broadcast_to(np.asarray(value, float), n).copy() for key, value in given.items()}
