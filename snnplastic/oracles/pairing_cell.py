"""Reference integration of one cell with plastic AMPA + NMDA + calcium pathways.

Numpy and scipy only. Everything that decays exponentially between two discontinuities
(AMPA, NMDA, back-propagating spike) is used in closed form; what remains, the voltage and the
calcium and weight of every pathway, is integrated by an adaptive solver, one segment at a time.
Units are SI, calcium in mol/m^3 (1 umolar = 1e-3 mol/m^3; 1 mM of Mg = 1 mol/m^3).
"""

import math
from bisect import bisect_right

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import expit

UMOLAR = 1e-3
SAME_TIME = 1e-11  # s; times closer than this are one discontinuity (0.3 and 0.1 + 0.2)

DEFAULTS = dict(
    # cell: farad, siemens, volt, second
    C=200e-12,
    gL=10e-9,
    EL=-70e-3,
    v_start=None,  # None: EL
    sodium=False,
    v_th=-50e-3,
    v_reset=-60e-3,
    t_ref=3e-3,
    A_bap=100e-3,
    tau_b1=3e-3,
    tau_b2=25e-3,
    g_clamp=1e-6,
    # AMPA
    g_ampa=3e-9,
    tau_decay=3e-3,
    tau_rise=0.5e-3,
    E_ampa=0.0,
    # GABA_A, instantaneous rise
    E_gaba=-80e-3,
    tau_gaba=10e-3,
    # NMDA: Mg in mM; free is the fraction of receptors without antagonist
    g_nmda=1.5e-9,
    E_nmda=0.0,
    Mg=1.0,
    free=1.0,
    tau_f=50e-3,
    tau_s=200e-3,
    I_f=0.5,
    I_s=0.5,
    P_0=0.5,
    # calcium: G_Ca in mol/m^3/(s V); 1 umolar/(ms mV) = 1e3 of these
    G_Ca=1e3 / 1200,
    E_Ca=130e-3,
    tau_Ca=50e-3,
    # calcium control: alpha mol/m^3, beta m^3/mol, P_1 and P_4 s, P_2 in umolar^P_3
    w_start=None,  # None: w_0, or rho = 0 for Graupner-Brunel
    w_0=0.25,
    kappa=0.5,
    alpha_1=0.35e-3,
    alpha_2=0.55e-3,
    beta_1=80e3,
    beta_2=80e3,
    P_1=0.1,
    P_2=1e-6,
    P_3=4,
    P_4=1.0,
    # Graupner-Brunel: theta_Ca mol/m^3, tau_rho s; efficacy = share (1 + (b-1) rho) / scale
    theta_Ca=0.30e-3,
    theta_d=1.0,
    theta_p=1.3,
    gamma_d=313.0965,
    gamma_p=1645.59,
    tau_rho=688.355,
    b=5.28145,
    share=1.0,
    scale=1.0,
)


def block(v_mV, Mg_mM=1.0):
    """Fraction of NMDA conductance free of magnesium (Jahr and Stevens 1990); mV, mM -> 1."""
    return 1.0 / (1.0 + Mg_mM / 3.57 * math.exp(-0.062 * v_mV))


def omega(Ca_umolar):
    """Target weight of the calcium control rule, published constants; umolar -> 1."""

    up, down = (1.0 / (1.0 + math.exp(-80.0 * (Ca_umolar - a))) for a in (0.55, 0.35))
    return 0.25 + up - 0.25 * down


def eta_time_constant(Ca_umolar, P_1=0.1, P_2=1e-5, P_3=3, P_4=1.0):
    """Time constant 1/eta of the calcium control rule; umolar -> second."""
    return P_1 / (P_2 + Ca_umolar**P_3) + P_4


def _weight_rate(rule, p, Ca, w, above_d, above_p):
    """dw/dt (1/s) of every pathway; above_* are the Heaviside values of this segment."""
    if rule == "graupner_brunel":
        drift = -w * (1 - w) * (0.5 - w)
        pull = p["gamma_p"] * (1 - w) * above_p - p["gamma_d"] * w * above_d
        return (drift + pull) / p["tau_rho"]
    target = 0.25 + expit(p["beta_2"] * (Ca - p["alpha_2"])) - 0.25 * expit(p["beta_1"] * (Ca - p["alpha_1"]))
    # rounding can leave calcium at -1e-20, and a fractional P_3 would make that nan
    in_umolar = np.maximum(Ca, 0.0) / UMOLAR
    return (target - w) / (p["P_1"] / (p["P_2"] + in_umolar ** p["P_3"]) + p["P_4"])


def _event(index, level, direction):
    """Terminal solver event: state[index] crosses level in one direction only.

    One direction, because a restart sits on the root and would find it again.
    """
    crossing = lambda t, y: y[index] - level  # noqa: E731
    crossing.terminal, crossing.direction = True, direction
    return crossing


