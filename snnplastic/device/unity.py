"""One translation unit from a Brian2 standalone project: the headers are parsed once, so a build takes a sixth of the time."""

import re
from itertools import count
from pathlib import Path

# The binary's own clock() is a system call per object and step; this one reads a coarse counter (4 ms grain).
COARSE_CLOCK = """
#include <time.h>
#include <unistd.h>
namespace std { inline clock_t coarse_clock() { timespec s; clock_gettime(CLOCK_MONOTONIC_COARSE, &s); return s.tv_sec*1000000 + s.tv_nsec/1000; } }
"""
# Code that runs once is not optimised: it is most of the text, and half of a build's time went into it.
COLD = ("objects.cpp", "run.cpp", "main.cpp")
# Duration and steps of the clocks are values of a run, not of a build.
RUNTIME = """
inline double snn_duration(const char* name, double built) { const char* s = getenv(name); return s ? atof(s) : built; }
inline double snn_dt(const char* name, double built) { const char* s = getenv(name); return s ? atof(s) : built; }
"""


def write(folder):
    """Write unity.cc into the folder of a generated project and return its path."""
    folder = Path(folder)
    files = [*sorted(folder.glob("code_objects/*.cpp")), *(folder / f"{name}.cpp" for name in ("objects", "network", "run", "main"))]
    headers, bodies, supports, written, number = [], [], {}, set(), count()
    for path in files:
        text = path.read_text()
        for line in re.findall(r"^\s*#\s*include.*$", text, re.M):
            if line.strip() not in headers:
                headers.append(line.strip())
        text = re.sub(r"^\s*#\s*include.*$", "", text, flags=re.M)
        match = re.search(r"^namespace\s*\{.*?^}", text, re.M | re.S)
        if match:  # anonymous support code, mostly the same in every file: one named copy of each text serves all
            name = supports.setdefault(match[0], f"_support_{len(supports)}")
            copy = re.sub(r"^namespace\s*\{", f"namespace {name} {{", match[0], count=1)
            text = text[: match.start()] + ("" if name in written else copy) + text[match.end() :]
            text = text.replace("using namespace brian;", f"using namespace brian; using namespace {name};")
            written.add(name)
        if path.name == "network.cpp":
            text = f"#define clock coarse_clock\n{text}\n#undef clock\n"
        if path.name == "main.cpp":
            # runs are numbered in the order of the program
            text = re.sub(r"(\w+)\.run\(([-+.\de]+), ", lambda m: f'{m[1]}.run(snn_duration("SNN_DURATION_{next(number)}", {m[2]}), ', text)
            text = re.sub(r"_array_(\w+)_dt\[0\] = ([-+.\de]+);", r'_array_\1_dt[0] = snn_dt("SNN_DT_\1", \2);', text)
        if path.name in COLD or path.name.startswith(("before_run", "after_run")):
            text = f"#pragma GCC push_options\n#pragma GCC optimize (\"O0\")\n{text}\n#pragma GCC pop_options\n"
        bodies.append(text)
    path = folder / "unity.cc"
    path.write_text("\n".join([*headers, COARSE_CLOCK, RUNTIME, *bodies]))
    return path
