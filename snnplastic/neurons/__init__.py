"""Neuron models and spike sources, one a file. The base class is in `neuron`."""
