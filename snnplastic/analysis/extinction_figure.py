"""Figures of renewal, spontaneous recovery and reinstatement, from their Datasets alone."""

import numpy as np

from .fear_figure import CENTRAL, CONTEXT, EXTINCTION, PRINCIPAL, SHOCK, TONE, seed_curves

BAND = {"color": "0.5", "alpha": 0.16, "lw": 0, "zorder": 0}  # of design targets; published ones have a diamond
PUBLISHED = {"marker": "D", "color": "k", "mfc": "w", "ms": 7, "ls": "", "zorder": 6}


def dotted_bars(axes, names, values, *, colours):
    """A bar for the mean of each column of values (animal, name), the animals as dots joined by a line."""
    values = np.asarray(values, float)
    x = np.arange(len(names))
    axes.bar(x, values.mean(0), 0.62, color=colours, alpha=0.75)
    axes.plot(x, values.T, "o-", color="k", lw=0.4, ms=2.6, alpha=0.55)
    axes.set_xticks(x, names)
    axes.set_ylim(bottom=0)
    return x


def _sheet(data, title, shape, size):
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(
        f"{title} ({data.sizes['animal']} animals, thin or dots; bands: design targets)",
        x=0.01,
        ha="left",
        weight="bold",
    )
    return figure, figure.subplots(*shape).ravel()


def draw_renewal(data):
    figure, axes = _sheet(data, "Renewal: extinction is bound to its context", (2, 3), (12.5, 7))
    course = data.course
    trained = int(np.isfinite(data.freezing.sel(condition="training")).sum("trial")[0])
    freezing = np.concatenate(
        [data.freezing.sel(condition=c).dropna("trial", how="all").values for c in ("training", "extinction B")], 1
    )
    phases = [("training in A", 1, trained), ("extinction in B", trained + 1, freezing.shape[1])]
    seed_curves(axes[0], freezing, phases=phases, colour=CENTRAL)
    axes[0].set(title="Fear is learned and extinguished", ylabel="freezing (%)", ylim=(0, 103))
    axes[0].legend(loc="lower center")

    names = list(data.test.values)
    colours = [EXTINCTION if n[1] == n[2] else TONE for n in names]
    for ax, what, text in ((axes[1], "early", "First response"), (axes[2], "fear", "Freezing")):
        x = dotted_bars(ax, names, np.stack([data[f"{what}_{n}"].values for n in names], 1), colours=colours)
        for at, name in zip(x, names, strict=True):
            if name[1] == name[2] and what == "early":
                ax.fill_between([at - 0.42, at + 0.42], 0, 35, **BAND)
            elif name in ("ABA", "ABC"):
                ax.fill_between([at - 0.42, at + 0.42], 70, 135, **BAND)
        ax.axhline(100, color="0.4", lw=0.8, ls=":")
        ax.set(title=f"{text}: low only where extinguished", ylabel="% of that after training", ylim=(0, 148))
        ax.set_xlabel("context of training, extinction, test")
        high = max(float(data[f"{what}_{n}_high"]) for n in ("ABA", "ABC"))
        ax.plot([0.35, 1.65], [max(high, 100) + 18] * 2, color="k", lw=0.8)
        ax.text(1, max(high, 100) + 20, "published: outside > inside", ha="center", size=7.5)

    edges = np.append(data.bin.values, data.bin.values[-1] + np.diff(data.bin.values)[0])
    rate = data.psth.sel(part="dorsal").mean("animal")
    for name, text, colour, width in (
        ("before B", "before training", "0.55", 1.0), ("postB", "after training", "k", 1.0),
        ("ABB", "extinguished, in B", EXTINCTION, 2.0), ("ABA", "extinguished, in A", TONE, 2.0),
    ):  # fmt: skip
        axes[3].stairs(rate.sel(condition=name), edges, color=colour, lw=width, label=text)
    axes[3].set(
        title="The whole response returns in A",
        xlabel="time from tone onset (ms)",
        ylabel="rate of dorsal LA cells (Hz)",
    )
    axes[3].set(xlim=(-20, 60), ylim=(0, None))
    axes[3].legend(loc="upper right")

    gate = data.gate.mean("animal")
    mesh = axes[4].pcolormesh(data.learned, data.excitability, gate, cmap="Greens", vmin=0, shading="nearest")
    bar = figure.colorbar(mesh, ax=axes[4], label="extinction cells before the tone")
    bar.ax.set_xlabel("Hz")
    last = course.isel(tone_done=-1)
    at = course.isel(tone_done=trained)
    start = float(data.learned[0])
    for x, y, marker, text in (
        (at.sel(what="context weights"), at.sel(what="h"), "o", "trained, in B"),
        (last.sel(what="context weights"), last.sel(what="h"), "s", "extinguished, in B"),
        (np.full(data.sizes["animal"], start), last.sel(what="h"), "^", "extinguished, in A"),
    ):
        axes[4].plot(x, y, marker, color="k", mfc="w", ms=6, label=text, clip_on=False)
    axes[4].set(
        title="Extinction cells need h and their context",
        xlabel="weight of context synapses",
        ylabel="excitability h of infralimbic cells",
    )
    axes[4].legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3, handletextpad=0.1, columnspacing=0.8)

    x = data.tone_done.values
    for what, colour, scale, text in (
        ("tone weights", TONE, 0.01, "gain of tone synapses (of that by training)"),
        ("context weights", CONTEXT, 1, "weight of B's context synapses"), ("h", EXTINCTION, 1, "excitability h"),
    ):  # fmt: skip
        seed_curves(axes[5], scale * course.sel(what=what).values, x=x, colour=colour, mean=False)
        axes[5].plot(x, scale * course.sel(what=what).mean("animal"), color=colour, lw=2.2, label=text)
    axes[5].axvline(trained, color="0.5", lw=0.8, ls=":")
    axes[5].set(
        title=f"Tone synapses keep {100 - float(data.lost_gain_mean):.0f} % of their gain",
        xlabel="tones done",
        ylabel="state",
        ylim=(0, 1.35),
    )
    axes[5].legend(loc="upper left")
    return figure


