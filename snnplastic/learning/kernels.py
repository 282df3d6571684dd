"""C++ of a training program: products of a layer's weights with spikes, and the loop over epochs, batches and steps.

Everything elementwise is Brian2's generated code, called by `@run:NAME@`; arrays are Brian2's, named `@GROUP.variable@`. A batch is worked off in
blocks of R replicas, so that all states of a block stay in the processor's cache. A taped variable has one row for each step: Brian2's
code reads and writes these rows directly, since the loop moves the pointer of the variable's array from step to step.
"""

HEAD = """
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <string>
#include <vector>
#include "objects.h"
namespace training {
typedef REAL real;
constexpr int R = REPLICAS;

void fail(const char* kind, const std::string& message)
{
    std::printf("@snnplastic error %s %s\\n", kind, message.c_str());
    std::fflush(stdout);
    std::_Exit(3);
}

template <class T> std::vector<T> load(const char* folder, const char* name)
{
    const std::string path = std::string(folder) + "/data." + name + ".in";
    FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) fail("DeviceError", "the program found no " + path);
    std::fseek(file, 0, SEEK_END);
    std::vector<T> values(std::ftell(file) / sizeof(T));
    std::rewind(file);
    if (std::fread(values.data(), sizeof(T), values.size(), file) != values.size()) fail("DeviceError", "the program could not read " + path);
    std::fclose(file);
    return values;
}

template <class T> void save(const char* name, const std::vector<T>& values)
{
    const std::string path = brian::results_dir + "out_" + name;
    FILE* file = std::fopen(path.c_str(), "wb");
    if (!file || std::fwrite(values.data(), sizeof(T), values.size(), file) != values.size() || std::fclose(file)) fail("DeviceError", "the program could not write " + path);
}

// Numbers of the neurons that spike, in order; `off[t]` is where those of step t begin.
struct Events
{
    std::vector<int32_t> who;
    std::vector<size_t> off;
    template <int N> void gather(const real* __restrict spike, int t)
    {
        size_t n = off[t];
        if (who.size() < n + N) who.resize(2 * (n + N));
        int32_t* out = who.data();
        for (int block = 0; block < N; block += 64)
        {
            const int stop = block + 64 < N ? block + 64 : N;
            real any = 0;
            for (int i = block; i < stop; i++) any += spike[i];
            if (any > 0)
                for (int i = block; i < stop; i++) { out[n] = i; n += spike[i] > 0; }
        }
        off[t + 1] = n;
    }
    template <int N> void all(int t)
    {
        size_t n = off[t];
        if (who.size() < n + N) who.resize(2 * (n + N));
        for (int i = 0; i < N; i++) who[n + i] = i;
        off[t + 1] = n + N;
    }
};

template <int POST> inline void add(real* __restrict to, const real* __restrict from)
{
    for (int c = 0; c < POST; c++) to[c] += from[c];
}
template <int POST> inline void add(real* __restrict to, const real* __restrict from, real factor)
{
    for (int c = 0; c < POST; c++) to[c] += factor * from[c];
}

// back[b, j] += sum over c of w[j, c] error[b, c], with the weights transposed: columns of 16 stay in registers.
template <int PRE, int POST> void backwards(real* __restrict back, const real* __restrict transposed, const real* __restrict error)
{
    constexpr int TILE = 16;
    for (int b = 0; b + 3 < R; b += 4)
    {
        const real* e = error + (size_t)b * POST;
        real* r = back + (size_t)b * PRE;
        int j = 0;
        for (; j + TILE <= PRE; j += TILE)
        {
            real sum[4][TILE];
            for (int k = 0; k < 4; k++) for (int i = 0; i < TILE; i++) sum[k][i] = r[k * PRE + j + i];
            for (int c = 0; c < POST; c++)
            {
                const real* w = transposed + (size_t)c * PRE + j;
                for (int k = 0; k < 4; k++) { const real x = e[k * POST + c]; for (int i = 0; i < TILE; i++) sum[k][i] += x * w[i]; }
            }
            for (int k = 0; k < 4; k++) for (int i = 0; i < TILE; i++) r[k * PRE + j + i] = sum[k][i];
        }
        for (; j < PRE; j++)
            for (int k = 0; k < 4; k++) { real s = r[k * PRE + j]; for (int c = 0; c < POST; c++) s += e[k * POST + c] * transposed[(size_t)c * PRE + j]; r[k * PRE + j] = s; }
    }
}
}
"""

