"""The figure of the BTSP place field protocol; reads the Dataset alone."""

import numpy as np

GREY, LAPS = "0.55", ("#f3b77c", "#e8862e", "#a9480a")


def draw(data):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 9.2))
    panels = figure.subplots(3, 3)
    n, one, two = int(data.attrs["laps"]), data.attrs["place_1"], data.attrs["place_2"]
    sets = _named(data, "set")
    main = next((k for k in sets if data.rule.values[k] == data.attrs["rule"]), sets[0])
    _inductions(panels[0], data, main, n, one, two)
    _kernel(panels[0, 2], data, one)
    _sets(panels[1, 0], data, [k for k in sets if "weight_dependent" in str(data.rule.values[k])], n, one)
    _gate(panels[1, 1], data, [k for k in sets if "spine_gated" in str(data.rule.values[k])], n, one)
    _two_traces(panels[1, 2], data, [k for k in sets if "cone_shouval" in str(data.rule.values[k])], n, one, two)
    _speeds(panels[2, 0], data, main, n, one)
    _spikes(panels[2, 1], data, main, n, one)
    _time(panels[2, 2], data, main)
    for letter, axes in zip("abcdefghi", panels.flat, strict=True):
        axes.set_title(f"({letter}) {axes.get_title(loc='left') or axes.get_title()}", fontsize=9)
    for axes in panels.flat[:8]:
        if axes is not panels[0, 2]:
            axes.set(xlabel="position (cm)", ylabel="ramp (mV)", xlim=(0, data.attrs["track"]))
    return figure


def _named(data, name):
    return [k for k, found in enumerate(data.name.values) if found == name]


def _short(rule):
    return str(rule).partition(":")[2].replace("_", " ")


def _place(axes, place, color="0.3"):
    axes.axvline(place, color=color, lw=0.8, ls=":", zorder=0)


def _inductions(panels, data, k, n, one, two):
    x, ramp = data.x, data.ramp.values[k]
    for axes, first, place in ((panels[0], 0, one), (panels[1], n, two)):
        axes.plot(x, ramp[first], color=GREY, label="before")
        shades = [LAPS[min(2, int(3 * lap / n))] for lap in range(n)]
        for lap, shade in enumerate(shades, 1):
            axes.plot(
                x,
                ramp[first + lap],
                color=shade,
                lw=1.2,
                label=f"after plateau {lap}" if n < 6 or lap in (1, n) else None,
            )
        axes.plot(x, data.target.values[int(first > 0)], "k--", lw=1, label="curve of the fit")
        _place(axes, place)
    panels[0].set(title=f"A field in a silent cell, {float(data.height[k]):.1f} mV (8)")
    panels[1].set(title=f"It moves: {float(data.gain_height[k]):+.1f} (+7.65) and {float(data.loss[k]):+.1f} mV (-5)")
    panels[0].set_ylim(top=11)
    panels[0].legend(loc="upper left", fontsize=7)
    panels[1].axvline(one, color="0.8", lw=0.8, ls=":", zorder=0)


def _kernel(axes, data, one):
    """Change by the first plateau against the time at which the input's centre is passed, for several start weights."""
    track = data.attrs["track"]
    started = [k for k, name in enumerate(data.name.values) if str(name).startswith("start")]
    silent = [k for k in _named(data, "set") if data.rule.values[k] == data.attrs["rule"]][:1]
    for color, k in zip(("C0", "C4", "C3", "C5"), silent + started, strict=False):
        W, speed = data.W.values[k], float(data.speed[k])
        time = ((data.centre.values - one + track / 2) % track - track / 2) / speed
        order = np.argsort(time)
        axes.plot(time[order], (W[1] - W[0])[order], color=color, label=f"from W = {W[0, 0]:.3g}")
    axes.axhline(0, color="0.8", lw=0.8, zorder=0)
    _place(axes, 0)
    axes.set(
        xlabel="input's centre from plateau onset (s)",
        ylabel="change of weight W",
        title="Weak inputs up, strong down",
    )
    axes.legend(loc="upper right", fontsize=7)


def _sets(axes, data, found, n, one):
    for number, k in enumerate(found):
        axes.plot(
            data.x,
            data.ramp[k, n],
            color=f"C{number}",
            label=f"{_short(data.rule.values[k])} ({float(data['first'][k]):.1f})",
        )
    axes.plot(data.x, data.target[0], "k--", lw=1, label="curve of the fit (4)")
    _place(axes, one)
    axes.set(title="Sets (peak after 1 plateau, mV)")
    axes.set_ylim(top=1.75 * float(data.ramp.values[found, n].max()) if found else None)
    axes.legend(loc="upper left", fontsize=7)


