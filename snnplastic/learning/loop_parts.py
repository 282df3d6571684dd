"""C++ of the parts of a training program: what a layer, a connection, the loss and an update contribute to the loop of `loop.py`."""


def joined(lines):
    """Lines of the program, without empty ones."""
    return "\n    ".join(line for line in lines if line)


def written(layer, variable):
    """Where the forward pass writes a variable: the next row of its tape, if it has one."""
    return f"next_{variable}" if variable in layer["code"].taped else variable


def objects(layer):
    """Tapes and lists of spikes of a layer, and where Brian2 keeps what is taped."""
    name, n = layer["name"], layer["n"]
    for v in layer["code"].taped:
        yield f"Tape<R*{n}> tape_{name}_{v}; tape_{name}_{v}.begin(T); real* const own_{name}_{v} = @{name}.{v}@;"
        if not v.startswith("drive_"):
            yield f"real* const own_{name}_next_{v} = @{name}.next_{v}@;"
    if layer["code"].spiking:
        yield f"Events<R*{n}> events_{name}; events_{name}.begin(T);"


def restored(layer):
    """Give Brian2 back its own arrays."""
    for v in layer["code"].taped:
        yield f"@{layer['name']}.{v}@ = own_{layer['name']}_{v};"
        if not v.startswith("drive_"):
            yield f"@{layer['name']}.next_{v}@ = own_{layer['name']}_next_{v};"


def connection(c):
    """The object that multiplies the weights of a connection."""
    weights = f"{'Dense' if c['synapses'] == c['n_pre'] * c['n_post'] else 'Sparse'}<{c['n_pre']}, {c['n_post']}>"
    kind = (
        f"Connection<{weights}, {c['n_pre']}, {c['n_post']}, {c['delay']}>"
        if c["pre"]
        else f"FromInputs<{weights}, {c['n_post']}, {c['delay']}>"
    )
    return f'{kind} c_{c["name"]}; c_{c["name"]}.begin(folder, "{c["name"]}");'


def begin(layer):
    """Before the first step of a block: states at the start."""
    for v in layer["code"].taped:
        yield f"@{layer['name']}.{v}@ = tape_{layer['name']}_{v}.row(0);"
    yield f"@{layer['name']}.now@[0] = 0; @run:{layer['name']}_begin@"


def point(layer):
    """Taped variables of step t: rows t and t + 1."""
    for v in layer["code"].taped:
        yield f"@{layer['name']}.{v}@ = tape_{layer['name']}_{v}.row(t);"
        if not v.startswith("drive_"):
            yield f"@{layer['name']}.next_{v}@ = tape_{layer['name']}_{v}.row(t + 1);"


def forward(layer, smooth, goal):
    """One step of a layer and the list of its spikes; `goal`: what the loss needs before it."""
    name, n = layer["name"], layer["n"]
    yield from point(layer)
    yield f"@{name}.now@[0] = t;"
    yield goal
    yield f"@run:{name}_forward@"
    if layer["code"].spiking:
        yield f"events_{name}.all(t);" if smooth else f"events_{name}.gather(@{name}.{written(layer, 'spike')}@, t);"
    for target in layer["code"].targets:
        if f"drive_{target}" in layer["code"].taped:
            yield f"@{name}.drive_{target}@ = tape_{name}_drive_{target}.row(t + 1); zero(@{name}.drive_{target}@, R*{n});"


def spike_values(c, smooth, step):
    """How much each neuron before spikes in a smooth model; 1 in any other."""
    return f"tape_{c['pre']}_spike.row({step})" if smooth else "nullptr"


def product(c, smooth):
    """Add the weights of what spiked `delay` steps ago to what the next layer will read."""
    name, drive = c["name"], f"@{c['post']}.drive_{c['target']}@"
    if c["pre"] is None:
        return f"c_{name}.forward(inputs, @{name}.w@, {drive}, t);"
    values = spike_values(c, smooth, f"t + 1 - {c['delay']}")
    return f"if (t >= {c['delay']}) c_{name}.forward(@{name}.w@, {drive}, events_{c['pre']}, t, {values});"


def transposed(c, smooth):
    """At step t - 1: what the weights' gradient and the error of the layer before get from this layer's error."""
    name, error = c["name"], f"@{c['post']}.adj_drive_{c['target']}@"
    if c["pre"] is None:
        return "" if c["fixed"] else f"c_{name}.gradient(inputs, sample, @{name}.g@, {error}, t);"
    values = spike_values(c, smooth, f"t - {c['delay']}")
    gradient = f"if (t > {c['delay']}) c_{name}.gradient(@{name}.g@, {error}, events_{c['pre']}, t, {values});"
    return ("" if c["fixed"] else gradient) + f" c_{name}.backwards(@{name}.w@, @{c['pre']}.back@, {error}, t, T);"


def before_step(out, loss, reverse=False):
    """What the read-out's loss needs before the code of a step."""
    n, name = out["n"], out["name"]
    if loss.kind == "target":
        return copied_goal(out)
    if not loss.every_step:
        return ""
    if reverse:
        return f"std::copy_n(slopes.data() + (size_t)t*R*{n}, R*{n}, @{name}.slope@);"
    return f"""for (int i = 0; i < R*{n}; i++) {{
        const long s = std::max(sample[i/{n}], 0l);
        @{name}.attention@[i] = attention[(per_sample_attention ? s : 0)*T + t];
    }}"""


