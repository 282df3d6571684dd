"""Build a protocol's network as a C++ program. Runs in a child process: ``python -m snnplastic.device.build FOLDER``.

The folder holds spec.json; the child leaves the program, its static arrays and manifest.json there.
Only this file, `network.py` and `interpret.py` import Brian2.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np

from ..catalogue import PACKAGE, protocol_folder
from ..errors import DeviceError
from . import unity
from .child import main
from .network import REPORT, build_networks, objects_of
from .target import FLAGS, SINGLE, compiler


def build(folder):
    import brian2
    from brian2 import second

    folder, spec = Path(folder), json.loads((Path(folder) / "spec.json").read_text())
    brian2.BrianLogger.log_level_error()
    brian2.prefs.reset_to_defaults()  # a user's preference file must not shape a binary that others share
    brian2.prefs.core.stop_on_keyboard_interrupt = False  # else an interrupted program ends early with exit code 0
    brian2.set_device("cpp_standalone", directory=str(folder), build_on_run=False)
    device = brian2.get_device()
    device.insert_code(
        "after_start", 'if (const char* s = getenv("SNN_SEED")) brian::_random_generators[0].seed(strtoul(s, 0, 10));'
    )
    brian2.prefs.core.default_float_dtype = np.dtype(spec.get("dtype", "float64")).type
    networks, program = build_networks(spec)
    for group in objects_of(networks[1:]):
        # else Brian2 would write the placeholders of a later network's lists over the values of a run, which come with the first
        if type(group).__name__ == "SpikeGeneratorGroup":
            group.before_run({})
    for network in networks:
        if program:
            network.run(0 * second, namespace={})  # makes its code, which the program's own loop runs
        else:
            network.run(1 * second, namespace={}, report=REPORT, report_period=0.1 * second)
    if program:
        device.insert_code("main", "void _run_training(); _run_training();")
    device.build(directory=str(folder), compile=False, run=False, direct_call=False)
    if program:
        (folder / "code_objects" / "training_loop.cpp").write_text(written_out(program.loop, networks, device))
    compile_units(folder, flags=SINGLE if spec.get("dtype") == "float32" else ())
    manifest = {
        "arrays": describe_arrays(device, networks) | (described(program) if program else {}),
        "loop": bool(program),
        "listed": listed_groups(networks),
        "clocks": clock_names(networks),
        "runs": len(networks),
        "outside": outside_modules(),
        "bytes": (folder / "main").stat().st_size,
    }
    measure_dynamic_sizes(folder, manifest["arrays"], len(networks))
    for path in folder.rglob("*"):
        if path.suffix in (".cpp", ".h", ".o") and path.is_file():
            path.unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def written_out(loop, networks, device):
    """C++ of a training's loop with the names of Brian2's arrays and functions in place of `@group.variable@` and `@run:object@`."""
    objects = {found.name: found for found in objects_of(networks)}

    def array(match):
        return f"brian::{device.get_array_name(objects[match[1]].variables[match[2]], access_data=False)}"

    def function(match):
        return f"_run_{match[1]}_codeobject();"

    return re.sub(r"@(\w+)\.(\w+)@", array, re.sub(r"@run:(\w+)@", function, loop))


def described(program):
    """Entries of the manifest for what a training's loop reads and writes."""
    inputs = {f"data.{n}": {"dtype": dtype, "size": None, "columns": None, "settable": True, "file": "", "input": True} for n, dtype in program.inputs.items()}
    return inputs | {
        f"out.{n}": {"file": f"out_{n}", "dtype": dtype, "size": None, "columns": columns, "settable": False}
        for n, (dtype, columns) in program.outputs.items()
    }


