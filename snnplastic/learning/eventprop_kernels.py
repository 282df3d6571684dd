"""C++ of event-based training: spike times of a layer as roots of closed forms, their adjoint, and the loop over epochs and batches.

All of it is double precision and without a clock. A layer works on one sample: between two arrivals all neurons decay by the same factors, and
only where the current exceeds the threshold is a crossing possible and looked for. With s the time since an arrival, tau_m and tau_s the time constants:

    I(s) = I e^{-s/tau_s},  V(s) = V e^{-s/tau_m} + I k(s),  k(s) = tau_s/(tau_s - tau_m) (e^{-s/tau_s} - e^{-s/tau_m})

V(s) has at most one maximum, where V = I. Before it V rises, so the first crossing is the only root between 0 and the maximum (or the next arrival).
"""

from string import Template

from .loop import CONTROL, REALS

# Numbers of data.control after those of all trainings.
MORE = ("duration", "tau_0", "tau_1", "alpha", "bump", "silent_hidden", "silent_output")
NEURON = ("tau_mem", "tau_syn", "v_th", "v_reset")  # of each layer, in data.neuron

LAYER = r"""
namespace training {
struct Layer
{
    int n_in, n;
    double tm, ts, th, reset, ratio;
    bool equal;  // time constants so close that the difference of exponentials would lose digits
    std::vector<double> w, g;                // (input, neuron)
    std::vector<double> V, I, V2, I2;        // states, then their adjoints
    // own spikes of a sample as found: by interval, neuron, time; `first[k]` is where those after arrival k begin
    std::vector<double> found_time, found_I, found_slope;
    std::vector<int32_t> found_who, order;
    std::vector<size_t> first;
    std::vector<double> time, slope;         // by time; `slope` is the derivative of the loss by each spike's time
    std::vector<int32_t> who;
    std::vector<char> spoke;                 // neurons that spiked in the sample
    double quiet = 0;                        // neurons without a spike, summed over the samples of a batch
    std::vector<std::pair<int32_t, std::pair<double, double>>> changed;
    double spikes = 0;

    void begin(int inputs, int neurons, const double* p)
    {
        n_in = inputs; n = neurons;
        tm = p[0]; ts = p[1]; th = p[2]; reset = p[3];
        ratio = (ts - tm)/tm;
        equal = std::abs(ratio) < 1e-2;
        w.assign((size_t)n_in*n, 0); g = w;
        V.assign(n, 0); I = V; V2 = V; I2 = V;
        spoke.assign(n, 0);
    }
    double kernel(double s, double em, double es) const
    {
        if (!equal) return ts/(ts - tm)*(es - em);
        const double x = s*ratio/ts;
        return s/tm*em*(x == 0 ? 1 : std::expm1(x)/x);
    }
    // the first time in (0, rest] at which V = th, from V < th
    bool crossing(double v, double i, double rest, double& s) const
    {
        if (!(i > th)) return false;
        const double u = 1 - v/i, x = ratio*u;
        if (x <= -1) return false;  // V stays below 0
        const double peak = std::abs(x) < 1e-14 ? ts*u : ts*std::log1p(x)/ratio;
        double low = 0, high = rest;
        if (peak < rest)
        {
            if (i*std::exp(-peak/ts) <= th) return false;
            high = peak;
        }
        else
        {
            const double em = std::exp(-rest/tm), es = std::exp(-rest/ts);
            if (v*em + i*kernel(rest, em, es) < th) return false;
        }
        s = (th - v)*tm/(i - v);
        if (!(s > low && s < high)) s = 0.5*high;
        for (int k = 0; k < 200; k++)
        {
            const double em = std::exp(-s/tm), es = std::exp(-s/ts), now = v*em + i*kernel(s, em, es);
            if (now == th) break;
            if (now < th) low = s; else high = s;
            double next = s - (now - th)*tm/(i*es - now);
            const bool newton = next >= low && next <= high;
            if (!newton) next = 0.5*(low + high);
            const double step = std::abs(next - s);
            s = next;
            if (step < (newton ? 1e-12 : 1e-16)*ts) break;
        }
        return true;
    }
    // `until_all`: no further than the interval in which the last neuron spikes first, for a layer whose later spikes do not matter
    void forward(const std::vector<double>& at, const std::vector<int32_t>& from, double duration, bool until_all = false)
    {
        std::fill(V.begin(), V.end(), 0.0);
        std::fill(I.begin(), I.end(), 0.0);
        found_time.clear(); found_I.clear(); found_who.clear();
        std::fill(spoke.begin(), spoke.end(), 0);
        const size_t arrivals = at.size();
        first.assign(arrivals + 1, 0);
        int waiting = n;
        for (size_t k = 0; k < arrivals; k++)
        {
            const double* row = w.data() + (size_t)from[k]*n;
            const double d = (k + 1 < arrivals ? at[k + 1] : duration) - at[k];
            const double em = std::exp(-d/tm), es = std::exp(-d/ts), kd = kernel(d, em, es);
            for (int j = 0; j < n; j++)
            {
                I[j] += row[j];
                V2[j] = V[j]*em + I[j]*kd;
                I2[j] = I[j]*es;
            }
            for (int j = 0; j < n; j++)
            {
                if (!(I[j] > th) || (V2[j] < th && I2[j] >= V2[j])) continue;
                double v = V[j], i = I[j], rest = d, s;
                bool any = false;
                while (crossing(v, i, rest, s))
                {
                    i *= std::exp(-s/ts);
                    v = reset;
                    rest -= s;
                    found_time.push_back(at[k] + (d - rest)); found_I.push_back(i); found_who.push_back(j);
                    any = true;
                }
                if (!any) continue;
                waiting -= !spoke[j];
                spoke[j] = 1;
                const double m = std::exp(-rest/tm), e = std::exp(-rest/ts);
                V2[j] = v*m + i*kernel(rest, m, e);
                I2[j] = i*e;
            }
            V.swap(V2); I.swap(I2);
            first[k + 1] = found_time.size();
            if (until_all && !waiting) { std::fill(first.begin() + k + 1, first.end(), found_time.size()); break; }
        }
        const size_t count = found_time.size();
        spikes += count;
        quiet += std::count(spoke.begin(), spoke.end(), 0);
        order.resize(count); time.resize(count); who.resize(count);
        for (size_t e = 0; e < count; e++) order[e] = e;
        std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
            return found_time[a] < found_time[b] || (found_time[a] == found_time[b] && found_who[a] < found_who[b]);
        });
        for (size_t e = 0; e < count; e++) { time[e] = found_time[order[e]]; who[e] = found_who[order[e]]; }
        slope.assign(count, 0);
    }
    // Adjoint, from `slope` of the own spikes: adds to g, and gives the derivative of the loss by the time of each arrival.
    void backward(const std::vector<double>& at, const std::vector<int32_t>& from, double duration, std::vector<double>* arrival_slope)
    {
        std::fill(V.begin(), V.end(), 0.0);
        std::fill(I.begin(), I.end(), 0.0);
        found_slope.resize(slope.size());
        for (size_t e = 0; e < slope.size(); e++) found_slope[order[e]] = slope[e];
        bool live = false;
        for (size_t k = at.size(); k-- > 0;)
        {
            const double until = k + 1 < at.size() ? at[k + 1] : duration, d = until - at[k];
            changed.clear();
            for (size_t e = first[k + 1]; e-- > first[k];) live = live || found_slope[e] != 0;
            if (!live) continue;
            for (size_t e = first[k + 1]; e > first[k];)
            {
                const int32_t j = found_who[e - 1];
                double v = V[j], i = I[j], end = until;
                for (; e > first[k] && found_who[e - 1] == j; e--)
                {
                    decay(v, i, end - found_time[e - 1]);
                    const double before = (found_I[e - 1] - th)/tm, after = (found_I[e - 1] - reset)/tm;
                    v = (v*after - found_slope[e - 1])/before;
                    end = found_time[e - 1];
                }
                decay(v, i, end - at[k]);
                changed.push_back({j, {v, i}});
            }
            const double em = std::exp(-d/tm), es = std::exp(-d/ts), kd = kernel(d, em, es);
            for (int j = 0; j < n; j++) { I[j] = I[j]*es + V[j]*kd; V[j] *= em; }
            for (const auto& c : changed) { V[c.first] = c.second.first; I[c.first] = c.second.second; }
            double* row = g.data() + (size_t)from[k]*n;
            for (int j = 0; j < n; j++) row[j] += I[j];
            if (!arrival_slope) continue;
            const double* weight = w.data() + (size_t)from[k]*n;
            double sum = 0;
            for (int j = 0; j < n; j++) sum += weight[j]*(I[j]/ts - V[j]/tm);
            (*arrival_slope)[k] = sum;
        }
    }
    void decay(double& v, double& i, double d) const
    {
        const double em = std::exp(-d/tm), es = std::exp(-d/ts);
        i = i*es + v*kernel(d, em, es);
        v *= em;
    }
};
}
"""

