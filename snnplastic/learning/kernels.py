"""C++ of a training program, the part that is the same for all networks: files, lists of spikes, products of weights with spikes.

All of it works on a block of R samples at a time, the replicas of each neuron, so that the states of a block stay in the processor's cache. `real` is float
or double; an array of a layer is (sample of the block, neuron), weights are (neuron before, neuron after).
"""

HEAD = r"""
#include <algorithm>
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
    std::printf("@snnplastic error %s %s\n", kind, message.c_str());
    std::fflush(stdout);
    std::_Exit(3);
}

template <class T> std::vector<T> load(const char* folder, const std::string& name)
{
    const std::string path = std::string(folder) + "/data." + name + ".in";
    FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) fail("DeviceError", "the program found no " + path);
    std::fseek(file, 0, SEEK_END);
    std::vector<T> values(std::ftell(file) / sizeof(T));
    std::rewind(file);
    if (std::fread(values.data(), sizeof(T), values.size(), file) != values.size())
        fail("DeviceError", "the program could not read " + path);
    std::fclose(file);
    return values;
}

template <class T> void save(const char* name, const std::vector<T>& values)
{
    const std::string path = brian::results_dir + "out_" + name;
    FILE* file = std::fopen(path.c_str(), "wb");
    const bool written = file && std::fwrite(values.data(), sizeof(T), values.size(), file) == values.size();
    if (!file || std::fclose(file) || !written) fail("DeviceError", "the program could not write " + path);
}

double cpu_seconds()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

void zero(real* values, size_t n) { std::memset(values, 0, sizeof(real) * n); }

// Rows of a variable for all steps: Brian2's code reads and writes them, since its pointer is moved from step to step.
template <int N> struct Tape
{
    std::vector<real> rows;
    void begin(int steps) { rows.resize((size_t)(steps + 1) * N); }
    real* row(int t) { return rows.data() + (size_t)t * N; }
};

// Numbers of the neurons that spike, in order; `off[t]` is where those of step t begin.
template <int N> struct Events
{
    std::vector<int32_t> who;
    std::vector<size_t> off;
    void begin(int steps) { off.assign(steps + 2, 0); }
    void room(size_t n) { if (who.size() < n + N) who.resize(2 * (n + N)); }
    void gather(const real* __restrict spike, int t)
    {
        size_t n = off[t];
        room(n);
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
    void all(int t)  // of a smooth model, where each neuron always "spikes" a little
    {
        room(off[t]);
        for (int i = 0; i < N; i++) who[off[t] + i] = i;
        off[t + 1] = off[t] + N;
    }
};

// Spikes of the samples: for each sample of the block, where it stands in its list.
struct Inputs
{
    std::vector<int64_t> first, cursor, end;
    std::vector<int32_t> when, channel;
    void begin(const char* folder)
    {
        first = load<int64_t>(folder, "first");
        when = load<int32_t>(folder, "time");
        channel = load<int32_t>(folder, "channel");
    }
};

template <int POST> inline void add(real* __restrict to, const real* __restrict from, real factor = 1)
{
    for (int c = 0; c < POST; c++) to[c] += factor * from[c];
}

// All-to-all weights: a spike adds its row.
template <int PRE, int POST> struct Dense
{
    std::vector<real> turned;
    void begin(const char*, const char*) { turned.resize(PRE * POST); }
    void turn(const real* w)
    {
        for (int j = 0; j < PRE; j++) for (int c = 0; c < POST; c++) turned[(size_t)c * PRE + j] = w[(size_t)j * POST + c];
    }
    void row(const real* w, int j, real* to, real factor) const { add<POST>(to, w + (size_t)j * POST, factor); }
    void gradient(real* g, int j, const real* error, real factor) const { add<POST>(g + (size_t)j * POST, error, factor); }
    // back[b, j] += sum over c of w[j, c] error[b, c]: four samples and sixteen columns stay in registers.
    void backwards(const real*, real* __restrict back, const real* __restrict error) const
    {
        constexpr int TILE = 16, SAMPLES = R % 4 ? 1 : 4;
        for (int b = 0; b < R; b += SAMPLES)
        {
            const real* e = error + (size_t)b * POST;
            real* r = back + (size_t)b * PRE;
            int j = 0;
            for (; j + TILE <= PRE; j += TILE)
            {
                real sum[SAMPLES][TILE];
                for (int k = 0; k < SAMPLES; k++) for (int i = 0; i < TILE; i++) sum[k][i] = r[k * PRE + j + i];
                for (int c = 0; c < POST; c++)
                {
                    const real* w = turned.data() + (size_t)c * PRE + j;
                    for (int k = 0; k < SAMPLES; k++)
                    {
                        const real x = e[k * POST + c];
                        for (int i = 0; i < TILE; i++) sum[k][i] += x * w[i];
                    }
                }
                for (int k = 0; k < SAMPLES; k++) for (int i = 0; i < TILE; i++) r[k * PRE + j + i] = sum[k][i];
            }
            for (; j < PRE; j++)
                for (int k = 0; k < SAMPLES; k++)
                    for (int c = 0; c < POST; c++) r[k * PRE + j] += e[k * POST + c] * turned[(size_t)c * PRE + j];
        }
    }
};

// Some of the weights: those of neuron j are first[j] to first[j + 1], and lead to neuron to[k].
template <int PRE, int POST> struct Sparse
{
    std::vector<int32_t> first, to;
    void begin(const char* folder, const char* name)
    {
        first = load<int32_t>(folder, std::string("first_") + name);
        to = load<int32_t>(folder, std::string("to_") + name);
    }
    void turn(const real*) {}
    void row(const real* w, int j, real* drive, real factor) const
    {
        for (int k = first[j]; k < first[j + 1]; k++) drive[to[k]] += factor * w[k];
    }
    void gradient(real* g, int j, const real* error, real factor) const
    {
        for (int k = first[j]; k < first[j + 1]; k++) g[k] += factor * error[to[k]];
    }
    void backwards(const real* w, real* back, const real* error) const
    {
        for (int b = 0; b < R; b++)
            for (int j = 0; j < PRE; j++)
            {
                real sum = 0;
                for (int k = first[j]; k < first[j + 1]; k++) sum += w[k] * error[(size_t)b * POST + to[k]];
                back[(size_t)b * PRE + j] += sum;
            }
    }
};

// From one layer to another. Forward at step t: what spiked DELAY steps ago adds its weights. In reverse at step t, `error` is the derivative by
// what was added in step t - 1.
template <class Weights, int PRE, int POST, int DELAY> struct Connection
{
    Weights weights;
    std::vector<real> ring;
    void begin(const char* folder, const char* name)
    {
        weights.begin(folder, name);
        ring.resize((size_t)(DELAY + 1) * R * POST);
    }
    void forward(const real* w, real* drive, const Events<R * PRE>& pre, int t, const real* value) const
    {
        if (t < DELAY) return;
        for (size_t e = pre.off[t - DELAY]; e < pre.off[t - DELAY + 1]; e++)
        {
            const int i = pre.who[e], b = i / PRE;
            weights.row(w, i % PRE, drive + (size_t)b * POST, value ? value[i] : 1);
        }
    }
    void gradient(real* g, const real* error, const Events<R * PRE>& pre, int t, const real* value) const
    {
        if (t - 1 < DELAY) return;
        for (size_t e = pre.off[t - 1 - DELAY]; e < pre.off[t - DELAY]; e++)
        {
            const int i = pre.who[e], b = i / PRE;
            weights.gradient(g, i % PRE, error + (size_t)b * POST, value ? value[i] : 1);
        }
    }
    void backwards(const real* w, real* back, const real* error, int t, int T)
    {
        if (DELAY == 0) return weights.backwards(w, back, error);
        std::memcpy(ring.data() + (size_t)(t % (DELAY + 1)) * R * POST, error, sizeof(real) * R * POST);
        if (t + DELAY <= T - 1) weights.backwards(w, back, ring.data() + (size_t)((t + DELAY) % (DELAY + 1)) * R * POST);
    }
};

// From the input channels to a layer.
template <class Weights, int POST, int DELAY> struct FromInputs
{
    Weights weights;
    std::vector<int64_t> cursor = std::vector<int64_t>(R), stop = std::vector<int64_t>(R);
    void begin(const char* folder, const char* name) { weights.begin(folder, name); }
    void start(const Inputs& inputs, const std::vector<long>& sample)
    {
        for (int b = 0; b < R; b++)
        {
            cursor[b] = sample[b] < 0 ? 0 : inputs.first[sample[b]];
            stop[b] = sample[b] < 0 ? 0 : inputs.first[sample[b] + 1];
        }
    }
    void forward(const Inputs& inputs, const real* w, real* drive, int t)
    {
        for (int b = 0; b < R; b++)
            for (int64_t& e = cursor[b]; e < stop[b] && inputs.when[e] + DELAY <= t; e++)
                weights.row(w, inputs.channel[e], drive + (size_t)b * POST, 1);
    }
    void gradient(const Inputs& inputs, const std::vector<long>& sample, real* g, const real* error, int t)
    {
        for (int b = 0; b < R; b++)
        {
            if (sample[b] < 0) continue;
            int64_t& e = cursor[b];
            for (; e > inputs.first[sample[b]] && inputs.when[e - 1] + DELAY >= t - 1; e--)
                if (inputs.when[e - 1] + DELAY == t - 1) weights.gradient(g, inputs.channel[e - 1], error + (size_t)b * POST, 1);
        }
    }
};
}
"""