# Order of the numbers in data.control.
CONTROL = (
    "n_steps",
    "n_train",
    "n_valid",
    "n_test",
    "batch",
    "epochs",
    "rate",
    "rate_decay",
    "seed",
    "shuffle",
    "scale",
    "evaluate_every",
    "per_sample_goal",
    "resume",
)


def loop(layers, connections, loss, *, read, smooth):
    """The C++ function `_run_training`.

    layers        [{name, n, code (LayerCode), trained {parameter: number of values}}], the read-out last
    connections   [{name, pre (name or None for the inputs), n_pre, post, n_post, target, delay}]
    """
    out = layers[-1]
    w = _Writer()
    w("void _run_training()\n{\nusing namespace training;\nusing namespace brian;")
    w('const char* folder = getenv("SNN_INPUTS");\nif (!folder) return;')
    w('const std::vector<double> control = load<double>(folder, "control");')
    for k, name in enumerate(CONTROL):
        w(
            f"const {'double' if name in ('rate', 'rate_decay', 'scale') else 'long'} {name} = {'' if name in ('rate', 'rate_decay', 'scale') else '(long)'}control[{k}];"
        )
    w('const std::vector<int64_t> first = load<int64_t>(folder, "first");')
    w(
        'const std::vector<int32_t> when = load<int32_t>(folder, "time"), channel = load<int32_t>(folder, "channel"), label = load<int32_t>(folder, "label");'
    )
    w('const std::vector<double> goals = load<double>(folder, "goal"), attention = load<double>(folder, "attention");')
    w("const int T = n_steps;\nconst long total = n_train + n_valid + n_test;")
    for layer in layers:
        name, n = layer["name"], layer["n"]
        for variable in layer["code"].taped:
            w(
                f"std::vector<real> tape_{name}_{variable}((size_t)(T + 1)*R*{n});\nreal* const own_{name}_{variable} = @{name}.{variable}@;"
            )
            if not variable.startswith("drive_"):
                w(f"real* const own_{name}_next_{variable} = @{name}.next_{variable}@;")
        if layer["code"].spiking:
            w(f"Events events_{name}; events_{name}.off.assign(T + 2, 0);")
    for c in connections:
        if c["pre"]:
            w(f"std::vector<real> turned_{c['name']}({c['n_pre']}*{c['n_post']});")
            if c["delay"]:
                w(f"std::vector<real> ring_{c['name']}((size_t){c['delay'] + 1}*R*{c['n_post']});")
        w(f"std::vector<int64_t> cursor_{c['name']}(R), end_{c['name']}(R);")
    w(
        "std::vector<long> order(n_train);\nfor (long k = 0; k < n_train; k++) order[k] = k;\nstd::mt19937_64 random(seed);"
    )
    w(
        f"std::vector<double> history, spent, spikes; std::vector<int32_t> predicted(total, -1); std::vector<double> scores((size_t)total*{out['n']});"
    )
    w(
        "std::vector<long> sample(R);\ndouble loss = 0; long correct = 0; double count[LAYERS] = {};\nlong updates = resume;".replace(
            "LAYERS", str(len(layers))
        )
    )

    w("bool watch = false; std::vector<float> watched;")
    w("auto forward = [&](const long* who, int n_who, long n_batch) {")
    for layer in layers:
        name = layer["name"]
        for variable in layer["code"].taped:
            w(f"@{name}.{variable}@ = tape_{name}_{variable}.data();")
        w(f"@{name}.now@[0] = 0; @run:{name}_begin@")
        if layer["code"].spiking:
            w(f"events_{name}.off[0] = 0;")
    w(f"@{out['name']}.n_steps@[0] = T;")
    w("for (int b = 0; b < R; b++) { sample[b] = b < n_who ? who[b] : -1;")
    for c in connections:
        if not c["pre"]:
            w(
                f"cursor_{c['name']}[b] = sample[b] < 0 ? 0 : first[sample[b]]; end_{c['name']}[b] = sample[b] < 0 ? 0 : first[sample[b] + 1];"
            )
    w("}")
    w("for (int t = 0; t < T; t++) {")
    for layer in layers:
        _point(w, layer)
        w(f"@{layer['name']}.now@[0] = t;")
        if layer is out and loss.kind == "target":
            _goal(w, out)
        w(f"@run:{layer['name']}_forward@")
        if layer["code"].spiking:
            gather = "all" if smooth else "gather"
            argument = "t" if smooth else f"{_spikes(layer)}, t"
            w(f"events_{layer['name']}.template {gather}<R*{layer['n']}>({argument});")
        for target in layer["code"].targets:
            if f"drive_{target}" in layer["code"].taped:
                w(
                    f"@{layer['name']}.drive_{target}@ = tape_{layer['name']}_drive_{target}.data() + (size_t)(t + 1)*R*{layer['n']};"
                )
                w(f"std::memset(@{layer['name']}.drive_{target}@, 0, sizeof(real)*R*{layer['n']});")
    for c in connections:
        _product(w, c, smooth, layers)
    written = f"next_{read}" if read in out["code"].taped else read
    w(
        f"if (watch) for (int i = 0; i < R*{out['n']}; i++) watched[(size_t)t*R*{out['n']} + i] = @{out['name']}.{written}@[i];"
    )
    w("}")
    for k, layer in enumerate(layers):
        if layer["code"].spiking:
            w(f"count[{k}] += events_{layer['name']}.off[T];")
    _loss(w, out, loss)
    w("};")

    w("auto backward = [&]() {")
    w("for (int t = T - 1; t >= 0; t--) {")
    for layer in layers:
        _point(w, layer)
        w(f"@{layer['name']}.now@[0] = t;")
        if layer is out and loss.kind == "target":
            _goal(w, out)
        w(f"@run:{layer['name']}_backward@")
    w("if (t > 0) {")
    for layer in layers:
        if layer["code"].spiking:
            w(f"std::memset(@{layer['name']}.back@, 0, sizeof(real)*R*{layer['n']});")
    for c in connections:
        _transpose_product(w, c, smooth, layers)
    w("}\n}")
    for c in connections:
        if not c["pre"]:
            w(f"for (int b = 0; b < R; b++) if (sample[b] >= 0) cursor_{c['name']}[b] = first[sample[b]];")
    w("};")

    w("auto turn = [&]() {")
    for c in connections:
        if c["pre"]:
            w(
                f"for (int j = 0; j < {c['n_pre']}; j++) for (int k = 0; k < {c['n_post']}; k++) turned_{c['name']}[(size_t)k*{c['n_pre']} + j] = @{c['name']}.w@[(size_t)j*{c['n_post']} + k];"
            )
    w("};")
    trained = [(layer, p, size) for layer in layers for p, size in layer["trained"].items()]
    w("auto spread = [&]() {")
    for layer, p, size in trained:
        index = "0" if size == 1 else f"i % {layer['n']}"
        w(f"for (int i = 0; i < R*{layer['n']}; i++) @{layer['name']}.{p}@[i] = @{layer['name']}_{p}.w@[{index}];")
    w("};")
    groups = [(c["name"], c["n_pre"] * c["n_post"]) for c in connections] + [
        (f"{layer['name']}_{p}", size) for layer, p, size in trained
    ]
    w("auto clear = [&]() {")
    for name, size in groups:
        w(f"std::memset(@{name}.g@, 0, sizeof(real)*{size});")
    for layer, p, _ in trained:
        w(f"std::memset(@{layer['name']}.grad_{p}@, 0, sizeof(real)*R*{layer['n']});")
    w("};")
    w("auto collect = [&]() {")
    for layer, p, size in trained:
        index = "0" if size == 1 else f"i % {layer['n']}"
        w(
            f"for (int i = 0; i < R*{layer['n']}; i++) @{layer['name']}_{p}.g@[{index}] += @{layer['name']}.grad_{p}@[i];"
        )
    w("};")
    w("auto learn = [&](double now_rate) { updates++;")
    for name, size in groups:
        w(
            f'for (size_t i = 0; i < {size}; i++) if (!std::isfinite(@{name}.g@[i])) fail("NonFiniteError", "{name}.g[" + std::to_string(i) + "] is not finite after " + std::to_string(updates - 1) + " updates: the gradient exploded");'
        )
        w(f"@{name}.rate@[0] = now_rate; @{name}.k@[0] = updates; @run:{name}_update@")
    w("spread(); };")

    w("auto evaluate = [&](long from, long to, bool keep) {")
    w("loss = 0; correct = 0; turn();\nstd::vector<long> who(R);")
    w(
        "for (long k = from; k < to; k += R) { const int n = std::min<long>(R, to - k); for (int b = 0; b < n; b++) who[b] = k + b;\nforward(who.data(), n, 1);"
    )
    w(
        f"for (int b = 0; b < n; b++) for (int c = 0; c < {out['n']}; c++) scores[(size_t)(k + b)*{out['n']} + c] = @{out['name']}.{loss.score}@[b*{out['n']} + c]; }}"
    )
    w(
        "history.push_back(to > from ? loss/(to - from) : NAN); history.push_back(to > from ? double(correct)/(to - from) : NAN); };"
    )

    _record(w, layers, out)
    w("spread(); record();\nif (epochs == 0) { clear(); turn(); loss = 0; const long n = std::min(batch, n_train);")
    w(
        "for (long k = 0; k < n; k += R) { forward(order.data() + k, std::min<long>(R, n - k), n); backward(); }\ncollect(); history.push_back(loss); history.push_back(double(correct)/n); history.insert(history.end(), 4, NAN); }"
    )
    w("for (long epoch = 0; epoch < epochs; epoch++) {")
    w("if (shuffle) for (long k = n_train - 1; k > 0; k--) std::swap(order[k], order[random() % (k + 1)]);")
    w(
        "timespec cpu; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu); const double start = cpu.tv_sec + 1e-9*cpu.tv_nsec;"
    )
    w(
        "const double now_rate = rate*std::pow(rate_decay, epoch);\ndouble epoch_loss = 0; long epoch_correct = 0; std::fill(count, count + %d, 0.0);"
        % len(layers)
    )
    w(
        "for (long from = 0; from < n_train; from += batch) { const long n = std::min(batch, n_train - from); clear(); turn(); loss = 0; correct = 0;"
    )
    w("for (long k = 0; k < n; k += R) { forward(order.data() + from + k, std::min<long>(R, n - k), n); backward(); }")
    w(
        'if (!std::isfinite(loss)) fail("NonFiniteError", "the loss is not finite in epoch " + std::to_string(epoch + 1));'
    )
    w("collect(); learn(now_rate); epoch_loss += loss*n; epoch_correct += correct;")
    w('std::printf("@snnplastic progress %.5f\\n", (epoch + double(from + n)/n_train)/epochs); std::fflush(stdout); }')
    w("clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu); spent.push_back(cpu.tv_sec + 1e-9*cpu.tv_nsec - start);")
    for k, layer in enumerate(layers):
        w(f"spikes.push_back(count[{k}]/(double(n_train)*{layer['n']}));")
    w("history.push_back(epoch_loss/n_train); history.push_back(double(epoch_correct)/n_train);")
    w(
        "if ((epoch + 1) % evaluate_every == 0 || epoch + 1 == epochs) { evaluate(n_train, n_train + n_valid, false); evaluate(n_train + n_valid, total, true); }"
    )
    w("else history.insert(history.end(), 4, NAN); }")
    w(
        'save("history", history); save("spent", spent); save("spikes", spikes); save("scores", scores); save("updates", std::vector<double>(1, updates)); record(); save("raster", raster); save("trace", trace);'
    )
    for layer in layers:
        for variable in layer["code"].taped:
            w(f"@{layer['name']}.{variable}@ = own_{layer['name']}_{variable};")
            if not variable.startswith("drive_"):
                w(f"@{layer['name']}.next_{variable}@ = own_{layer['name']}_next_{variable};")
    w("}")
    return w.text()


