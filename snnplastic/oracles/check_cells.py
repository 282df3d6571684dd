"""Checks of neurons, receptors and continuous rules: the network of `cells` against SciPy, closed forms and printed tables."""

import numpy as np

from ..rules.calcium_control import CalciumControl
from ..rules.graupner_brunel_nmda import GraupnerBrunelNMDA
from . import pairing_cell, tables
from .tables import row


def _cells(device, data):
    if "cells" not in data:
        from ..results import run
        from .cells import Cells

        made = Cells()
        data["cells"] = (
            made,
            {name: values.values.T for name, values in run(made, device=device).data.items()},
        )  # (cell, time)
    return data["cells"]


def check_synapse(device, data):
    made, seen = _cells(device, data)
    first = len(tables.BLOCK)
    for k, label in ((0, made.EXPERIMENTS[0]), (1, made.EXPERIMENTS[1])):
        oracle = _oracle(made, k)
        step = 50
        v = seen["calcium_control_seen_v"][first + k, ::step]
        yield row(
            ("ampa", "electrode")[k],
            f"membrane potential against SciPy, {label} (V)",
            np.abs(v - oracle["v"][::step]).max(),
            5e-5,
        )
        yield row(
            "nmda",
            f"calcium against SciPy, {label} (of its peak)",
            np.abs(seen["calcium_control_inside_Ca"][first + k, ::step] - oracle["Ca"][::step, 0]).max()
            / oracle["Ca"].max(),
            5e-3,
        )
        yield row(
            "calcium_control",
            f"weight against SciPy, {label}",
            np.abs(seen["calcium_control_inside_w"][first + k, ::step] - oracle["w"][::step, 0]).max(),
            1e-4,
        )
        gb = _oracle(made, k, rule="graupner_brunel")
        yield row(
            "graupner_brunel_nmda",
            f"efficacy against SciPy, {label}",
            np.abs(seen["graupner_brunel_inside_rho"][first + k, ::step] - gb["w"][::step, 0]).max(),
            1e-3,
        )
    t, k = np.arange(int(round(made.length / made.dt))) * made.dt, first + 1
    for name, cls, inside in (
        ("calcium_control", CalciumControl, "w"),
        ("graupner_brunel_nmda", GraupnerBrunelNMDA, "rho"),
    ):
        network = name.removesuffix("_nmda")
        Ca, state = (seen[f"{network}_inside_{variable}"][k] for variable in ("Ca", inside))
        error = abs(cls().oracle(t, Ca, state[0]) - state[-1])
        yield row(name, "final state against the rule's oracle on the recorded calcium", error, 1e-4)
    first_pulse = [t[t < 0.19] for t in (seen["calcium_control_spikes_t"], np.array(_oracle(made, 2)["spikes"]))]
    error = np.abs(first_pulse[0] - first_pulse[1]).max() if first_pulse[0].size == first_pulse[1].size > 5 else np.inf
    yield row(
        "ca1_pyramidal", f"times of the {first_pulse[1].size} spikes of a current pulse against SciPy (s)", error, 5e-4
    )


def _oracle(made, k, rule="calcium_control"):
    """The independent integrator on the experiment of cell k, with the published constants that the models default to."""
    from .cells import PULSES, STIMULI

    kind = (None, ("clamp", 0.0), ("current", 0.6e-9))[k]
    pulses = [(PULSES[0] + 0.2 * n, PULSES[0] + 0.2 * n + PULSES[1], *kind) for n in range(PULSES[2])] if kind else []
    parameters = {"G_Ca": 2.0, "P_2": 1e-5, "P_3": 3, "kappa": 0.0, "sodium": k == 2}
    if rule == "graupner_brunel":
        parameters |= {"b": 1.0, "w_start": 0.5}
    times = np.arange(int(round(made.length / made.dt))) * made.dt
    return pairing_cell.integrate(
        [np.array(STIMULI)], pulses, t_end=made.length, parameters=parameters, sample_times=times, rule=rule
    )


def check_formulas(device, data):
    """Block, Omega and time constant as Brian2 evaluates them, against the math module and against the printed tables."""
    _, seen = _cells(device, data)
    v, B = seen["calcium_control_seen_v_spine"].ravel()[::37], seen["calcium_control_seen_B_nmda"].ravel()[::37]
    yield row(
        "nmda",
        "B(V) against an independent formula, all recorded voltages",
        max(abs(b - pairing_cell.block(x * 1e3)) for x, b in zip(v, B, strict=True)),
        1e-12,
    )
    table = [abs(seen["calcium_control_seen_B_nmda"][k, 0] - value) for k, value in enumerate(tables.BLOCK.values())]
    yield row("nmda", "B(V) against the printed table", max(table), 5e-6)
    Ca, Omega, eta = (seen[f"calcium_control_inside_{name}"] for name in ("Ca", "Omega", "eta"))
    c, o, e = (values.ravel()[::37] for values in (Ca, Omega, eta))
    yield row(
        "calcium_control",
        "Omega against an independent formula, all recorded calcium",
        max(abs(y - pairing_cell.omega(x * 1e3)) for x, y in zip(c, o, strict=True)),
        1e-12,
    )
    relative = max(abs(1 / y / pairing_cell.eta_time_constant(x * 1e3) - 1) for x, y in zip(c, e, strict=True))
    yield row("calcium_control", "time constant against an independent formula (relative)", relative, 1e-12)
    for name, values, printed in (("Omega", Omega[:, 0], tables.OMEGA), ("time constant", 1 / eta[:, 0], tables.TAU)):
        worst = max(abs(values[k] - float(text)) / tables.half_unit(text) for k, text in enumerate(printed.values()))
        yield row(
            "calcium_control", f"{name} against the printed table, in half units of the last digit", worst, 1 + 1e-9
        )


