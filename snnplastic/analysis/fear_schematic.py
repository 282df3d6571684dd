"""The lateral amygdala circuit of fear conditioning as a drawing; positions and connections are tables.

Legible from 6.7 in of width on, a quarter of a 16:9 slide. Colours are those of the style sheet's cycle.
"""

import numpy as np
from matplotlib.patches import ArrowStyle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

TONE, PRINCIPAL, PV, VIP, SHOCK, EXTINCTION, CONTEXT, CENTRAL = "C3", "C0", "C4", "C7", "C1", "C2", "C5", "C6"
SIZE = 16.0, 9.0  # of the drawing, in the units of the tables

POPULATIONS = {  # name: (x, y of the centre, width, height, colour, text)
    "shock": (1.3, 8.3, 1.4, 0.8, SHOCK, "shock"),
    "relay": (8.1, 8.3, 2.0, 0.8, SHOCK, "US relay"),
    "vip": (4.9, 7.0, 1.5, 0.8, VIP, "VIP"),
    "pv": (4.9, 5.45, 1.5, 0.8, PV, "PV"),
    "thalamus": (1.3, 4.75, 2.0, 1.0, TONE, "tone,\nthalamus"),
    "cortex": (1.3, 3.3, 2.0, 1.0, TONE, "tone,\ncortex"),
    "context": (1.3, 1.35, 1.8, 0.8, CONTEXT, "context"),
    "principal": (8.1, 4.15, 2.4, 1.5, PRINCIPAL, "LA\nprincipal"),
    "extinction": (7.9, 1.35, 3.4, 1.0, EXTINCTION, "extinction cells\n(ITC, basal)"),
    "infralimbic": (13.6, 1.45, 4.2, 1.3, EXTINCTION, "infralimbic cells"),
    "basal": (10.95, 4.15, 1.8, 1.0, PRINCIPAL, "basal\nfear cells"),
    "central": (13.2, 4.15, 1.5, 1.0, CENTRAL, "central\nnucleus"),
    "freezing": (15.2, 4.15, 1.5, 0.8, CENTRAL, "freezing"),
}
INPUTS = ("shock", "thalamus", "cortex", "context", "freezing")  # fibres and behaviour: no frame
NOTES = {  # name: (x, y, horizontal alignment, text)
    "infralimbic": (13.6, 1.22, "center", "excitability: up with fear,\ndown with shock, fades over days"),
    "gaba": (6.25, 2.45, "right", "GABA$_B$ on\ntone terminals"),
    "gaba_a": (8.68, 2.6, "left", "GABA$_A$"),
    "gate": (11.75, 6.35, "left", "fear weakens\nthe US"),
}
# (from, to, kind, colour, further points between them); an end is (name, x, y), x and y in halves of its box from its centre
CONNECTIONS = (
    (("thalamus", 1, 0), ("principal", -1, 0.25), "plastic", TONE, ()),
    (("cortex", 1, 0), ("principal", -1, -0.35), "plastic", TONE, ()),
    (("thalamus", 1, 0.5), ("pv", -1, 0), "excites", TONE, ()),
    (("cortex", 1, 0.5), ("pv", -0.4, -1), "excites", TONE, ()),
    (("principal", -1, 0.62), ("pv", 0.6, -1), "excites", PRINCIPAL, ()),
    (("pv", 1, 0), ("principal", -0.7, 1), "inhibits", PV, ()),
    (("vip", 0, -1), ("pv", 0, 1), "inhibits", VIP, ()),
    (("shock", 0.6, -1), ("vip", -1, 0.2), "excites", SHOCK, ()),
    (("relay", 0, -1), ("principal", 0, 1), "excites", SHOCK, ()),
    (("shock", 1, 0), ("relay", -1, 0.0), "excites", SHOCK, ()),
    (("shock", -1, 0), ("extinction", 0, -1), "inhibits", SHOCK, ((0.12, 8.3), (0.12, 0.25), (7.9, 0.25))),
    (("shock", -1, 0), ("infralimbic", 0, -1), "inhibits", SHOCK, ((0.12, 8.3), (0.12, 0.25), (13.6, 0.25))),
    (("context", 1, 0), ("extinction", -1, 0), "plastic", CONTEXT, ()),
    (("infralimbic", -1, -0.154), ("extinction", 1, 0), "excites", EXTINCTION, ()),
    (("principal", -0.15, -1), ("extinction", 0.012, 1), "excites", PRINCIPAL, ()),
    (("basal", 0.2, -1), ("infralimbic", -0.7, 1), "excites", PRINCIPAL, ()),
    (("extinction", 0.365, 1), ("principal", 0.35, -1), "inhibits", EXTINCTION, ()),
    (("extinction", -0.853, 1), ("principal", -1.375, 0.307), "inhibits", EXTINCTION, ()),
    (("extinction", -0.853, 1), ("principal", -1.375, -0.427), "inhibits", EXTINCTION, ()),
    (("extinction", 0.95, 1), ("central", -0.3, -1), "inhibits", EXTINCTION, ()),
    (("principal", 1, 0), ("basal", -1, 0), "excites", PRINCIPAL, ()),
    (("basal", 1, 0), ("central", -1, 0), "excites", PRINCIPAL, ()),
    (("central", 1, 0), ("freezing", -1, 0), "excites", CENTRAL, ()),
    (("central", -0.6, 1), ("relay", 0.9, -1), "inhibits", CENTRAL, ()),
)
KINDS = {
    "excites": (1.4, "-|>", "excites"),
    "plastic": (2.6, "-|>", "excites, plastic"),
    "inhibits": (1.4, "|", "inhibits"),
}
GAP = 0.14  # between an end and its box
LEGEND = 12.6, 8.5, 0.6  # x and y of the first row, height of a row


