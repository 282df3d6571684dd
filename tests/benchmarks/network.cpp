// The network of network.py by hand: neurons, delays and pair STDP in one loop, traces kept per neuron.
// Usage: network EXCITATORY P SECONDS TAU_MINUS SCALE, seed in BENCH_SEED. Prints one line of JSON.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <random>
#include <vector>

using Random = std::mt19937_64;

struct Rows {                                   // synapses in the order of their source
    std::vector<int> start{0}, target;
    Rows(int sources, int targets, double p, Random& random) {
        std::geometric_distribution<int> gap(p);
        for (int i = 0; i < sources; i++) {
            for (int j = gap(random); j < targets; j += 1 + gap(random)) target.push_back(j);
            start.push_back(target.size());
        }
    }
};

struct Incoming { int synapse, source; };

struct Columns {                                // the same synapses in the order of their target
    std::vector<int> start;
    std::vector<Incoming> entry;
    Columns(const Rows& rows, int targets) : start(targets + 1, 0), entry(rows.target.size()) {
        for (int j : rows.target) start[j + 1]++;
        std::partial_sum(start.begin(), start.end(), start.begin());
        std::vector<int> next(start.begin(), start.end() - 1);
        for (int i = 0; i + 1 < (int)rows.start.size(); i++)
            for (int k = rows.start[i]; k < rows.start[i + 1]; k++) entry[next[rows.target[k]]++] = {k, i};
    }
};

static double cpu() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double peak_MB() {
    double kB = 0;
    char line[256];
    FILE* status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %lf", &kB);
    if (status) fclose(status);
    return kB / 1024;
}

int main(int, char** argument) {
    const int NE = atoi(argument[1]), NI = NE / 4, N = NE + NI;
    const double p = atof(argument[2]), seconds = atof(argument[3]), tau_minus = atof(argument[4]), scale = atof(argument[5]);
    const double dt = .1, tau = 20, tau_e = 5, tau_i = 10, rest = -49, threshold = -50, reset = -60;
    const double w_e = .35 * scale, w_i = -3 * scale, w_max = 2 * w_e, potentiation = .0025 * w_max, depression = .002625 * w_max;
    const int delay = 15, silent = 50, steps = std::lround(seconds * 1000 / dt);

    Random random(atoi(getenv("BENCH_SEED")));
    const Rows plastic(NE, NE, p, random), to_inhibitory(NE, NI, p, random), inhibitory(NI, N, p, random);
    const Columns incoming(plastic, NE);
    std::vector<double> w(plastic.target.size(), w_e), v(N), ge(N), gi(N), x(NE), y(NE);
    std::vector<int> ready(N, 0), count(N, 0), spikes;
    std::vector<std::vector<int>> arriving(delay);
    std::uniform_real_distribution<double> initial(reset, threshold);
    for (double& value : v) value = initial(random);

    const double em = exp(-dt / tau), ee = exp(-dt / tau_e), ei = exp(-dt / tau_i), ex = exp(-dt / 20), ey = exp(-dt / tau_minus);
    const double from_e = tau_e / (tau_e - tau) * (ee - em), from_i = tau_i / (tau_i - tau) * (ei - em);

    const double begin = cpu();
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < N; i++) {
            const double free = rest + (v[i] - rest) * em + ge[i] * from_e + gi[i] * from_i;
            v[i] = step >= ready[i] ? free : v[i];
            ge[i] *= ee;
            gi[i] *= ei;
        }
        for (int i = 0; i < NE; i++) { x[i] *= ex; y[i] *= ey; }
        spikes.clear();
        for (int i = 0; i < N; i++)
            if (v[i] > threshold && step >= ready[i]) spikes.push_back(i);

        std::vector<int>& arrived = arriving[step % delay];
        for (int i : arrived) {
            if (i < NE) {
                for (int k = plastic.start[i]; k < plastic.start[i + 1]; k++) {
                    const int j = plastic.target[k];
                    ge[j] += w[k];
                    w[k] = std::max(w[k] - y[j], 0.);
                }
                for (int k = to_inhibitory.start[i]; k < to_inhibitory.start[i + 1]; k++) ge[NE + to_inhibitory.target[k]] += w_e;
                x[i] += potentiation;
            } else {
                for (int k = inhibitory.start[i - NE]; k < inhibitory.start[i - NE + 1]; k++) gi[inhibitory.target[k]] += w_i;
            }
        }
        for (int j : spikes) {
            if (j < NE) {
                for (int k = incoming.start[j]; k < incoming.start[j + 1]; k++) {
                    double& weight = w[incoming.entry[k].synapse];
                    weight = std::min(weight + x[incoming.entry[k].source], w_max);
                }
                y[j] += depression;
            }
            v[j] = reset;
            ready[j] = step + silent;
            count[j]++;
        }
        arrived = spikes;
    }
    const double end = cpu();

    double events = 0;
    for (int i = 0; i < NE; i++) events += double(count[i]) * (plastic.start[i + 1] - plastic.start[i] + incoming.start[i + 1] - incoming.start[i]);
    double squares = 0;
    for (double weight : w) squares += std::pow(weight / w_e - 1, 2);
    printf("{\"construction\": %.6f, \"loop\": %.6f, \"spikes\": %ld, \"events\": %.0f, \"plastic\": %zu, \"synapses\": %zu, \"dw\": %.6f, \"peak_MB\": %.3f}\n",
           begin, end - begin, std::accumulate(count.begin(), count.end(), 0L), events, w.size(),
           w.size() + to_inhibitory.target.size() + inhibitory.target.size(),
           std::sqrt(squares / w.size()), peak_MB());
}
