"""Checks of every rule that runs between two spike trains alone."""

import numpy as np

from ..catalogue import find_class, names
from .rule_trains import RuleTrains, of_spike_times
from .tables import row


def check_rules(device, _, only=""):
    """Random Poisson trains with coincidences: each rule against its walk over the spikes; both placements of its traces; the hippocampal table."""
    from ..results import run

    found = run(RuleTrains(only=only), device=device).data
    for rule in dict.fromkeys(found.rule.values):
        mine = found.isel(condition=np.flatnonzero((found.rule == rule) & (found.trains != "table")))
        yield row(str(rule), "random trains against a walk over the spikes", np.abs(mine.w - mine.w_oracle).max(), mine.tolerance.values[0])
        alone = mine.isel(condition=np.flatnonzero((mine.trains == "alone") & mine.silent_alone))
        if alone.sizes["condition"]:
            yield row(str(rule), "spikes of one side alone change nothing", np.abs(alone.w - alone.w_0).max(), 0)
        both = mine.isel(condition=np.flatnonzero(np.isfinite(mine.w_on_neurons)))
        if both.sizes["condition"]:
            yield row(
                str(rule),
                "traces on neurons against traces on synapses, of w_max",
                (np.abs(both.w - both.w_on_neurons) / both.w_max).max(),
                1e-12,
            )
        listed = found.isel(condition=np.flatnonzero((found.rule == rule) & (found.trains == "table")))
        if listed.sizes["condition"]:
            yield row(
                str(rule),
                "hippocampal motifs against the computed table",
                np.abs(listed.w / listed.w_0 - 1 - listed.dw_table).max(),
                1e-4,
            )


CHECKS = {name: check_rules for name in names("rules") if of_spike_times(find_class("rules", name))}
