"""C++ of a training program, the part that differs between networks: the loop over epochs, batches and steps.

Brian2's generated code is called by `@run:NAME@`, its arrays are `@GROUP.variable@`. The text below is the program; `$name` is filled in from the layers
and connections.
"""

from string import Template

from . import loop_parts as parts

# Order of the numbers in data.control.
CONTROL = (
    "n_steps", "n_train", "n_valid", "n_test", "batch", "epochs", "rate", "rate_decay", "seed", "shuffle", "scale", "evaluate_every",
    "per_sample_goal", "per_sample_attention", "epochs_done", "updates_done", "patience", "n_extra", "n_shown",
)  # fmt: skip
REALS = ("rate", "rate_decay", "scale")

PROGRAM = Template(r"""
void _run_training()
{
using namespace training;
using namespace brian;
const char* folder = getenv("SNN_INPUTS");
if (!folder) return;
const std::vector<double> control = load<double>(folder, "control");
$control
const int T = n_steps;
const long known = n_train + n_valid + n_test, total = known + n_extra;
const std::vector<int32_t> label = load<int32_t>(folder, "label");
const std::vector<double> goals = load<double>(folder, "goal"), attention = load<double>(folder, "attention");
Inputs inputs;
inputs.begin(folder);
$objects
std::vector<double> history, spent, spikes, scores((size_t)total*$n_out), gradients;
std::vector<int32_t> raster;
std::vector<float> trace, watched;
std::vector<long> sample(R), order(n_train);
double loss = 0, count[$n_layers] = {};
long correct = 0, updates = updates_done;
bool watch = false, learning = false;

// one block of samples through all steps; `loss` and `correct` are added to
auto forward = [&](const long* who, int n_who, long n_batch) {
    for (int b = 0; b < R; b++) sample[b] = b < n_who ? who[b] : -1;
    $begin
    for (int t = 0; t < T; t++) {
        $forward
        if (watch) std::copy($course, $course + R*$n_out, watched.begin() + (size_t)t*R*$n_out);
    }
    $counted
    $loss
};

// the same block in reverse: gradients are added to
auto backward = [&](int n_who, long n_batch) {
    $reverse
};
auto turn = [&]() { $turn };
auto spread = [&]() { $spread };
auto clear = [&]() { $clear };
auto collect = [&]() { $collect };
auto not_finite = [](const real* values, long n) { for (long i = 0; i < n; i++) if (!std::isfinite(values[i])) return i; return -1l; };
auto place = [&](long number) { return " in epoch " + std::to_string(number + 1) + ", update " + std::to_string(updates + 1); };
auto check_loss = [&](long number) {
    if (std::isfinite(loss)) return;
    std::string why = "all weights are finite, the read-out is not";
    $weights
    fail("NonFiniteError", "the loss is not finite" + place(number) + ": " + why + "; legal: a smaller rate, or smaller weights at the start");
};
auto check_gradients = [&](long number) {
    $gradients
};
auto learn = [&](double now_rate) {
    updates++;
    $learn
    spread();
};
auto evaluate = [&](long from, long to) {
    loss = 0; correct = 0;
    turn();
    std::vector<long> who(R);
    for (long k = from; k < to; k += R) {
        const int n = std::min<long>(R, to - k);
        for (int b = 0; b < n; b++) who[b] = k + b;
        forward(who.data(), n, 1);
        for (int i = 0; i < n*$n_out; i++) scores[(size_t)k*$n_out + i] = $score[i];
    }
    if (to > from && !std::isfinite(loss) && !patience)  // with patience, earlier weights are kept
        fail("NonFiniteError", "the loss of samples " + std::to_string(from) + " to " + std::to_string(to - 1) + ", which are not trained on, is not finite after "
            + std::to_string(updates) + " updates; legal: a smaller rate");
    history.push_back(to > from ? loss/(to - from) : NAN);
    history.push_back(to > from ? double(correct)/(to - from) : NAN);
    return to > from ? loss : 0;
};
auto record = [&](int when) {
    turn();
    const long from = n_test ? n_train + n_valid : 0;
    std::vector<long> who(R);
    for (long first = 0; first < std::max(1l, std::min(n_shown, known - from)); first += R) {
        const int n = std::min<long>(R, known - from - first);
        for (int b = 0; b < n; b++) who[b] = from + first + b;
        watched.assign((size_t)T*R*$n_out, 0);
        watch = true;
        forward(who.data(), n, 1);
        watch = false;
        $raster
        trace.insert(trace.end(), watched.begin(), watched.end());
    }
};
auto batch_gradient = [&](long from, long n) {
    clear(); turn();
    loss = 0; correct = 0;
    for (long k = 0; k < n; k += R) {
        const int n_who = std::min<long>(R, n - k);
        learning = true;
        forward(order.data() + from + k, n_who, n);
        learning = false;
        backward(n_who, n);
    }
    collect();
};

spread();
for (long k = 0; k < n_train; k++) order[k] = k;
record(0);
batch_gradient(0, std::min(batch, n_train));
check_loss(epochs_done);
check_gradients(epochs_done);
$sizes
if (epochs == 0) {
    history = {loss, double(correct)/std::min(batch, n_train), NAN, NAN, NAN, NAN};
    std::fill(count, count + $n_layers, 0.0);
    spent.assign(1, 0.0);
    spikes.assign($n_layers, NAN);
}
$keep
double best = INFINITY;
long best_epoch = 0, epoch = 0;
for (; epoch < epochs; epoch++) {
    const long number = epochs_done + epoch;
    for (long k = 0; k < n_train; k++) order[k] = k;
    std::mt19937_64 random(seed*1000003ull + number);  // of this epoch alone, so that a training can be resumed
    if (shuffle) for (long k = n_train - 1; k > 0; k--) std::swap(order[k], order[random() % (k + 1)]);
    const double start = cpu_seconds(), now_rate = rate*std::pow(rate_decay, number);
    double epoch_loss = 0;
    long epoch_correct = 0;
    std::fill(count, count + $n_layers, 0.0);
    for (long from = 0; from < n_train; from += batch) {
        const long n = std::min(batch, n_train - from);
        batch_gradient(from, n);
        check_loss(number);
        check_gradients(number);
        learn(now_rate);
        epoch_loss += loss*n;
        epoch_correct += correct;
        std::printf("@snnplastic progress %.5f\n", (epoch + double(from + n)/n_train)/epochs);
        std::fflush(stdout);
    }
    spent.push_back(cpu_seconds() - start);
    $spikes
    history.push_back(epoch_loss/n_train);
    history.push_back(double(epoch_correct)/n_train);
    if ((number + 1) % evaluate_every && epoch + 1 < epochs) {
        history.insert(history.end(), 4, NAN);
        continue;
    }
    const double valid = evaluate(n_train, n_train + n_valid);
    evaluate(n_train + n_valid, known);
    if (patience && n_valid) {  // keep the weights of the smallest loss in validation
        if (valid < best) { best = valid; best_epoch = epoch; $store }
        else if (epoch - best_epoch >= patience) { epoch++; break; }
    }
}
if (patience && n_valid && epochs) { $restore spread(); }
$last
if (n_extra) { evaluate(known, total); history.resize(history.size() - 2); }
record(1);
save("history", history); save("spent", spent); save("spikes", spikes); save("scores", scores); save("gradients", gradients);
save("done", std::vector<double>{double(epochs_done + epoch), double(updates), double(epochs_done + best_epoch)});
save("raster", raster); save("trace", trace);
$restored
}
""")


