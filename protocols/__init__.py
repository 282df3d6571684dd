"""Protocols: one experiment a file, each exports PROTOCOL. Published numbers are in targets/."""
