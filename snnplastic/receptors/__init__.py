"""Receptors, one a file, placed on a neuron or on a synapse. The base class is in `receptor`."""
