"""Running a protocol: target, build cache, build, run, progress. The only caller of set_device and prefs."""
