"""C++ of an online rule: what `loop` adds to the forward pass so that a step leaves its share of the gradient behind.

The traces of a connection are stored by presynaptic neuron: a row has one entry for each sample of the block and postsynaptic neuron, as the
layer's own variables have. So Brian2's generated code for a layer works off the connection row by row, with the pointers of
the traces moved from row to row. A row whose neuron has not spiked in this block is left alone.
"""


class OnlineKernels:
    """Lines for `loop`. `rule` is a Learner; layers and connections are those of the loop."""

    def __init__(self, rule, layers, connections):
        self.rule, self.out, self.hidden, self.layers = rule, layers[-1], layers[:-1], layers
        self.by_name = {layer["name"]: layer for layer in layers}
        self.learned = [c for c in connections if not c["fixed"]]

    def objects(self):
        for layer in self.layers:
            name, n = layer["name"], layer["n"]
            yield f"std::vector<real> none_{name}(R*{n}), some_{name}(R*{n});"
            for v in (*layer["code"].variables, "arrive"):
                yield f"real* const own_{name}_{v} = @{name}.{v}@;"
        for c in self.learned:
            name = c["name"]
            for v in self.by_name[c["post"]]["code"].variables:
                yield f"std::vector<real> trace_{name}_{v}((size_t){c['n_pre']}*R*{c['n_post']});"
            yield f"std::vector<real> arrived_{name}({c['n_pre']}*R);"
            yield f"std::vector<char> any_{name}({c['n_pre']}), seen_{name}({c['n_pre']});"
            if not c["pre"]:
                yield f"std::vector<int64_t> due_{name}(R);"
        if self.rule.feedback in ("random", "uniform"):
            for layer in self.hidden:
                yield f'Dense<{layer["n"]}, {self.out["n"]}> back_{layer["name"]}; back_{layer["name"]}.begin(folder, "");'

    def begin(self, loss):
        """Of a block of samples."""
        for c in self.learned:
            for v in ("arrived", "any", "seen"):
                yield f"std::fill({v}_{c['name']}.begin(), {v}_{c['name']}.end(), 0);"
            if not c["pre"]:
                yield f"due_{c['name']} = c_{c['name']}.cursor;"
        if loss.kind == "target":
            yield f"std::fill_n(@{self.out['name']}.slope@, R*{self.out['n']}, 1.0/n_batch);"

    def step(self):
        """After the forward pass of step t: errors to the hidden layers, then all traces."""
        out = self.out["name"]
        yield f"if (learning) {{ @run:{out}_error@"
        source, weights = f"@{out}.error@", f"to_{out}"
        for layer in reversed(self.hidden):
            name, signal = layer["name"], f"@{layer['name']}.signal@"
            yield f"zero({signal}, R*{layer['n']});"
            if self.rule.feedback == "symmetric":  # through the weights of all layers on the way
                yield f"c_{weights}.weights.backwards(@{weights}.w@, {signal}, {source});"
                source, weights = signal, f"to_{name}"
            elif self.rule.feedback == "adaptive":
                yield f"c_feedback_{name}.weights.backwards(@feedback_{name}.w@, {signal}, {source});"
            else:
                yield f"back_{name}.backwards(@feedback_{name}.w@, {signal}, {source});"
            if self.rule.kernel == "readout":
                for v in layer["code"].kernel.shared:
                    yield f"@{name}.{v}@[0] = @{out}.{v}@[0];"
        for layer in self.layers:
            for p in layer["code"].traces:
                yield f"@run:{layer['name']}_{p}_trace@"
        for c in self.learned:
            yield from self._rows(c)
            yield from self._arrivals(c)
        yield "}"

    def _rows(self, c):
        name, post, n = c["name"], c["post"], c["n_post"]
        variables = self.by_name[post]["code"].variables
        moved = "\n    ".join(
            f"@{post}.{v}@ = trace_{name}_{v}.data() + (size_t)j*R*{n}; if (!seen_{name}[j]) zero(@{post}.{v}@, R*{n});"
            for v in variables
        )
        yield f"""for (int j = 0; j < {c["n_pre"]}; j++) {{
    if (!any_{name}[j] && !seen_{name}[j]) continue;
    {moved}
    seen_{name}[j] = 1;
    @{post}.arrive@ = any_{name}[j] ? some_{post}.data() : none_{post}.data();
    if (any_{name}[j]) for (int b = 0; b < R; b++) std::fill_n(some_{post}.data() + b*{n}, {n}, arrived_{name}[j*R + b]);
    @run:{post}_trace@
    for (int b = 0; b < R; b++) c_{name}.weights.gradient(@{name}.g@, j, @{post}.change@ + b*{n}, 1);
    }}"""

    def _arrivals(self, c):
        """What this step adds to the drive, and so to the traces of the next step."""
        name, shift = c["name"], c["delay"]
        for v in ("arrived", "any"):
            yield f"std::fill({v}_{name}.begin(), {v}_{name}.end(), 0);"
        if not c["pre"]:
            yield f"""for (int b = 0; b < R; b++) for (int64_t& e = due_{name}[b]; e < c_{name}.stop[b] && inputs.when[e] + {shift} <= t; e++) {{
    arrived_{name}[inputs.channel[e]*R + b] += 1;
    any_{name}[inputs.channel[e]] = 1;
    }}"""
        else:
            events = f"events_{c['pre']}"
            yield f"""if (t >= {shift}) for (size_t e = {events}.off[t - {shift}]; e < {events}.off[t - {shift} + 1]; e++) {{
    const int b = {events}.who[e]/{c["n_pre"]}, j = {events}.who[e] % {c["n_pre"]};
    arrived_{name}[j*R + b] += 1;
    any_{name}[j] = 1;
    }}"""

    def turn(self):
        if self.rule.feedback in ("random", "uniform"):
            for layer in self.hidden:
                yield f"back_{layer['name']}.turn(@feedback_{layer['name']}.w@);"

    def end(self):
        for layer in self.layers:
            for v in (*layer["code"].variables, "arrive"):
                yield f"@{layer['name']}.{v}@ = own_{layer['name']}_{v};"