class _Writer(list):
    def __call__(self, line):
        self.append(line)

    def text(self):
        return "\n".join(self)


def _point(w, layer):
    """Taped variables of step t: rows t and t + 1."""
    for variable in layer["code"].taped:
        row = f"tape_{layer['name']}_{variable}.data() + (size_t)t*R*{layer['n']}"
        w(f"@{layer['name']}.{variable}@ = {row};")
        if not variable.startswith("drive_"):
            w(f"@{layer['name']}.next_{variable}@ = {row} + R*{layer['n']};")


def _spikes(layer):
    return f"@{layer['name']}.next_spike@" if "spike" in layer["code"].taped else f"@{layer['name']}.spike@"


def _goal(w, out):
    n = out["n"]
    w(f"for (int b = 0; b < R; b++) for (int c = 0; c < {n}; c++) {{")
    w(
        f"@{out['name']}.goal@[b*{n} + c] = sample[b] < 0 ? 0 : goals[((per_sample_goal ? sample[b] : 0)*T + t)*{n} + c];"
    )
    w(f"@{out['name']}.attention@[b*{n} + c] = sample[b] < 0 ? 0 : attention[t]; }}")


def _product(w, c, smooth, layers):
    """Add the weights of what spiked `delay` steps ago to what the next layer will read."""
    drive, n_post, shift = f"@{c['post']}.drive_{c['target']}@", c["n_post"], c["delay"]
    if not c["pre"]:
        w(
            f"for (int b = 0; b < R; b++) {{ int64_t& e = cursor_{c['name']}[b]; while (e < end_{c['name']}[b] && when[e] + {shift} <= t) {{"
        )
        w(f"add<{n_post}>({drive} + (size_t)b*{n_post}, @{c['name']}.w@ + (size_t)channel[e]*{n_post}); e++; }} }}")
        return
    w(
        f"if (t >= {shift}) {{ const auto& v = events_{c['pre']}; for (size_t e = v.off[t - {shift}]; e < v.off[t - {shift} + 1]; e++) {{ const int b = v.who[e]/{c['n_pre']}, j = v.who[e] % {c['n_pre']};"
    )
    value = f", {_row(c, layers, f't + 1 - {shift}')}[v.who[e]]" if smooth else ""
    w(f"add<{n_post}>({drive} + (size_t)b*{n_post}, @{c['name']}.w@ + (size_t)j*{n_post}{value}); }} }}")