REVERSE = Template("""$penalty
    for (int t = T - 1; t >= 0; t--) {
        $backward
        if (t == 0) break;
        $products
    }""")


def loop(layers, connections, loss, *, read, smooth, online=None):
    """The C++ function `_run_training`.

    layers        [{name, n, code (LayerCode), trained {parameter: number of values}, regularised}], the read-out last
    connections   [{name, pre (name, or None for the inputs), n_pre, post, n_post, target, delay, fixed, synapses}]; `silent`: drives nothing
    online        what leaves a step's share of the gradient behind in the forward pass, in place of the reverse (an OnlineKernels)
    read          the state of the read-out whose course is recorded
    """
    out = layers[-1]
    learned = [(c["name"], c["synapses"]) for c in connections if not c["fixed"] and not c.get("silent")]
    silent = [(c["name"], c["synapses"]) for c in connections if c.get("silent")]
    trained = [(layer["name"], layer["n"], p, size) for layer in layers for p, size in layer["trained"].items()]
    groups = learned + [(f"{name}_{p}", size) for name, _, p, size in trained] + silent
    spiking = [(k, layer["name"], layer["n"]) for k, layer in enumerate(layers) if layer["code"].spiking]

    def from_layers(c):
        return c["pre"] is not None

    reverse = "" if online else REVERSE.substitute(
        penalty=parts.joined(parts.penalty(layer) for layer in layers if layer["regularised"]),
        backward=parts.joined(line for layer in layers for line in [
            *parts.point(layer), f"@{layer['name']}.now@[0] = t;", parts.before_step(out, loss, reverse=True) if layer is out else "", f"@run:{layer['name']}_backward@",
        ]),
        products=parts.joined([*(f"zero(@{name}.back@, R*{n});" for _, name, n in spiking), *(parts.transposed(c, smooth) for c in connections)]),
    )  # fmt: skip
    return PROGRAM.substitute(
        n_out=out["n"], n_layers=len(layers), course=f"@{out['name']}.{parts.written(out, read)}@", score=f"@{out['name']}.{loss.score}@",
        control=parts.joined(f"const {'double' if name in REALS else 'long'} {name} = control[{k}];" for k, name in enumerate(CONTROL)),
        objects=parts.joined([*(line for layer in layers for line in parts.objects(layer)), *(parts.connection(c) for c in connections),
                        f"std::vector<real> slopes((size_t)T*R*{out['n']});" if loss.every_step else "", *(online.objects() if online else ())]),
        begin=parts.joined([f"@{out['name']}.n_steps@[0] = T;", *(line for layer in layers for line in parts.begin(layer)),
                      *(f"c_{c['name']}.start(inputs, sample);" for c in connections if not from_layers(c)),
                      *(online.begin(loss) if online else ())]),
        forward=parts.joined([*(line for layer in layers for line in parts.forward(layer, smooth, parts.before_step(out, loss) if layer is out else "")),
                        *(parts.product(c, smooth) for c in connections if not c.get("silent")),
                        parts.each_step(out, f"@{out['name']}.{parts.written(out, read)}@") if loss.every_step else "", *(online.step() if online else ())]),
        counted=parts.joined(f"count[{k}] += events_{name}.off[T];" for k, name, _ in spiking),
        loss=parts.at_the_end(out, loss) + parts.joined(parts.regularised(layer) for layer in layers if layer["regularised"]),
        reverse=reverse,
        turn=parts.joined([*(f"c_{c['name']}.weights.turn(@{c['name']}.w@);" for c in connections if from_layers(c)), *(online.turn() if online else ())]),
        spread=parts.joined(f"for (int i = 0; i < R*{n}; i++) @{name}.{p}@[i] = @{name}_{p}.w@[{'0' if size == 1 else f'i % {n}'}];" for name, n, p, size in trained),
        clear=parts.joined([*(f"zero(@{name}.g@, {size});" for name, size in groups), *(f"zero(@{name}.grad_{p}@, R*{n});" for name, n, p, _ in trained)]),
        collect=parts.joined(f"for (int i = 0; i < R*{n}; i++) @{name}_{p}.g@[{'0' if size == 1 else f'i % {n}'}] += @{name}.grad_{p}@[i];" for name, n, p, size in trained),
        weights=parts.joined(parts.why_not_finite(name, size) for name, size in groups),
        gradients=parts.joined(parts.check_gradient(name, size) for name, size in groups),
        last=parts.joined(parts.check_weights(name, size) for name, size in groups),
        learn=parts.joined(parts.learn(name) for name, _ in groups),
        raster=parts.joined(
            f"for (int t = 0; t < T; t++) for (size_t e = events_{name}.off[t]; e < events_{name}.off[t + 1]; e++) {{ const int i = events_{name}.who[e];"
            f" const int32_t row[5] = {{when, {k}, int32_t(first) + i/{n}, t, i % {n}}}; raster.insert(raster.end(), row, row + 5); }}" for k, name, n in spiking) if not smooth else "",
        sizes=parts.joined(f"{{ double sum = 0; for (size_t i = 0; i < {size}; i++) sum += double(@{name}.g@[i])*@{name}.g@[i]; gradients.push_back(std::sqrt(sum/{size})); }}" for name, size in groups),
        spikes=parts.joined(f"spikes.push_back(count[{k}]/(double(n_train)*{layer['n']}));" for k, layer in enumerate(layers)),
        keep=parts.joined(f"std::vector<real> best_{name}(@{name}.w@, @{name}.w@ + {size});" for name, size in groups),
        store=" ".join(f"std::copy(@{name}.w@, @{name}.w@ + {size}, best_{name}.begin());" for name, size in groups),
        restore=" ".join(f"std::copy(best_{name}.begin(), best_{name}.end(), @{name}.w@);" for name, size in groups),
        restored=parts.joined([*(line for layer in layers for line in parts.restored(layer)), *(online.end() if online else ())]),
    )  # fmt: skip
