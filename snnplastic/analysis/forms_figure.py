"""The figure of plasticity_forms: a row per form with what it reads, what happens when an input is missing, and its kernel."""

import numpy as np

MISSING = {"post": "no post", "pre": "no pre", "modulator": "no dopamine", "": "all present"}
INSTRUCTED = {
    "BTSP": "no plateau",
    "cerebellar": "no climbing fibre",
}  # where the second signal is no spike of the cell's own
# What the kernel of each form is drawn against, and what it shows.
WORDS = {
    "STDP": ("lag t_post - t_pre (ms)", "Milliseconds, order decides"),
    "neuromodulated STDP": ("dopamine after the pair (s)", "Seconds, through the eligibility"),
    "BTSP": ("plateau after the input (s)", "Seconds; the weight decides the sign"),
    "cerebellar": ("climbing fibre after the input (s)", "The error signal depresses"),
}


def draw(data):
    from matplotlib.figure import Figure

    shown = list(data.form_name.values)
    figure = Figure(figsize=(12, 1.9 * len(shown) + 0.5))
    axes = figure.subplots(len(shown), 3, width_ratios=(1.5, 0.7, 1.1))
    for row, form in zip(axes, shown, strict=True):
        mine = data.isel(condition=np.flatnonzero(data.form == form))
        _reads(row[0], data, form, form == shown[0])
        _needs(row[1], mine, form, form == shown[0])
        _kernel(row[2], mine.isel(condition=np.flatnonzero(mine.experiment == "kernel")), form)
    return figure


def _reads(axes, data, form, first):
    axes.axis("off")
    axes.set(xlim=(0, 5), ylim=(0, 1))
    axes.text(0, 0.5, form.replace(" ", "\n"), fontsize=10, weight="bold", ha="right", va="center")
    for k, (signal, reads) in enumerate(zip(data.signal.values, data.reads.sel(form_name=form).values, strict=True)):
        axes.plot(k + 0.5, 0.5, "o", ms=13, color="C0" if reads else "none", mec="0.7", clip_on=False)
        if first:
            axes.text(k + 0.35, 0.72, str(signal), fontsize=8, ha="left", va="bottom", rotation=20)
    if first:
        axes.text(-1.2, 1.28, "What it takes in", fontsize=9.5, weight="bold", clip_on=False)
    axes.plot([0, 5], [0, 0], color="0.9", lw=0.8)


def _needs(axes, mine, form, first):
    needs = mine.isel(condition=np.flatnonzero(mine.experiment == "needs"))
    missing = MISSING | ({"post": INSTRUCTED[form]} if form in INSTRUCTED else {})
    labels = [missing[str(text)] for text in needs.left_out.values]
    axes.barh(range(len(labels)), needs.change, color=["C0" if text == "all present" else "0.6" for text in labels])
    for k, value in enumerate(needs.change.values):
        axes.text(0 if value == 0 else value, k, " 0 " if value == 0 else "", va="center", fontsize=7.5)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.axvline(0, color="0.6", lw=0.8)
    axes.margins(x=0.2)
    axes.set(title="Without one of them" if first else "", xlabel="w - w_0")


def _kernel(axes, kernel, form):
    if form == "Hebbian":
        for k, y in enumerate(np.unique(kernel.y)):
            one = kernel.isel(condition=np.flatnonzero(kernel.y == y)).sortby("x")
            axes.plot(one.x, one.change, "o-", ms=3, color=f"C{k}", label=f"postsynaptic rate {y:g}")
        axes.set(xlabel="presynaptic rate", title="Product of the rates")
    else:
        for k, w in enumerate(np.unique(kernel.w_0)):
            one = kernel.isel(condition=np.flatnonzero(kernel.w_0 == w)).sortby("x")
            label = f"w_0 = {w:g}" if np.unique(kernel.w_0).size > 1 else None
            axes.plot(one.x * (1e3 if form == "STDP" else 1), one.change, "o-", ms=3, color=f"C{k}", label=label)
        axes.axvline(0, color="0.8", lw=0.8)
        axes.set(xlabel=WORDS[form][0], title=WORDS[form][1])
    axes.axhline(0, color="0.8", lw=0.8)
    axes.set_ylabel("w - w_0")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=6.5)
