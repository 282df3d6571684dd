"""The figure of blocking: what X gains in each group, how it comes about, and what it hangs on; Rescorla and Wagner beside it."""

import numpy as np

from . import fear_figure as panels

COLOURS = {
    "blocked": panels.SHOCK, "control": panels.PRINCIPAL, "exposed": panels.PV, "unblocked": panels.VIP,
    "no shock": "0.5", "single": panels.TONE,
}  # fmt: skip
HEARD = {
    "blocked": "A+, AX+\nblocked", "control": "AX+\ncontrol", "exposed": "A, AX+\nexposed", "unblocked": "A+, AX+\nfeedback\ncut",
    "no shock": "A+, AX\nno shock", "single": "X+\nsingle",
}  # fmt: skip


def draw(data):
    """A matplotlib Figure from the Dataset of the protocol."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.3, 7.6), layout="constrained")
    (gain, weights, theory), (relay, strength, bands) = figure.subplots(2, 3)
    _gain(gain, data)
    _courses(weights, theory, data)
    _relay(relay, data)
    _strength(strength, data)
    _bands(bands, data)
    figure.suptitle(
        f"A foreseen shock teaches less: feedback from fear blocks X to {float(data.blocking_mean):.0f} % of the control "
        f"({data.sizes['animal']} animals, thin lines and dots)"
    )
    return figure


def _gain(axes, data):
    reference = data.gain.sel(group="control").mean("animal")
    for k, group in enumerate(data.group.values):
        percent = 100 * (data.gain.isel(group=k) / reference).values
        axes.bar(k, percent.mean(), color=COLOURS[str(group)], alpha=0.5)
        axes.plot(np.full(percent.size, k), percent, "o", color=COLOURS[str(group)], ms=4)
    axes.plot(range(data.sizes["group"]), data.predicted, "D", color="k", mfc="w", ms=6, label="Rescorla-Wagner")
    axes.axhline(0, color="0.4", lw=0.8)
    axes.set_xticks(range(data.sizes["group"]), [HEARD[str(g)] for g in data.group.values], fontsize=7.5)
    axes.set(title="what X gains hangs on what A foretold", ylabel="gain of X, 10 to 35 ms (% of control)")
    axes.set_ylim(top=1.15 * axes.get_ylim()[1])
    axes.legend(loc="upper left")


def _courses(weights, theory, data):
    x = data.compounds.values if "compounds" in data.coords else np.arange(data.sizes["compounds"])
    for group in data.group.values:
        name = str(group)
        curves = data.w_x.sel(group=group).values
        weights.plot(x, curves.T, color=COLOURS[name], lw=0.5, alpha=0.4)
        weights.plot(x, curves.mean(0), color=COLOURS[name], lw=2.2, label=name)
        theory.plot(
            x,
            data.V.sel(group=group),
            marker="o",
            color=COLOURS[name],
            lw=2,
            ms=3.5,
            ls="--" if name == "exposed" else "-",
        )
    weights.set(
        title="X's synapses in the second phase", xlabel="trials of the second phase", ylabel="mean weight, thalamic"
    )
    weights.legend(loc="upper left", fontsize=7.5)
    theory.axhline(0, color="0.5", lw=0.8)
    theory.set(title="V of X, Rescorla and Wagner", xlabel="trials of the second phase", ylabel="V of X (λ)")


def _relay(axes, data):
    first, second = data.sizes["tone_a"], data.sizes["compound"]
    panels.seed_curves(axes, data.relay_first.values, colour="0.4", label="A+")
    for name in ("control", "blocked"):
        values = data.relay.sel(group=name).values
        panels.seed_curves(axes, values, x=first + 1 + np.arange(second), colour=COLOURS[name], label=f"AX+, {name}")
    panels.shade_phases(axes, [("A+", 1, first), ("AX+", first + 1, first + second)])
    axes.set(
        title="the relay tells what is not foreseen",
        ylabel="relay during the shock (Hz)",
        xlim=(0.5, first + second + 0.5),
    )
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower left", fontsize=7.5)


def _strength(axes, data):
    x = data.strength.values
    order = np.argsort(x)
    values = data.by_strength.values[order]
    axes.plot(x[order], values, "o-", color=COLOURS["blocked"], lw=0.6, ms=3, alpha=0.5)
    axes.plot(
        x[order], values.mean(1), color=COLOURS["blocked"], lw=2.4, label=f"mean of {data.sizes['animal']} animals"
    )
    axes.axhline(float(data.predicted.sel(group="blocked")), color="k", ls="-.", lw=1, label="Rescorla-Wagner")
    axes.axhline(100, color="0.5", ls=":", lw=1, label="no blocking")
    axes.set(
        title="without feedback X is not blocked",
        xlabel="strength of the feedback (× default)",
        ylabel="gain of X, blocked / control (%)",
    )
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    axes.legend(fontsize=7.5)


def _bands(axes, data):
    rows = (("blocking", "blocking:\nblocked / control", (0, 20)), ("overshadowing", "overshadowing:\ncontrol / single", (40, 60)))
    for k, (name, _, band) in enumerate(rows):
        axes.fill_between((k - 0.4, k + 0.4), *band, color="0.85", lw=0, zorder=0, label=None if k else "design band")
        for shift, ending, colour in ((-0.15, "", panels.PRINCIPAL), (0.15, "_early", panels.TONE)):
            label = None if k else ("10 to 35 ms, all cells" if not ending else "10 to 15 ms, dorsal cells")
            values = data[f"{name}{ending}"].values
            axes.plot(np.full(values.size, k + shift), values, "o", color=colour, ms=4.5, alpha=0.7, label=label)
            axes.plot((k + shift - 0.1, k + shift + 0.1), [values.mean()] * 2, color=colour, lw=2.4)
    control, single, blocked = (float(data.V.isel(compounds=-1).sel(group=g)) for g in ("control", "single", "blocked"))
    axes.plot(
        (0, 1),
        (100 * blocked / control, 100 * control / single),
        "D",
        color="k",
        mfc="w",
        ms=6,
        label="Rescorla-Wagner",
    )
    axes.set_xticks((0, 1), [text for _, text, _ in rows])
    axes.set(title="blocking and overshadowing", ylabel="gain of X (%)", xlim=(-0.6, 1.6))
    axes.set_ylim(min(0, axes.get_ylim()[0]), max(130, 1.3 * axes.get_ylim()[1]))
    axes.legend(loc="upper left", fontsize=7.5)
