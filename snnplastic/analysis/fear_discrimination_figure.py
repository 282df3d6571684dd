"""The figure of differential conditioning: what is learned of the two tones above, how far it reaches and what lasts below."""

import numpy as np

from . import fear_figure as panels

MINUS = "0.45"  # colour of the tone that is not paired
GROUP = {
    "before": ("0.6", "before training"),
    "differential": (panels.TONE, "after CS+ and CS-"),
    "single": (panels.SHOCK, "after CS+ alone"),
}


def draw(data, cs, minus, windows):
    """A matplotlib Figure from the Dataset of the protocol; `cs` and `minus` are the tones, `windows` those of the two parts (s)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 8.2), layout="constrained")
    upper, lower = figure.subfigures(2, 1)
    _learning(upper.subplots(1, 5, width_ratios=(1.1, 1.1, 0.9, 1.2, 1.1)), data, cs, minus)
    _reach(*(axes := lower.subplots(1, 5))[:2], data)
    _lasting(axes[2:], data, cs, windows)
    figure.suptitle(
        "Differential fear conditioning: the paired tone is learned, the other is not "
        f"({data.sizes['animal']} animals, thin lines and dots)"
    )
    return figure


def _psth(axes, data, part, condition, outline, name, top=None, **kwargs):
    """Bars of one condition and the outline of another, means over animals; thin lines are the animals of the first."""
    edges = data.bin.values / 1e3
    shown = (edges > -0.0501) & (edges < 0.0799)
    rate = data.psth.sel(part=part).mean("animal")
    panels.psth_panel(axes, edges[shown], rate.sel(condition=condition).values[shown], legend=False, **kwargs)
    axes.stairs(
        rate.sel(condition=outline).values[shown], np.append(data.bin.values[shown], 80), color="k", lw=1.2, label=name
    )
    centres = data.bin.values[shown] + 2.5
    axes.plot(
        centres, data.psth.sel(part=part, condition=condition).values[:, shown].T, color="0.35", lw=0.5, alpha=0.6
    )
    axes.set_ylim(0, 1.2 * (top or float(rate.sel(condition=[condition, outline]).max())))
    axes.legend(loc="upper right", fontsize=7.5)


def _learning(axes, data, cs, minus):
    top = float(data.psth.sel(part="dorsal", condition=f"differential {cs}").max())
    for k, tone in enumerate((cs, minus)):
        _psth(axes[k], data, "dorsal", f"differential {tone}", f"before {tone}", "before training", top)
    axes[0].set_title(f"CS+: early bin × {float(data.plus_ratio_mean):.1f}")
    axes[1].set_title(f"CS-: × {float(data.minus_ratio_mean):.2f}, published: falls")
    early = data.tuning.sel(group=["before", "differential"])
    for name, tone, colour in (("CS+", cs, panels.TONE), ("CS-", minus, MINUS)):
        values = early.isel(octave=tone).values
        axes[2].plot((0, 1), values.T, "o-", color=colour, lw=0.7, ms=3, alpha=0.5)
        axes[2].plot((0, 1), values.mean(0), "-", color=colour, lw=2.5, label=name)
    axes[2].set_xticks((0, 1), ("before", "after"))
    axes[2].set(
        title=f"CS+/CS- = {float(data.plus_over_minus_mean):.1f}",
        ylabel="10 to 15 ms (Hz)",
        xlim=(-0.3, 1.3),
        ylim=(0, None),
    )
    axes[2].legend(loc="upper left")
    freezing = data.freezing.sel(condition="differential").dropna("trial").values
    for first, name, colour in ((0, "CS+", panels.TONE), (1, "CS-", MINUS)):
        panels.seed_curves(axes[3], freezing[:, first::2], colour=colour, label=name)
    axes[3].set(
        title="the animal freezes to the CS+ alone",
        ylabel="freezing during the tone (%)",
        xlabel="tone of its kind",
        ylim=(0, 100),
    )
    axes[3].legend(loc="center right", fontsize=7.5)
    for k, name in enumerate(("index", "freezing_index")):
        axes[4].plot(np.full(data.sizes["animal"], k), data[name], "o", color=panels.PRINCIPAL, ms=5, alpha=0.6)
        axes[4].plot((k - 0.2, k + 0.2), [float(data[f"{name}_mean"])] * 2, color=panels.PRINCIPAL, lw=2.5)
        axes[4].text(k + 0.24, float(data[f"{name}_mean"]), f"{float(data[f'{name}_mean']):.2f}", va="center")
    axes[4].axhline(0.5, color="0.4", ls="--", lw=1, label="design: CS+/CS- of 3")
    axes[4].set_xticks((0, 1), ("early bin", "freezing"))
    axes[4].set(title="discrimination index", ylabel="(CS+ - CS-)/(CS+ + CS-)", xlim=(-0.5, 1.6), ylim=(0, 1.05))
    axes[4].legend(loc="lower right")


def _reach(tuned, far, data):
    for k, group in enumerate(data.group.values):
        colour, label = GROUP[str(group)]
        values = data.tuning.isel(group=k).values
        tuned.plot(data.octave, values.T, color=colour, lw=0.6, alpha=0.5)
        tuned.plot(data.octave, values.mean(0), "o-", color=colour, lw=2, ms=4, label=label)
    for at, name in ((0, "CS+"), (1.5, "CS-")):
        tuned.axvline(at, color="0.5", ls=":", lw=1, zorder=0)
        tuned.text(at + 0.08, 0.72, name, transform=tuned.get_xaxis_transform(), ha="left")
    tuned.set(
        title="tuning peaks at the CS+", xlabel="tone, from the CS+ (octave)", ylabel="10 to 15 ms (Hz)", ylim=(0, None)
    )
    tuned.set_ylim(top=1.35 * tuned.get_ylim()[1])
    tuned.legend(loc="upper right", fontsize=7.5)
    for k, group in enumerate(data.trained.values):
        for name, line in (("early", "-"), ("freezing", "--")):
            curve = data[f"gradient_{name}"].isel(trained=k).values
            curve = 100 * curve / curve[:, :1]
            reach = float(data[f"reach_{name}_{group}_mean"])
            far.plot(
                data.distance,
                curve.mean(0),
                line,
                color=GROUP[str(group)][0],
                lw=2,
                label=f"{'early bin' if name == 'early' else name}, {reach:.2f} octave",
            )
            far.plot(data.distance, curve.T, line, color=GROUP[str(group)][0], lw=0.5, alpha=0.4)
    far.axhline(50, color="0.5", ls=":", lw=1)
    far.axhline(0, color="0.5", lw=0.8)
    far.set(
        title="learning reaches half an octave",
        xlabel="distance from the CS+ (octave)",
        ylabel="change, % of that to the CS+",
    )
    far.legend(title="half of it at", fontsize=7.5)


def _lasting(axes, data, cs, windows):
    for part, place in zip(windows, axes, strict=False):
        window = {"early": windows[part]}
        _psth(place, data, part, "extinguished", f"differential {cs}", "after training", **window)
        place.set_ylim(top=1.2 * place.get_ylim()[1])
    axes[0].axvline(20, color="k", lw=1, ls="-.")
    axes[0].text(
        21, 0.55, "published:\nfirst spikes\nbefore 20 ms", transform=axes[0].get_xaxis_transform(), fontsize=7.5
    )
    axes[0].set_title("extinction silences dorsal cells")
    axes[1].set_title("and leaves ventral ones")
    for k, part in enumerate(windows):
        axes[2].plot(
            np.full(data.sizes["animal"], k), 100 * data[f"{part}_kept"], "o", color=panels.TONE, ms=5, alpha=0.6
        )
        axes[2].plot((k - 0.2, k + 0.2), [100 * float(data[f"{part}_kept_mean"])] * 2, color=panels.TONE, lw=2.5)
    names = [
        f"{p}\n{1e3 * a:.0f} to {1e3 * b:.0f} ms\nlatency {float(data[f'{p}_latency_mean']):.0f} ms"
        for p, (a, b) in windows.items()
    ]
    axes[2].plot([-0.3, 0.3], [35, 35], "--", color="0.4", lw=1, label="design: below 35, above 60 %")
    axes[2].plot([0.7, 1.3], [60, 60], "--", color="0.4", lw=1)
    axes[2].set_xticks((0, 1), names)
    axes[2].set(
        title="response kept",
        ylabel="extinguished / after training (%)",
        xlim=(-0.5, 1.5),
        ylim=(0, 1.2 * 100 * max(1, float(data.ventral_kept_high))),
    )
    axes[2].legend(loc="upper left", fontsize=7.5)