def check_neurons(device, data):
    from scipy.integrate import solve_ivp

    from ..neurons.adex import AdEx
    from ..neurons.lif import LIF
    from .cells import ADEX_CURRENT, CURRENTS, POISSON

    made, seen = _cells(device, data)
    lif = LIF()
    R, tau = 1 / lif.g_leak, lif.C_m / lif.g_leak
    error = 0.0
    for k, current in enumerate(CURRENTS):
        drive = R * current + lif.E_leak
        interval = (
            tau * np.log((drive - lif.v_reset) / (drive - lif.v_th)) + lif.tau_ref if drive > lif.v_th else np.inf
        )
        spikes = seen["lif_spikes_t"][seen["lif_spikes_i"] == k]
        expected = (
            int((made.length - tau * np.log((drive - lif.E_leak) / (drive - lif.v_th))) // interval) + 1
            if drive > lif.v_th
            else 0
        )
        error = max(error, abs(spikes.size - expected) > 1, np.abs(np.diff(spikes) - interval).max(initial=0) / made.dt)
    yield row("lif", "interval between spikes against the closed form, in time steps", error, 1 + 1e-6)

    a, start, spikes, state = AdEx(), 0.0, [], [AdEx().E_leak, 0.0]

    def rate(_, y):
        v, w = y
        up = a.g_leak * a.Delta_T * np.exp((min(v, 0.05) - a.V_T) / a.Delta_T)
        return [(a.g_leak * (a.E_leak - v) + up - w + ADEX_CURRENT) / a.C_m, (a.a * (v - a.E_leak) - w) / a.tau_w]

    def reaches(_, y):
        return y[0] - a.v_cut

    reaches.terminal, reaches.direction = True, 1
    while start < made.length:
        solved = solve_ivp(
            rate, (start, made.length), state, events=reaches, rtol=1e-9, atol=1e-13, method="LSODA", max_step=1e-3
        )
        start = solved.t[-1]
        if solved.status == 1:
            spikes.append(start)
            state = [a.v_reset, solved.y[1, -1] + a.b]
    same = len(spikes) == seen["adex_spikes_t"].size
    yield row(
        "adex",
        "intervals between spikes against SciPy without the cap (s)",
        np.abs(np.diff(seen["adex_spikes_t"]) - np.diff(spikes)).max() if same else np.inf,
        2e-4,
    )

    t = seen["inhibited_seen_t"]

    def inhibition(now, v):
        g = 5e-9 * sum(np.exp(-(now - spike) / 0.01) for spike in (0.1, 0.2) if now > spike)
        return [(lif.g_leak * (lif.E_leak - v[0]) + g * (-0.08 - v[0])) / lif.C_m]

    times = {"t_span": (0, t[-1]), "t_eval": t[::100], "max_step": 1e-3}
    inhibited = solve_ivp(inhibition, y0=[lif.E_leak], rtol=1e-10, atol=1e-14, **times)
    yield row(
        "gaba_a",
        "inhibitory potential against SciPy (V)",
        np.abs(seen["inhibited_seen_v"][0, ::100] - inhibited.y[0]).max(),
        2e-5,
    )
    expected = np.sort([0.01 + 0.02 * k + 0.3 * bout for bout in range(3) for k in range(5)])
    regular = seen["regular_spikes_t"]
    yield row(
        "regular_spikes",
        "spike times against a list (s)",
        np.abs(regular - expected).max() if regular.size == expected.size else np.inf,
        1e-12,
    )
    mean = seen["poisson_rate_rate"].mean()
    yield row(
        "poisson_spikes",
        "mean rate, in standard errors",
        abs(mean - POISSON[1]) / np.sqrt(POISSON[1] / (POISSON[0] * made.length)),
        4,
    )


CHECKS = {
    **{name: check_synapse for name in ("ca1_pyramidal", "ampa", "electrode", "graupner_brunel_nmda")},
    **{name: (check_formulas, check_synapse) for name in ("nmda", "calcium_control")},
    **{name: check_neurons for name in ("lif", "adex", "gaba_a", "regular_spikes", "poisson_spikes")},
}