def each_step(out, state):
    """Cross-entropy of this step, and its slope."""
    name, n = out["name"], out["n"]
    return f"""for (int b = 0; b < R; b++) {{
        const real* y = {state} + b*{n};
        real *d = @{name}.slope@ + b*{n}, *kept = &slopes[((size_t)t*R + b)*{n}];
        if (sample[b] < 0) {{ zero(d, {n}); zero(kept, {n}); continue; }}
        double top = y[0], sum = 0;
        for (int c = 1; c < {n}; c++) top = std::max(top, double(y[c]));
        for (int c = 0; c < {n}; c++) sum += std::exp(scale*(y[c] - top));
        const int truth = label[sample[b]];
        const double weight = @{name}.attention@[b*{n}]/(double(T)*n_batch);
        for (int c = 0; c < {n}; c++) kept[c] = d[c] = weight*scale*(std::exp(scale*(y[c] - top))/sum - (c == truth));
        loss += weight*(std::log(sum) - scale*(y[truth] - top));
    }}"""


def copied_goal(out):
    """Goal and weight of this step, for each sample of the block."""
    n, name = out["n"], out["name"]
    return f"""for (int b = 0; b < R; b++) for (int c = 0; c < {n}; c++) {{
        const long s = sample[b] < 0 ? 0 : sample[b];
        @{name}.goal@[b*{n} + c] = goals[((per_sample_goal ? s : 0)*T + t)*{n} + c];
        @{name}.attention@[b*{n} + c] = sample[b] < 0 ? 0 : attention[(per_sample_attention ? s : 0)*T + t];
    }}"""


def at_the_end(out, loss):
    """Loss of a sample, its slope by the scores, and whether the class is right."""
    name, n = out["name"], out["n"]
    if loss.kind == "target":
        return f"""for (int i = 0; i < R*{n}; i++) {{
        @{name}.slope@[i] = 1.0/n_batch;
        if (sample[i/{n}] >= 0) loss += @{name}.{loss.score}@[i]/n_batch;
    }}"""
    if loss.every_step:  # the loss and its slope are those of the steps
        return f"""for (int b = 0; b < R; b++) {{
        const real* y = @{name}.{loss.score}@ + b*{n};
        if (sample[b] >= 0) correct += std::max_element(y, y + {n}) - y == label[sample[b]];
    }}"""
    return f"""for (int b = 0; b < R; b++) {{
        const real* y = @{name}.{loss.score}@ + b*{n};
        real* d = @{name}.slope@ + b*{n};
        if (sample[b] < 0) {{ zero(d, {n}); continue; }}
        int top = 0;
        double sum = 0;
        for (int c = 1; c < {n}; c++) if (y[c] > y[top]) top = c;
        for (int c = 0; c < {n}; c++) sum += std::exp(scale*(double(y[c]) - y[top]));
        const int truth = label[sample[b]];
        for (int c = 0; c < {n}; c++) d[c] = scale*(std::exp(scale*(double(y[c]) - y[top]))/sum - (c == truth))/n_batch;
        loss += (std::log(sum) - scale*(double(y[truth]) - y[top]))/n_batch;
        correct += top == truth;
    }}"""


def regularised(layer):
    """The penalty on too few and too many spikes, as a part of the loss."""
    name, n = layer["name"], layer["n"]
    return f"""
    for (int i = 0; i < R*{n}; i++) if (sample[i/{n}] >= 0) {{
        const double x = @{name}.count@[i], off = x > @{name}.most@[0] ? x - @{name}.most@[0] : x < @{name}.fewest@[0] ? @{name}.fewest@[0] - x : 0;
        loss += 0.5*@{name}.strength@[0]*off*off/({n}*double(n_batch));
    }}"""


def penalty(layer):
    """The derivative of that part of the loss by each spike."""
    name, n = layer["name"], layer["n"]
    return f"@run:{name}_penalty@ for (int i = 0; i < R*{n}; i++) @{name}.penalty@[i] *= (sample[i/{n}] >= 0)/({n}*double(n_batch));"


def why_not_finite(name, size):
    """Why a loss is not finite: an array of weights that is not."""
    return f'if (not_finite(@{name}.w@, {size}) >= 0) why = "the weights {name} are not";'


def check_gradient(name, size):
    """A gradient that is not a number changes nothing."""
    return (
        f"{{ const long i = not_finite(@{name}.g@, {size});"
        f' if (i >= 0) fail("NonFiniteError", "the gradient of {name} is not finite" + place(number) + " (entry " + std::to_string(i) + " of {size});'
        ' legal: a smaller rate, or a surrogate that falls faster"); }'
    )


def check_weights(name, size):
    """What the last update left behind."""
    return (
        f"{{ const long i = not_finite(@{name}.w@, {size});"
        f' if (i >= 0) fail("NonFiniteError", "the weights {name} are not finite after the last of " + std::to_string(updates) + " updates (entry "'
        f' + std::to_string(i) + " of {size}); legal: a smaller rate"); }}'
    )


def learn(name):
    """Update one array of weights."""
    return f"@{name}.rate@[0] = now_rate*@{name}.pace@[0]; @{name}.k@[0] = updates; @run:{name}_update@"