def _gate(axes, data, found, n, one):
    published = {
        "rounded": ("at rest", 8.0),
        "depolarised": ("depolarised", 9.5),
        "hyperpolarised": ("hyperpolarised", 6.0),
    }
    for number, k in enumerate(found):
        name, height = published.get(_short(data.rule.values[k]), (_short(data.rule.values[k]), np.nan))
        axes.plot(
            data.x, data.ramp[k, n], color=f"C{number}", label=f"{name}: {float(data.height[k]):.1f} mV ({height:g})"
        )
        axes.plot([data.x[int(np.argmax(data.ramp.values[k, n]))]], [height], "o", color=f"C{number}", ms=4, mfc="none")
    _place(axes, one)
    axes.set(title="Spine gate (circles: published)")
    axes.set_ylim(top=14)
    axes.legend(loc="upper left", fontsize=7)


def _two_traces(axes, data, found, n, one, two):
    for k in found[:1]:
        for update, color in ((1, LAPS[0]), (n, LAPS[2]), (2 * n, "C0")):
            label = (
                f"after {update} at {one if update <= n else two:g} cm" if update <= n else f"then {n} at {two:g} cm"
            )
            axes.plot(data.x, data.ramp[k, update], color=color, label=label)
    for k, rule in enumerate(data.rule.values):
        if "cone_shouval" in str(rule) and data.name.values[k] == "many laps":
            last = int(np.isfinite(data.ramp.values[k, :, 0]).sum()) - 1
            axes.plot(data.x, data.ramp[k, last], color=LAPS[2], ls="--", label=f"after {last} at {one:g} cm")
    _place(axes, one)
    _place(axes, two, "C0")
    axes.set(title="Two traces (Cone & Shouval)")
    axes.set_ylim(top=12)
    axes.legend(loc="upper left", fontsize=7)


def _speeds(axes, data, main, n, one):
    found = [k for k, name in enumerate(data.name.values) if str(name).endswith("cm/s")] + [main]
    found.sort(key=lambda k: float(data.speed[k]))
    for number, k in enumerate(found):
        shade = str(0.75 - 0.75 * number / max(1, len(found) - 1))
        axes.plot(
            data.x, data.ramp[k, n], color=shade, label=f"{float(data.speed[k]):g} cm/s: {float(data.area[k]):.0f} cm"
        )
    _place(axes, one)
    axes.set(title=f"Faster, wider (area width x {float(data.widening):.2f})")
    axes.legend(loc="upper left", fontsize=7)


def _spikes(axes, data, main, n, one):
    found = [k for k, name in enumerate(data.name.values) if str(name).startswith("spikes")]
    for number, k in enumerate(found):
        axes.plot(
            data.x,
            data.ramp[k, n],
            color="C0",
            lw=2,
            alpha=0.35,
            label=f"Poisson spikes, n = {len(found)}" if number == 0 else None,
        )
    axes.plot(data.x, data.ramp[main, n], color="k", lw=1, label="rates")
    for name, color in (("no plateau", "C3"), ("no input", "C2")):
        for k in _named(data, name)[:1]:
            axes.plot(data.x, data.ramp[k, n], color=color, ls="-" if name == "no plateau" else "--", label=name)
    _place(axes, one)
    axes.set(title="Spikes: same field; controls: none")
    axes.legend(loc="upper left", fontsize=7)


def _time(axes, data, k):
    axes.plot(data.time, data.v[k], color="0.2", lw=0.8)
    lap, laps = data.attrs["track"] / float(data.speed[k]), int(data.attrs["laps"])
    for first, place, color in ((1, data.attrs["place_1"], LAPS[2]), (laps + 2, data.attrs["place_2"], "C0")):
        onset = (first + np.arange(laps)) * lap + place / float(data.speed[k])
        axes.plot(
            onset,
            np.full(laps, float(data.v[k].max()) * 1.08),
            "v",
            color=color,
            ms=5,
            label=f"plateaus at {place:g} cm",
        )
    last = (2 * laps + 3) * lap
    axes.set(xlabel="time (s)", ylabel="potential above rest (mV)", title="Lap by lap", xlim=(0, last))
    axes.set_ylim(top=1.4 * float(data.v[k].max()))
    axes.legend(loc="upper left", fontsize=7)