def compile_units(folder, program="main", flags=()):
    """Compile the generated project of a folder into one program, its two units side by side."""
    unity.write(folder)
    jobs = []
    for unit, level in (("hot", []), ("cold", ["-O0"])):
        jobs.append(
            subprocess.Popen(
                [compiler(), *FLAGS, *flags, *level, "-I.", "-c", f"{unit}.cc", "-o", f"{unit}.o"],
                cwd=folder,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    finished = [(job.communicate()[1], job.returncode) for job in jobs]
    if not any(code for _, code in finished):
        linked = subprocess.run(
            [compiler(), *FLAGS, "hot.o", "cold.o", "-o", program], cwd=folder, capture_output=True, text=True
        )
        finished.append((linked.stderr, linked.returncode))
    for errors, code in finished:
        if code:
            lines = [
                line for line in errors.splitlines() if "error" in line or "No space" in line or "too large" in line
            ] or errors.splitlines()
            raise DeviceError(f"the compiler failed (exit code {code}): " + " | ".join(lines[:3]))


def clock_names(networks):
    return sorted({found.clock.name for found in objects_of(networks) if getattr(found, "clock", None) is not None})


def listed_groups(networks):
    """{group: its clock's name and step} of the groups whose spikes are lists."""
    return {
        g.name: {"clock": g.clock.name, "dt": float(g.clock.dt_), "n": len(g)}
        for g in objects_of(networks)
        if type(g).__name__ == "SpikeGeneratorGroup"
    }


def describe_arrays(device, networks):
    """{object.variable: {file, dtype, size or None if dynamic, columns of a 2-D monitor, settable}}."""
    columns = {}
    for found in objects_of(networks):
        if hasattr(found, "record_variables"):
            for name in found.record_variables:
                recorded = getattr(found, "record", None)
                columns[f"{found.name}.{name}"] = (
                    np.size(recorded) if recorded is not None and not isinstance(recorded, bool) else None
                )
    arrays = {}
    for variable in device.arrays:
        if not hasattr(variable.owner, "name"):
            continue
        name = f"{variable.owner.name}.{variable.name}"
        if variable.read_only and arrays.get(name, {}).get("settable"):
            continue  # the delays of a Synapses' pathways share a name, and one of them is an array of the run
        file = os.path.basename(device.get_array_filename(variable))
        size = None if hasattr(variable, "resize") else int(variable.size)
        arrays[name] = {
            "file": file,
            "dtype": np.dtype(variable.dtype).name,
            "size": size,
            "columns": columns.get(name),
            "settable": not variable.read_only,
        }
    return arrays


def measure_dynamic_sizes(folder, arrays, runs):
    """Sizes of arrays that the program makes itself (synapses), from two empty runs; unknown where they are random."""
    found, empty = [], {f"SNN_DURATION_{k}": "0" for k in range(runs)}
    for seed in ("1", "2"):
        results = folder / f"sizes_{seed}"
        results.mkdir()
        done = subprocess.run(
            ["./main", "--results_dir", f"{results}/"],
            cwd=folder,
            env={**os.environ, **empty, "SNN_SEED": seed},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise DeviceError(f"the program failed before its first step: {(done.stdout + done.stderr).strip()[-300:]}")
        found.append(
            {
                name: (results / a["file"]).stat().st_size // np.dtype(a["dtype"]).itemsize
                for name, a in arrays.items()
                if (results / a["file"]).exists()
            }
        )
        for path in results.iterdir():
            path.unlink()
        results.rmdir()
    random = [
        path.name.partition("_synapses_create_")[0]
        for path in folder.glob("code_objects/*_synapses_create_*.cpp")
        if "_rand(" in path.read_text().partition("// scalar code")[2]
    ]
    for name, array in arrays.items():
        if array["size"] is None and name.partition(".")[0] not in random and found[0].get(name) == found[1].get(name):
            array["size"] = found[0].get(name)


def outside_modules():
    """[path, hash] of the modules this build imported from outside the package and the installation: a hit checks them."""
    installed = [sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    own = [str(PACKAGE), str(protocol_folder())]
    found = []
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if (
            path
            and path.endswith(".py")
            and not any(os.path.realpath(path).startswith(os.path.realpath(root) + os.sep) for root in installed + own)
        ):
            found.append([os.path.realpath(path), hashlib.sha256(Path(path).read_bytes()).hexdigest()])
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main(build, sys.argv[1]))