def schematic(axes, *, size=8.5, populations=POPULATIONS, connections=CONNECTIONS, notes=NOTES):
    """Draw the circuit; `size` is that of the letters in points, 1.27 per inch of the drawing's width, and lines follow it."""
    axes.set(xlim=(0, SIZE[0]), ylim=(0, SIZE[1]), aspect="equal")
    axes.axis("off")
    for begin, end, kind, colour, between in connections:
        points = [_end(populations, begin), *between, _end(populations, end)]
        points[-1] = _short_of(*points[-2:])
        _arrow(axes, points, kind, colour, size)
    for name, (x, y, width, height, colour, text) in populations.items():
        noted = name in notes
        if name not in INPUTS:
            frame = FancyBboxPatch(
                (x - width / 2, y - height / 2),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.2",
                ec=colour,
                fc="w",
                lw=1.4 * size / 8.5,
                zorder=3,
            )
            axes.add_patch(frame)
        axes.text(
            x,
            y + height * 0.24 * noted,
            text,
            ha="center",
            va="center",
            size=size,
            weight="bold",
            color=colour,
            zorder=4,
        )
    for x, y, align, text in notes.values():
        axes.text(x, y, text, ha=align, va="center", size=0.8 * size, color="0.25", zorder=4)
    for row, (kind, (_, _, text)) in enumerate(KINDS.items()):
        x, y = LEGEND[0], LEGEND[1] - LEGEND[2] * row
        _arrow(axes, [(x, y), (x + 1.0, y)], kind, "0.25", size)
        axes.text(x + 1.2, y, text, va="center", size=0.8 * size, color="0.25")


def _end(populations, end):
    name, across, up = end
    x, y, width, height = populations[name][:4]
    return x + across * width / 2, y + up * height / 2


def _short_of(before, end):
    away = np.subtract(before, end)
    return tuple(end + GAP * away / np.hypot(*away))


def _arrow(axes, points, kind, colour, size):
    width, head, _ = KINDS[kind]
    style = (
        ArrowStyle("|-|", widthA=0, widthB=0.45) if head == "|" else ArrowStyle(head, head_length=0.5, head_width=0.28)
    )
    shape = {
        "path": Path(points),
        "arrowstyle": style,
        "mutation_scale": 1.1 * size,
        "lw": width * size / 8.5,
        "color": colour,
    }
    axes.add_patch(FancyArrowPatch(**shape, joinstyle="miter", capstyle="butt", zorder=2, clip_on=False))