def draw_recovery(data):
    figure, axes = _sheet(data, "Spontaneous recovery and savings", (2, 2), (11.5, 7))
    day, tau = data.day.values, data.attrs["tau_h"]
    for ax, what, text, colour in (
        (axes[0], "fear", "Fear", CENTRAL),
        (axes[1], "early", "The first response", PRINCIPAL),
    ):
        seed_curves(ax, data[f"recovered_{what}"].values, x=day, colour=colour)
        ax.set(
            title=f"{text} comes back over days",
            xlabel="days after extinction in B, tested in B",
            ylabel="% of that after training",
        )
        ax.set(ylim=(0, 135 if what == "early" else 118))
    axes[0].fill_between([9.6, 10.4], 90, 110, **BAND)
    axes[0].plot(10, 100, **PUBLISHED, label="published: complete at day 10 (Quirk 2002)")
    axes[0].annotate("fitted here", (10, 88), (10.4, 62), arrowprops={"arrowstyle": "-", "lw": 0.7}, size=8)
    axes[0].legend(loc="lower right")

    curve = data.recovered_fear.mean("animal").values
    for days, style in ((10, ":"), (tau, "-"), (40, "--")):
        axes[2].plot(
            day * days / tau,
            curve,
            style,
            color=EXTINCTION,
            marker="o",
            label=f"{days:g} days" + (" (model)" if days == tau else ""),
        )
    axes[2].plot(10, 100, **PUBLISHED)
    axes[2].set(
        title=r"Only the time scale depends on $\tau_h$",
        xlabel="days after extinction",
        ylabel="freezing, % of that after training",
        xlim=(-0.4, 15),
    )
    axes[2].set_ylim(0, 118)
    axes[2].legend(loc="lower right", title=r"$\tau_h$, decay of h", title_fontsize=7.5)

    for name, colour, text in (
        ("first", "k", "first extinction"), ("second, context forgotten", CONTEXT, "10 days later, context synapses reset"),
        ("second", EXTINCTION, "10 days later"),
    ):  # fmt: skip
        values = data.freezing.sel(condition=name).dropna("trial", how="all").values
        seed_curves(axes[3], values, colour=colour, mean=False)
        axes[3].plot(1 + np.arange(values.shape[1]), values.mean(0), color=colour, lw=2.2, label=text)
    faster = float(data.savings_mean)
    axes[3].set(
        title=f"Savings: re-extinction takes {100 * faster:.0f} % of the tones",
        xlabel="tone",
        ylabel="freezing (%)",
        ylim=(0, 103),
    )
    axes[3].set_xticks(range(5, values.shape[1] + 1, 5))
    axes[3].legend(loc="lower left")
    return figure