def _row(c, layers, step):
    n = next(layer["n"] for layer in layers if layer["name"] == c["pre"])
    return f"(tape_{c['pre']}_spike.data() + (size_t)({step})*R*{n})"


def _transpose_product(w, c, smooth, layers):
    """At step t - 1: what the weights' gradient and the error of the layer before get from this layer's error."""
    error, n_post, shift = f"@{c['post']}.adj_drive_{c['target']}@", c["n_post"], c["delay"]
    if not c["pre"]:
        w(
            f"for (int b = 0; b < R; b++) if (sample[b] >= 0) {{ int64_t& e = cursor_{c['name']}[b]; while (e > first[sample[b]] && when[e - 1] + {shift} > t - 1) e--;"
        )
        w(
            f"for (int64_t k = e; k-- > first[sample[b]] && when[k] + {shift} == t - 1;) add<{n_post}>(@{c['name']}.g@ + (size_t)channel[k]*{n_post}, {error} + (size_t)b*{n_post}); }}"
        )
        return
    w(
        f"if (t - 1 >= {shift}) {{ const auto& v = events_{c['pre']}; for (size_t e = v.off[t - 1 - {shift}]; e < v.off[t - {shift}]; e++) {{ const int b = v.who[e]/{c['n_pre']}, j = v.who[e] % {c['n_pre']};"
    )
    value = f", {_row(c, layers, f't - {shift}')}[v.who[e]]" if smooth else ""
    w(f"add<{n_post}>(@{c['name']}.g@ + (size_t)j*{n_post}, {error} + (size_t)b*{n_post}{value}); }} }}")
    back = f"@{c['pre']}.back@, turned_{c['name']}.data()"
    if not shift:
        w(f"backwards<{c['n_pre']}, {n_post}>({back}, {error});")
    else:  # an error of step t - 1 + delay is due now
        w(
            f"std::memcpy(ring_{c['name']}.data() + (size_t)(t % {shift + 1})*R*{n_post}, {error}, sizeof(real)*R*{n_post});"
        )
        w(
            f"if (t + {shift} <= T - 1) backwards<{c['n_pre']}, {n_post}>({back}, ring_{c['name']}.data() + (size_t)((t + {shift}) % {shift + 1})*R*{n_post});"
        )


