"""Local plasticity rules, one rule a file. The base class and trace placement are in `rule` and `traces`."""
