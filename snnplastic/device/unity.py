"""Two translation units from a Brian2 standalone project, one of them optimised, instead of one per piece of code.

Headers are parsed twice instead of a hundred times, and what runs once is not optimised.
"""

import re
from itertools import count
from pathlib import Path

# The binary's own clock() is a system call per object and step; this one reads a coarse counter (4 ms grain).
COARSE_CLOCK = """
#include <time.h>
#include <unistd.h>
namespace std { inline clock_t coarse_clock() { timespec s; clock_gettime(CLOCK_MONOTONIC_COARSE, &s); return s.tv_sec*1000000 + s.tv_nsec/1000; } }
"""
# Of a training: its loop, which calls all other code and so comes last, and code that works element by element.
LOOP = "training_loop"
ELEMENTWISE = tuple(f"_{phase}_codeobject.cpp" for phase in ("begin", "forward", "backward", "update", "trace"))
# What runs once goes into a unit that is not optimised: it is most of the text, and half of a build's time went into it.
COLD = ("objects.cpp", "run.cpp", "main.cpp")
# Duration and steps of the clocks are values of a run, not of a build.
RUNTIME = """
inline double snn_duration(const char* name, double built) { const char* s = getenv(name); return s ? atof(s) : built; }
inline double snn_dt(const char* name, double built) { const char* s = getenv(name); return s ? atof(s) : built; }
"""

TIMESTEP = """static inline int64_t _timestep(double t, double dt)
    {
        return (int64_t)((t + 1e-3*dt)/dt);"""


def write(folder):
    """Write hot.cc and cold.cc into the folder of a generated project."""
    folder = Path(folder)
    files = [
        *sorted(folder.glob("code_objects/*.cpp"), key=lambda path: (path.stem == LOOP, path)),
        *(folder / f"{name}.cpp" for name in ("objects", "network", "run", "main")),
    ]
    cold = [path for path in files if path.name in COLD or path.name.startswith(("before_run", "after_run"))]
    for name, part in (("hot", [path for path in files if path not in cold]), ("cold", cold)):
        (folder / f"{name}.cc").write_text(_unit(part))


def _unit(files):
    headers, bodies, supports, number = [], [], {}, count()
    for path in files:
        text = path.read_text()
        for line in re.findall(r"^\s*#\s*include.*$", text, re.M):
            if line.strip() not in headers:
                headers.append(line.strip())
        text = re.sub(r"^\s*#\s*include.*$", "", text, flags=re.M)
        # In whole doubles instead of 64-bit integers, which most processors cannot convert to several at a time.
        text = text.replace(TIMESTEP, TIMESTEP.replace("int64_t _t", "double _t").replace("(int64_t)", "trunc"))
        match = re.search(r"^namespace\s*(\{.*?^\})", text, re.M | re.S)
        if match:  # anonymous support code, mostly the same in every file: one named copy of each text serves all
            seen = match[1] in supports
            name = supports.setdefault(match[1], f"_support_{len(supports)}")
            copy = "" if seen else f"namespace {name} {{ namespace {match[1]} }}"
            text = text[: match.start()] + copy + text[match.end() :]
            text = text.replace("using namespace brian;", f"using namespace brian; using namespace {name};")
        if path.name.endswith(ELEMENTWISE) or "stateupdater" in path.name or "subexpression_update" in path.name:
            # element by element, so no iteration waits for another
            text = text.replace(
                "    for(int _idx=0; _idx<_N; _idx++)", "    #pragma GCC ivdep\n    for(int _idx=0; _idx<_N; _idx++)"
            )
        if "thresholder" in path.name:
            text = _threshold_in_blocks(text)
        if path.name == "network.cpp":
            text = f"#define clock coarse_clock\n{text}\n#undef clock\n"
        if path.name == "main.cpp":  # runs are numbered in the order of the program
            text = re.sub(
                r"(\w+)\.run\(([-+.\de]+), ",
                lambda m: f'{m[1]}.run(snn_duration("SNN_DURATION_{next(number)}", {m[2]}), ',
                text,
            )
            text = _values_first(text)
            text = re.sub(r"_array_(\w+)_dt\[0\] = ([-+.\de]+);", r'_array_\1_dt[0] = snn_dt("SNN_DT_\1", \2);', text)
        bodies.append(text)
    return "\n".join([*headers, COARSE_CLOCK, RUNTIME, *bodies])


def _values_first(text):
    """Queues of spikes are laid out after the values of the run are set, since delays and steps are such values."""
    prepare = r"^\s*_before_run_\w+\(\);\n"
    head, given, tail = text.partition("set_from_command_line(args);\n")
    start = head.rfind("{", 0, head.find("_before_run_")) if "_before_run_" in head else len(head)
    lines = "".join(re.findall(prepare, head[start:], re.M))
    return head[:start] + re.sub(prepare, "", head[start:], flags=re.M) + given + lines + tail


def _threshold_in_blocks(text):
    """Test the threshold of 64 neurons at a time, and look at each of them only where one of them spikes.

    Left as it is where the condition draws random numbers or writes, since it is evaluated twice.
    """
    loop = re.search(
        r"    for\(size_t _idx=0; _idx<N; _idx\+\+\)\n    \{\n(.*?)(        if\(_cond\) \{\n.*?^        \}\n)    \}\n",
        text,
        re.M | re.S,
    )
    if not loop or "_vectorisation_idx)" in loop[1] or re.search(r"_ptr_\w+\[[^]]*\]\s*[-+*/]?=[^=]", loop[1]):
        return text
    blocks = f"""    for(size_t _block=0; _block<N; _block+=64)
    {{
        const size_t _stop = _block + 64 < N ? _block + 64 : N;
        int _any = 0;
        #pragma GCC ivdep
        for(size_t _idx=_block; _idx<_stop; _idx++)
        {{
{loop[1]}        _any |= _cond;
        }}
        if(_any) for(size_t _idx=_block; _idx<_stop; _idx++)
        {{
{loop[1]}{loop[2]}        }}
    }}
"""
    return text[: loop.start()] + blocks + text[loop.end() :]