def _record(w, layers, out):
    """Before and after training, one block of samples: spikes (when, layer, sample, step, neuron) and the course of the read-out."""
    n = out["n"]
    w("std::vector<int32_t> raster; std::vector<float> trace; int recorded = 0;")
    w(
        "auto record = [&]() { turn(); const long from = n_test ? n_train + n_valid : 0; std::vector<long> who(R); const int n = std::min<long>(R, total - from);"
    )
    w("for (int b = 0; b < n; b++) who[b] = from + b;")
    w(f"watch = true; watched.assign((size_t)T*R*{n}, 0); forward(who.data(), n, 1); watch = false;")
    for k, layer in enumerate(layers):
        if layer["code"].spiking:
            w(
                f"for (int t = 0; t < T; t++) for (size_t e = events_{layer['name']}.off[t]; e < events_{layer['name']}.off[t + 1]; e++) {{"
            )
            w(
                f"const int row[5] = {{recorded, {k}, events_{layer['name']}.who[e]/{layer['n']}, t, events_{layer['name']}.who[e] % {layer['n']}}}; raster.insert(raster.end(), row, row + 5); }}"
            )
    w("trace.insert(trace.end(), watched.begin(), watched.end()); recorded++; loss = 0; correct = 0; };")


def _loss(w, out, loss):
    name, n = out["name"], out["n"]
    w("for (int b = 0; b < R; b++) {")
    if loss.kind == "target":
        w(
            f"for (int c = 0; c < {n}; c++) {{ @{name}.slope@[b*{n} + c] = 1.0/n_batch; if (sample[b] >= 0) loss += @{name}.squares@[b*{n} + c]/n_batch; }} }}"
        )
        return
    w(f"const real* y = @{name}.{loss.score}@ + b*{n}; real* d = @{name}.slope@ + b*{n};")
    w(f"if (sample[b] < 0) {{ for (int c = 0; c < {n}; c++) d[c] = 0; continue; }}")
    w(f"int best = 0; for (int c = 1; c < {n}; c++) if (y[c] > y[best]) best = c;")
    w(f"double sum = 0; for (int c = 0; c < {n}; c++) sum += std::exp(scale*(double(y[c]) - y[best]));")
    w(
        f"const int truth = label[sample[b]]; for (int c = 0; c < {n}; c++) d[c] = scale*(std::exp(scale*(double(y[c]) - y[best]))/sum - (c == truth))/n_batch;"
    )
    w(
        "loss += (std::log(sum) - scale*(double(y[truth]) - y[best]))/n_batch; correct += best == truth; predicted[sample[b]] = best; }"
    )
