"""Reference values and the rows of `verify`. The values were computed once by independent programs, to the digits given."""

# Magnesium block at 1 mM: V (mV) -> B.
BLOCK = {
    -90: 0.01329, -80: 0.02442, -70: 0.04447, -65: 0.05967, -60: 0.07963, -50: 0.13854, -40: 0.23016, -30: 0.35722,
    -20: 0.50814, -10: 0.65759, 0: 0.78118, 20: 0.92502, 40: 0.97708,
}  # fmt: skip
# Calcium control with the published constants: Ca (umolar) -> Omega and time constant (s), as printed.
OMEGA = {
    0: "0.25000",
    0.2: "0.25000",
    0.3: "0.24550",
    0.35: "0.12500",
    0.4: "0.00450",
    0.45: "0.00042",
    0.5: "0.01799",
    0.55: "0.50000",
    0.6: "0.98201",
    0.8: "1.0",
    1.0: "1.0",
}
TAU = {
    0: "10001",
    0.2: "13.484",
    0.3: "4.7023",
    0.35: "3.3318",
    0.4: "2.5623",
    0.45: "2.0973",
    0.5: "1.7999",
    0.55: "1.6010",
    0.6: "1.4629",
    0.8: "1.1953",
    1.0: "1.1000",
}

# Pair rule, A_plus .005, A_minus .00525, tau 16.8 and 33.7 ms, 60 pairs: (rate Hz, lag ms) -> w - w_0.
PAIR = {(20, 10): 0.0525221706, (50, 10): -0.2676071511, (1, 10): 0.1654293771, (40, -10): -0.2849650088}

# Triplet rule, visual cortex, 60 pairs: rate (Hz) -> dw at lag +10 and -10 ms for each row.
CORTEX_ROWS = (
    "visual_cortex_all_to_all",
    "visual_cortex_all_to_all_minimal",
    "visual_cortex_nearest",
    "visual_cortex_nearest_minimal",
)
CORTEX = {
    0.1: (0.00000, -0.31216, 0.00000, -0.31662, 0.00000, -0.29432, 0.00000, -0.35676),
    10: (0.13205, -0.33362, 0.11864, -0.33221, 0.10359, -0.41129, 0.10086, -0.35561),
    20: (0.24696, -0.35162, 0.22780, -0.34173, 0.32316, -0.33823, 0.32203, -0.27861),
    30: (0.37069, -0.20471, 0.35544, -0.18922, 0.46719, -0.08519, 0.47079, -0.03707),
    40: (0.53372, 0.15479, 0.53211, 0.17371, 0.56029, 0.25979, 0.56828, 0.28983),
    50: (0.74091, 0.72725, 0.76273, 0.74918, 0.62425, 0.61935, 0.63585, 0.62990),
}  # fmt: skip

# Triplet rule, hippocampal cultures, 60 repeats at 1 Hz: ((pre times), (post times)) in ms -> dw for each row.
HIPPOCAMPAL_ROWS = (
    "hippocampus_all_to_all",
    "hippocampus_all_to_all_minimal",
    "hippocampus_nearest",
    "hippocampus_nearest_minimal",
)
HIPPOCAMPAL = {
    ((0,), (10,)): (0.2018, 0.1754, 0.1522, 0.1522), ((10,), (0,)): (-0.1037, -0.1561, -0.1338, -0.1338),
    ((0, 10), (5,)): (0.0426, 0.0551, 0.0498, 0.0498), ((0, 20), (10,)): (0.0052, 0.0193, 0.0184, 0.0184),
    ((0, 20), (15,)): (-0.0782, -0.0508, -0.0422, -0.0422), ((0, 20), (5,)): (0.1023, 0.1016, 0.0896, 0.0896),
    ((5,), (0, 10)): (0.3576, 0.3327, 0.3775, 0.3790), ((10,), (0, 20)): (0.2038, 0.1798, 0.2151, 0.2169),
    ((5,), (0, 20)): (0.1080, 0.0684, 0.1039, 0.1052), ((15,), (0, 20)): (0.3247, 0.3178, 0.3545, 0.3569),
    ((0, 85), (5, 80)): (0.0304, 0.0389, 0.0531, 0.0531), ((0, 55), (5, 50)): (0.0112, 0.0316, 0.0745, 0.0747),
    ((0, 35), (5, 30)): (0.0257, 0.0653, 0.1498, 0.1504), ((0, 25), (5, 20)): (0.0800, 0.1361, 0.2544, 0.2552),
    ((5, 20), (0, 25)): (0.2448, 0.3047, 0.1885, 0.1912), ((5, 30), (0, 35)): (0.1660, 0.2043, 0.1684, 0.1714),
    ((5, 50), (0, 55)): (0.1131, 0.1200, 0.1348, 0.1379), ((5, 80), (0, 85)): (0.1029, 0.0813, 0.0995, 0.1020),
}  # fmt: skip

# Cone & Shouval, analytic figure: onset of the plateau (s) -> fixed point, for a field from 2.55 to 3.55 s of a lap of 6.1 s.
BTSP_FIXED_POINTS = {
    0.5: 0.00081, 1.5: 0.00953, 2.0: 0.03080, 2.5: 0.08550, 2.8: 0.12844,
    3.05: 0.14007, 3.3: 0.13413, 3.55: 0.10612, 4.0: 0.04868, 5.0: 0.00785,
}  # fmt: skip
# Overlap of a spike and a plateau a delay (s) later, decays 1 and 0.75 s, in s.
BTSP_DELAYS = {0: "0.42857", 1: "0.15766", 2: "0.05800", -1: "0.11297", -2: "0.02978"}


def row(name, check, error, tolerance):
    """One line of `verify`; not-a-number fails."""
    return {"name": name, "check": check, "error": float(error), "tolerance": tolerance, "ok": bool(error <= tolerance)}


def half_unit(printed):
    """Half a unit of the last printed digit."""
    return 0.5 * 10.0 ** -len(printed.partition(".")[2])
