"""Local plasticity rules, one rule a file. The base class, with the placement of traces, is in `rule`."""