PROGRAM = Template(r"""
void _run_training()
{
using namespace training;
using namespace brian;
const char* folder = getenv("SNN_INPUTS");
if (!folder) return;
const std::vector<double> control = load<double>(folder, "control");
$control
const long known = n_train + n_valid + n_test, total = known + n_extra;
const std::vector<int32_t> label = load<int32_t>(folder, "label"), channel = load<int32_t>(folder, "channel");
const std::vector<int64_t> begins = load<int64_t>(folder, "first");
const std::vector<double> at = load<double>(folder, "at"), neuron = load<double>(folder, "neuron");
constexpr int L = $n_layers, C = $n_out;
const int sizes[L + 1] = {$sizes};
Layer layers[L];
for (int l = 0; l < L; l++) layers[l].begin(sizes[l], sizes[l + 1], neuron.data() + 4*l);
std::vector<double> history, spent, spikes, gradients, scores((size_t)total*C), raster, time, first_time(C);
std::vector<int32_t> who;
std::vector<long> first_spike(C), order(n_train);
double loss = 0;
long correct = 0, updates = updates_done;

auto forward = [&](long k, long n_batch, bool learning, bool all = false) {
    time.assign(at.begin() + begins[k], at.begin() + begins[k + 1]);
    who.assign(channel.begin() + begins[k], channel.begin() + begins[k + 1]);
    for (int l = 0; l < L; l++) layers[l].forward(l ? layers[l - 1].time : time, l ? layers[l - 1].who : who, duration, l == L - 1 && !all);
    Layer& out = layers[L - 1];
    std::fill(first_time.begin(), first_time.end(), duration);  // no spike counts as a spike at the end, which no weight moves
    std::fill(first_spike.begin(), first_spike.end(), -1);
    for (size_t e = out.time.size(); e-- > 0;) { first_time[out.who[e]] = out.time[e]; first_spike[out.who[e]] = e; }
    const double soonest = *std::min_element(first_time.begin(), first_time.end());
    const int truth = label[k];
    double sum = 0;
    for (int c = 0; c < C; c++) sum += std::exp((soonest - first_time[c])/tau_0);
    bool right = first_spike[truth] >= 0;
    // a sample whose right output is silent has a constant loss: else its gradient would only silence the others
    loss += ((right ? std::log(sum) + (first_time[truth] - soonest)/tau_0 : std::log(double(C))) + alpha*std::expm1(first_time[truth]/tau_1))/n_batch;
    learning = learning && right;
    for (int c = 0; c < C; c++)
    {
        right = right && (c == truth || first_spike[c] < 0 || first_time[c] > first_time[truth]);
        scores[(size_t)k*C + c] = first_spike[c] < 0 ? -INFINITY : -first_time[c];
        if (!learning || first_spike[c] < 0) continue;
        double slope = ((c == truth) - std::exp((soonest - first_time[c])/tau_0)/sum)/tau_0;
        if (c == truth) slope += alpha/tau_1*std::exp(first_time[truth]/tau_1);
        out.slope[first_spike[c]] = slope/n_batch;
    }
    correct += right;
};
auto backward = [&]() {
    for (int l = L - 1; l >= 0; l--)
        layers[l].backward(l ? layers[l - 1].time : time, l ? layers[l - 1].who : who, duration, l ? &layers[l - 1].slope : nullptr);
};
auto turn = [&]() {
    $turn
};
auto batch_gradient = [&](long from, long n) {
    turn();
    loss = 0; correct = 0;
    for (int l = 0; l < L; l++)
    {
        std::fill(layers[l].g.begin(), layers[l].g.end(), 0.0);
        layers[l].quiet = 0;
    }
    for (long k = 0; k < n; k++) { forward(order[from + k], n, true); backward(); }
    $collect
};
auto learn = [&](double now_rate, long n) {
    updates++;
    $learn
    // the first layer that is silent too often gets larger weights
    int weak = 0;
    while (weak < L && layers[weak].quiet <= (weak < L - 1 ? silent_hidden : silent_output)*n*layers[weak].n) weak++;
    $raise
};
auto evaluate = [&](long from, long to) {
    loss = 0; correct = 0;
    turn();
    for (long k = from; k < to; k++) forward(k, 1, false);
    history.push_back(to > from ? loss/(to - from) : NAN);
    history.push_back(to > from ? double(correct)/(to - from) : NAN);
    return to > from ? loss : 0;
};
auto record = [&](int when) {
    turn();
    const long from = n_test ? n_train + n_valid : 0;
    for (long k = from; k < std::min(known, from + $shown); k++)
    {
        forward(k, 1, false, true);
        for (int l = 0; l < L; l++) for (size_t e = 0; e < layers[l].time.size(); e++)
            raster.insert(raster.end(), {double(when), double(l), double(k - from), layers[l].time[e], double(layers[l].who[e])});
    }
};

for (long k = 0; k < n_train; k++) order[k] = k;
record(0);
batch_gradient(0, std::min(batch, n_train));
$magnitude
if (epochs == 0)
{
    history = {loss, double(correct)/std::min(batch, n_train), NAN, NAN, NAN, NAN};
    for (int l = 0; l < L; l++) layers[l].spikes = 0;
}
$keep
double best = INFINITY;
long best_epoch = 0, epoch = 0;
for (; epoch < epochs; epoch++)
{
    const long number = epochs_done + epoch;
    for (long k = 0; k < n_train; k++) order[k] = k;
    std::mt19937_64 random(seed*1000003ull + number);  // of this epoch alone, so that a training can be resumed
    if (shuffle) for (long k = n_train - 1; k > 0; k--) std::swap(order[k], order[random() % (k + 1)]);
    const double start = cpu_seconds(), now_rate = rate*std::pow(rate_decay, number);
    double epoch_loss = 0;
    long epoch_correct = 0;
    for (int l = 0; l < L; l++) layers[l].spikes = 0;
    for (long from = 0; from < n_train; from += batch)
    {
        const long n = std::min(batch, n_train - from);
        batch_gradient(from, n);
        if (!std::isfinite(loss)) fail("NonFiniteError", "the loss is not finite in epoch " + std::to_string(number + 1));
        learn(now_rate, n);
        epoch_loss += loss*n;
        epoch_correct += correct;
        std::printf("@snnplastic progress %.5f\n", (epoch + double(from + n)/n_train)/epochs);
        std::fflush(stdout);
    }
    spent.push_back(cpu_seconds() - start);
    for (int l = 0; l < L; l++) spikes.push_back(layers[l].spikes/(double(n_train)*layers[l].n));
    history.push_back(epoch_loss/n_train);
    history.push_back(double(epoch_correct)/n_train);
    if ((number + 1) % evaluate_every && epoch + 1 < epochs) { history.insert(history.end(), 4, NAN); continue; }
    const double valid = evaluate(n_train, n_train + n_valid);
    evaluate(n_train + n_valid, known);
    if (patience && n_valid)  // keep the weights of the smallest loss in validation
    {
        if (valid < best) { best = valid; best_epoch = epoch; $store }
        else if (epoch - best_epoch >= patience) { epoch++; break; }
    }
}
if (patience && n_valid && epochs) { $restore }
turn();
for (long k = epochs ? n_train + n_valid : total; k < total; k++) forward(k, 1, false);  // scores of the weights that are kept
record(1);
save("history", history); save("spent", spent); save("spikes", spikes); save("scores", scores); save("gradients", gradients);
save("done", std::vector<double>{double(epochs_done + epoch), double(updates), double(epochs_done + best_epoch)});
save("raster", raster);
}
""")