def draw_reinstatement(data):
    figure, axes = _sheet(data, "Reinstatement: shocks alone bring fear back", (2, 2), (11.5, 7))
    for ax, what, text, colour in (
        (axes[0], "fear", "Fear returns with shocks", CENTRAL),
        (axes[1], "early", "So does the first response", PRINCIPAL),
    ):
        seed_curves(ax, data[f"reinstated_{what}"].values, x=data.shocks.values, colour=colour)
        ax.set(
            title=text,
            xlabel="shocks alone in B, tone tested in B",
            ylabel="% of that after training",
            xticks=data.shocks,
        )
        ax.set(xlim=(-0.15, 3.15), ylim=(0, 135 if what == "early" else 112))
        ax.legend(loc="lower right")
    axes[0].fill_between([0.9, 3.1], 40, 70, **BAND)
    axes[0].text(3.08, 42, "design target 40 to 70 %", ha="right", size=7.5, color="0.3")

    names = ["no shock", "shock in B", "shock in C", "never paired,\n3 shocks in B"]
    one = data.reinstated_fear.values
    none, here, away = one[:, 0], one[:, 1], data.reinstated_in_C.values
    naive = 100 * data.naive.values / data.freezing_mean.sel(condition="post freezing").values
    x = dotted_bars(axes[2], names, np.stack([none, here, away, naive], 1), colours=["0.6", SHOCK, SHOCK, "0.6"])
    axes[2].plot(x[2], none.mean(), **PUBLISHED, label="published (rats): no reinstatement by shocks elsewhere")
    axes[2].set(
        title="A limit: here it does not matter where the shock was",
        ylabel="freezing in B, % of that after training",
        ylim=(0, 100),
    )
    axes[2].legend(loc="upper left")

    order = np.argsort(data.h_left.mean("animal").values)
    axes[3].plot(data.h_left.values, data.fear_at_h.values, "o", color=EXTINCTION, ms=3, alpha=0.5)
    axes[3].plot(data.h_left.mean("animal")[order], data.fear_at_h.mean("animal")[order], color=EXTINCTION, lw=2.2)
    for at, name in enumerate(data.dose.values):
        u_h = name.partition("3 of u_h ")[2]
        text = (
            f"3 shocks, $u_h$ × {float(u_h):g}" if u_h else {"0": "none", "1": "1 shock"}.get(name, f"{name[0]} shocks")
        )
        here = float(data.h_left.mean("animal")[at]), float(data.fear_at_h.mean("animal")[at])
        axes[3].annotate(text, here, (8, 5), textcoords="offset points", size=7.5)
    axes[3].axhspan(40, 70, **BAND)
    axes[3].set(
        title="What counts is the h that shocks leave",
        xlabel="excitability h of infralimbic cells",
        ylabel="freezing, % of that after training",
    )
    axes[3].set(xlim=(0.45, 0.9), ylim=(0, 112))
    return figure
