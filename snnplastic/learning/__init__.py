"""Credit assignment: gradients derived from a neuron's text, and the programs that train with them."""