def loop(layers, inputs, *, shown):
    """The C++ of a training: `layers` [(connection, neurons)] in a row, `inputs` channels; `shown` test samples have their spikes recorded."""
    sizes = [inputs, *(n for _, n in layers)]
    groups = [(k, name, sizes[k] * sizes[k + 1]) for k, (name, _) in enumerate(layers)]

    def each(text):
        return "\n    ".join(text.format(k=k, name=name, size=size) for k, name, size in groups)

    reals = {*REALS, *MORE}
    return LAYER + PROGRAM.substitute(
        control="\n".join(f"const {'double' if name in reals else 'long'} {name} = control[{k}];" for k, name in enumerate((*CONTROL, *MORE))),
        n_layers=len(layers), n_out=sizes[-1], sizes=", ".join(map(str, sizes)), shown=int(shown),
        turn=each("std::copy(@{name}.w@, @{name}.w@ + {size}, layers[{k}].w.begin());"),
        collect=each("std::copy(layers[{k}].g.begin(), layers[{k}].g.end(), @{name}.g@);"),
        learn=each(
            'for (size_t i = 0; i < {size}; i++) if (!std::isfinite(@{name}.g@[i])) fail("NonFiniteError", "{name}.g[" + std::to_string(i)'
            ' + "] is not finite after " + std::to_string(updates - 1) + " updates; legal: a smaller rate");\n'
            "    @{name}.rate@[0] = now_rate*@{name}.pace@[0]; @{name}.k@[0] = updates; @run:{name}_update@"
        ),
        **{"raise": each("if (weak == {k}) for (size_t i = 0; i < {size}; i++) @{name}.w@[i] += bump*@{name}.pace@[0];")},
        magnitude=each(
            "{{ double sum = 0; for (size_t i = 0; i < {size}; i++) sum += double(@{name}.g@[i])*@{name}.g@[i];"
            " gradients.push_back(std::sqrt(sum/{size})); }}"
        ),
        keep=each("std::vector<real> best_{name}(@{name}.w@, @{name}.w@ + {size});"),
        store=each("std::copy(@{name}.w@, @{name}.w@ + {size}, best_{name}.begin());"),
        restore=each("std::copy(best_{name}.begin(), best_{name}.end(), @{name}.w@);"),
    )  # fmt: skip
