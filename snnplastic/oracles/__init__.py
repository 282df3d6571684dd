"""Independent implementations that `snnplastic verify` compares the models with."""
