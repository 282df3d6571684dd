"""snnplastic: plasticity rules written once as text, run on a synapse, in a circuit and in a network."""

__version__ = "0.1.0"

_PUBLIC = {
    "run": "results", "Results": "results",
    "Protocol": "protocol", "Check": "protocol", "rules_param": "protocol",
    "TrainProtocol": "train_protocol", "Trains": "train_protocol",
    "param": "parameter", "Source": "parameter", "Parameterised": "parameter", "named": "parameter",
    "PlasticityRule": "rules.rule", "Trace": "rules.rule", "PairSTDP": "rules.pair_stdp",
    "TripletSTDP": "rules.triplet_stdp", "WeightDependentSTDP": "rules.weight_dependent_stdp",
    "CalciumControl": "rules.calcium_control", "GraupnerBrunelNMDA": "rules.graupner_brunel_nmda",
    "GraupnerBrunel": "rules.graupner_brunel", "SuppressionSTDP": "rules.suppression_stdp",
    "VoltageSTDP": "rules.voltage_stdp", "Delayed": "rules._delayed",
    "WeightDependentBTSP": "rules.weight_dependent_btsp", "SpineGatedBTSP": "rules.spine_gated_btsp",
    "ConeShouvalBTSP": "rules.cone_shouval_btsp", "SpikeBTSP": "rules.spike_btsp",
    "InhibitorySTDP": "rules.inhibitory_stdp", "TsodyksMarkram": "rules.tsodyks_markram", "Hebb": "rules.hebb",
    "Oja": "rules.oja", "BCM": "rules.bcm", "SynapticScaling": "rules.synaptic_scaling",
    "WeightNormalisation": "rules.weight_normalisation", "SubtractiveNormalisation": "rules.subtractive_normalisation",
    "DopamineSTDP": "rules.dopamine_stdp",
    "Neuron": "neurons.neuron", "AdaptiveThresholdAdEx": "neurons.adaptive_threshold_adex",
    "LIFExponentialCurrent": "neurons.lif_exponential_current", "LinearRate": "neurons.linear_rate",
    "PatternRates": "neurons.pattern_rates", "LIF": "neurons.lif", "AdEx": "neurons.adex",
    "CA1Pyramidal": "neurons.ca1_pyramidal", "Electrode": "neurons.electrode", "Izhikevich": "neurons.izhikevich",
    "RegularSpikes": "neurons.regular_spikes", "PoissonSpikes": "neurons.poisson_spikes",
    "ListedSpikes": "neurons.listed_spikes", "PlaceInputs": "neurons.place_inputs", "PlateauCell": "neurons.plateau_cell",
    "Receptor": "receptors.receptor", "AMPA": "receptors.ampa", "NMDA": "receptors.nmda", "GABA_A": "receptors.gaba_a",
    "SliceProtocol": "slice_protocol", "Induction": "slice_protocol", "GABA_B": "receptors.gaba_b",
    "FieldElectrode": "neurons.field_electrode", "PoissonIntervals": "neurons.poisson_intervals",
    "ContextGatedHebb": "rules.context_gated_hebb", "AlphaConductance": "receptors.alpha_conductance", "SwitchedPoisson": "neurons.switched_poisson",
    "FearProtocol": "fear_protocol", "Step": "fear_steps", "probe": "fear_steps", "Trial": "networks.amygdala_session",
    "AdaptingPyramidal": "neurons.adapting_pyramidal", "ExcitableLIF": "neurons.excitable_lif", "ToneFibres": "neurons.tone_fibres",
    "ContextFibres": "neurons.context_fibres", "NMDAConductance": "receptors.nmda_conductance", "SpineCalcium": "receptors.spine_calcium",
    "GABA_BTerminals": "receptors.gaba_b_terminals", "GIRK": "receptors.girk",
    "SnnplasticError": "errors",
}  # fmt: skip
__all__ = ["__version__", *(name for name in _PUBLIC if name != "run")]  # `import *` must not hide Brian2's run


def __getattr__(name):
    """Public names are imported when first used: `list`, `show` and a cached run never import Brian2."""
    if name in _PUBLIC:
        from importlib import import_module

        found = getattr(import_module(f".{_PUBLIC[name]}", __name__), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*__all__, "run"])