def integrate(
    stimuli,
    pulses,
    *,
    t_end,
    parameters=None,
    sample_times=(),
    inhibition=(),
    rule="calcium_control",
    rtol=1e-9,
    atol=(1e-12, 1e-14, 1e-13),
    method="LSODA",
):
    """Integrate the cell from 0 to t_end and return its state at sample_times (all second).

    stimuli      one array of presynaptic times per pathway
    pulses       list of (start, stop, "clamp", volt) or (start, stop, "current", ampere)
    inhibition   list of (time, siemens), GABA_A conductance that arrives
    parameters   changes to DEFAULTS; those of a synapse may be one number or one per pathway
    rule         "calcium_control" or "graupner_brunel"
    atol         absolute tolerances of v (V), Ca (mol/m^3) and w (1)

    Returns a dict: "v" (V, shape (m,)), "Ca" (mol/m^3), "w" (1; rho for Graupner-Brunel),
    "G_nmda" (S, Mg block not included), "G_ampa" (S), these four of shape (m, pathways), and
    "spikes" (list of s). A sample on a discontinuity shows the state just before it.
    Spikes need sodium=True, and then also occur under a clamp above v_th.
    """
    unknown = set(parameters or {}) - set(DEFAULTS)
    if unknown:
        raise ValueError(f"unknown parameters: {sorted(unknown)}")
    kinds = {kind for _, _, kind, _ in pulses}
    if rule not in ("calcium_control", "graupner_brunel") or not kinds <= {"clamp", "current"}:
        raise ValueError(f"unknown rule or kind of pulse: {rule}, {sorted(kinds)}")
    p = {**DEFAULTS, **(parameters or {})}
    p = {k: np.asarray(x, float) if isinstance(x, (list, tuple)) else x for k, x in p.items()}
    bistable = rule == "graupner_brunel"
    n = len(stimuli)
    samples = np.asarray(sample_times, float)
    if np.any(np.diff(samples) < 0) or np.any(samples < 0) or np.any(samples > t_end + SAME_TIME):
        raise ValueError("sample_times must increase and lie within 0 and t_end")

    arrivals = sorted((float(s), k) for k, times in enumerate(stimuli) for s in times)
    if arrivals and arrivals[0][0] < 0:
        raise ValueError("stimuli before time 0")
    edges = sorted({s for s, _ in arrivals} | {float(x) for q in pulses for x in q[:2]} | {float(x) for x, _ in inhibition} | {t_end})
    inhibition = sorted((float(x), float(g)) for x, g in inhibition)

    each = lambda x: np.broadcast_to(np.asarray(x, float), (n,))  # noqa: E731
    taus = np.array([each(p[k]) for k in ("tau_decay", "tau_rise", "tau_f", "tau_s")])
    taus_b = np.array([p["tau_b1"], p["tau_b2"]])
    peak = taus[0] * taus[1] / (taus[0] - taus[1]) * np.log(taus[0] / taus[1])
    jump_ampa = each(p["g_ampa"]) / (np.exp(-peak / taus[0]) - np.exp(-peak / taus[1]))
    jump_nmda = np.array([each(p["I_f"]), each(p["I_s"])]) * each(p["P_0"])
    calcium, weight = slice(1, 1 + n), slice(1 + n, 1 + 2 * n)

    y = np.empty(1 + 2 * n)  # v, Ca of each pathway, w of each pathway
    y[0] = p["EL"] if p["v_start"] is None else p["v_start"]
    y[calcium] = 0.0
    y[weight] = p["w_start"] if p["w_start"] is not None else (0.0 if bistable else p["w_0"])
    traces = np.zeros((4, n))  # d and r (S), s_f and s_s (1)
    b = np.zeros(2)
    above_d, above_p = np.zeros(n, bool), np.zeros(n, bool)
    thresholds = []  # of calcium: level for each pathway, and which pathways are above it
    if bistable:
        thresholds = [(each(p["theta_d"] * p["theta_Ca"]), above_d), (each(p["theta_p"] * p["theta_Ca"]), above_p)]
    tolerances = np.concatenate([[atol[0]], np.full(n, atol[1]), np.full(n, atol[2])])

    def efficacy():
        if bistable:
            return p["share"] * (1 + (p["b"] - 1) * y[weight]) / p["scale"]
        return 1 + p["kappa"] * (y[weight] / p["w_0"] - 1)

    out = {key: np.empty((len(samples), n)) for key in ("Ca", "w", "G_nmda", "G_ampa")}
    out |= {"v": np.empty(len(samples)), "spikes": []}
    recorded = arrived = inhibited = 0
    gaba = 0.0

    def record(until, state):
        """Fill in the samples up to `until`; state maps second since segment start to y."""
        nonlocal recorded
        last = max(recorded, np.searchsorted(samples, until, side="right"))
        for i in range(recorded, last):
            elapsed = max(samples[i] - t, 0.0)
            x, now = state(elapsed), traces * np.exp(-elapsed / taus)
            out["v"][i], out["Ca"][i], out["w"][i] = x[0], x[calcium], x[weight]
            out["G_ampa"][i] = now[0] - now[1]
            out["G_nmda"][i] = p["g_nmda"] * p["free"] * (now[2] + now[3]) / p["P_0"]
        recorded = last

    t, free_from, spiked = 0.0, 0.0, False
    while True:
        record(t + SAME_TIME, lambda elapsed: y)
        if t >= t_end - SAME_TIME:
            return out
        while arrived < len(arrivals) and arrivals[arrived][0] <= t + SAME_TIME:
            k = arrivals[arrived][1]
            traces[:2, k] += jump_ampa[k] * each(efficacy())[k]
            traces[2:, k] += jump_nmda[:, k] * (1 - traces[2, k] - traces[3, k])
            arrived += 1
        while inhibited < len(inhibition) and inhibition[inhibited][0] <= t + SAME_TIME:
            gaba += inhibition[inhibited][1]
            inhibited += 1
        held = t < free_from - SAME_TIME
        if spiked or (p["sodium"] and not held and y[0] >= p["v_th"]):
            out["spikes"].append(t)
            y[0], b = p["v_reset"], np.minimum(b + 1, 1)
            free_from, held = t + p["t_ref"], p["t_ref"] > 0

        stop = edges[bisect_right(edges, t + SAME_TIME)]
        stop = min(stop, free_from) if held else stop
        on = [q[2:] for q in pulses if q[0] < (t + stop) / 2 < q[1]]
        commands = [value for kind, value in on if kind == "clamp"]
        current = sum(value for kind, value in on if kind == "current")

        def slopes(elapsed, y):
            v, Ca = y[0], y[calcium]
            d, r, s_f, s_s = traces * np.exp(-elapsed / taus)
            b1, b2 = b * np.exp(-elapsed / taus_b)
            vs = v + p["A_bap"] * (0.75 * b1 + 0.25 * b2)
            # a trial step of the solver, rejected later, can be far enough off to overflow
            blocked = p["Mg"] / 3.57 * np.exp(min(-62.0 * vs, 700.0))
            open_ = p["free"] * (s_f + s_s) / (1 + blocked)
            dy = np.empty_like(y)
            synaptic = (d - r) * (p["E_ampa"] - v) + p["g_nmda"] / p["P_0"] * open_ * (p["E_nmda"] - v)
            clamp = p["g_clamp"] * sum(command - v for command in commands)
            shunt = gaba * np.exp(-elapsed / p["tau_gaba"]) * (p["E_gaba"] - v)
            total = p["gL"] * (p["EL"] - v) + synaptic.sum() + shunt + clamp + current
            dy[0] = 0.0 if held else total / p["C"]
            dy[calcium] = p["G_Ca"] * open_ * (p["E_Ca"] - vs) - Ca / p["tau_Ca"]
            dy[weight] = _weight_rate(rule, p, Ca, y[weight], above_d, above_p)
            return dy

        watch_v = bool(p["sodium"] and not held)
        events = [_event(0, p["v_th"], 1)] if watch_v else []
        events += [_event(1 + k, level[k], -1 if above[k] else 1) for level, above in thresholds for k in range(n)]
        # local time, so that the resolution does not fall late in a long protocol
        wanted = recorded < len(samples) and samples[recorded] < stop
        run = solve_ivp(
            slopes,
            (0.0, stop - t),
            y,
            method=method,
            events=events or None,
            dense_output=bool(wanted),
            rtol=rtol,
            atol=tolerances,
        )
        if run.status < 0:
            raise RuntimeError(f"integration failed at {t} s: {run.message}")
        reached = stop if run.status == 0 else t + run.t[-1]
        if wanted:
            record(reached - SAME_TIME, run.sol)
        y = run.y[:, -1].copy()
        spiked = watch_v and len(run.t_events[0]) > 0
        if run.status == 1:
            rising = slopes(run.t[-1], y)[calcium] > 0
            for level, above in thresholds:
                # all that sit on the level, as only one of equal pathways is reported
                on_level = np.abs(y[calcium] - level) < 1e-9 * level
                above[on_level] = rising[on_level]
        traces, b = traces * np.exp((t - reached) / taus), b * np.exp((t - reached) / taus_b)
        gaba *= np.exp((t - reached) / p["tau_gaba"])
        t = reached
