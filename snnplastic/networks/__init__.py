"""Networks built from neurons, receptors and rules. They know no protocol."""
