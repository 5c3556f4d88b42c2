# %% [markdown]
# # 19. Inside tinynet
#
# What happens between `x * w` and `w.grad`? Where is it written that tanh has the slope
# $1 − \tanh² x$? In tutorial 3 you wrote the idea in forty lines. Here we read the engine, the code
# that finds gradients. Each piece is printed from the source that runs, with an experiment beside.

# %%
import heapq
import inspect
import textwrap

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check
from tinynet.engine import graph, methods, ops, registry, tensor


def quote(thing, first, last):
    """Print the source of `thing`, from the line with `first` to the next one with `last`."""
    lines = inspect.getsource(thing).splitlines()
    begin = next(i for i, line in enumerate(lines) if first in line)
    end = next(i for i in range(begin, len(lines)) if last in lines[i])
    print(textwrap.dedent("\n".join(lines[begin : end + 1])), end="\n\n")


quote(tensor.Tensor.__init__, "self.data, ", "self.node")

# %% [markdown]
# These lines make a Tensor. `data` is the array; `node` says how it was computed, `None` for a
# leaf; in `grad` a leaf's gradient is added up (`grad_buffer` is for optimizers). A type such as
# `Any`, behind a colon or an arrow, is a note for the reader: Python does not check it.
#
# ## NumPy hands the call over
#
# `x * w` means `np.multiply(x, w)`: the first line below; `__rmul__` is for `2 * w`. NumPy then
# finds `__array_ufunc__` on the Tensor, and calls it instead of computing. This asks `_dispatch`
# what to do. (`method` is for such as `np.add.reduce`.) *Dispatch* is the choice of what runs, by
# what a function was given: here one look into a dictionary, `table`.
#
# **Before you run the cell:** `np.fft.fft` is not in it. Will NumPy compute it from `x.data`?

# %%
quote(methods.ArrayMethods, "__mul__", "__mul__")
quote(tensor.Tensor.__array_ufunc__, "def ", "return")
quote(tensor._dispatch, "def ", "raise")
x, w = tn.Tensor(0.5, requires_grad=True), tn.Tensor(3.0, requires_grad=True)
assert np.tanh in tensor.table and np.fft.fft not in tensor.table
try:
    np.fft.fft(x)
except TypeError as error:
    print(error)

# %% [markdown]
# It refuses. Without a way back `x` would get the gradient 0, and nobody would notice.
#
# ## Each call leaves a node
#
# What the table leads to is a *primitive*: a function of arrays, with one rule for each argument.
# When called, it computes with the bare arrays. If some argument needs a gradient, it records (the
# first lines below), unless `tn.no_grad()` has switched that off. A node is a note of one call; the
# lines after them are its fields: the operation, its arguments, a `number` that grows. The output
# holds its node; the node does not hold its output. Once `loss` is gone, Python frees the graph.
# **Before you run the cell:** how many nodes do its three lines of computation make?

# %%
quote(tensor.Primitive.__call__, "recorded = ", "tensor.node = ")
quote(graph.Node, "operation: ", "number: ")
a = x * w
b = np.tanh(a)
loss = np.square(a * b + b)
for value in (a, b, *loss.node.args, loss):
    print("node", value.node.number - a.node.number, value.node.operation.__name__)
assert loss.node.number == a.node.number + 4
tn.Graph(loss)

# %% [markdown]
# Five: 0 to 4. Number 2 is the product `a * b`, which has no name; the node of the sum holds it.
#
# ## The rules stand in a registry
#
# A *registry* is a table where one looks up what belongs to a function. A rule takes the upstream
# gradient `g`, the output `y` and the arguments, and returns the vector-Jacobian product, here `g`
# times the slope. **Before you run it:** what does that of tanh return for `g = 2` and `y = 0.6`?

# %%
quote(ops.elementwise, "defvjp(np.cosh", "defvjp(np.tanh")
quote(ops.elementwise, "defvjp(np.multiply", "defvjp(np.multiply")
result = registry.operations[np.tanh].vjps[0](2.0, 0.6, None)  # it does not look at x
print("the rule of tanh:", result)
assert np.isclose(result, 1.28)  # 2 · (1 − 0.6²)

# %% [markdown]
# ## The sweep
#
# The *sweep* walks back through the nodes, calls the rules and adds up what they return. In its
# heart, printed below, `queue` holds the tensors that wait, `gradients` what has arrived for each.
# `heappop` takes the smallest: with the minus before the number, the newest node. Our `bare_sweep`
# leaves out what is for rarer cases: `kept` for tensors in between, `saves` for rules that need
# more than `y`, `watch` for infinite slopes, `watcher` for debug mode, `create_graph` for second
# derivatives. **Before you run it:** the product `a * b` and the sum use `b`. When is its turn?

# %%
quote(tensor.sweep, "while queue", "gradients[arg] = part")


def bare_sweep(output):
    gradients, queue, turns = {output: 1.0}, [(-output.node.number, output)], []
    while queue:
        turns.append(sorted(-number for number, _ in queue))  # who waits, for the figure
        value = heapq.heappop(queue)[1]
        g, node = gradients.pop(value), value.node
        for i in node.needs_grad:
            arg, rule = node.args[i], node.operation.vjps[i]
            if arg not in gradients and arg.node:
                heapq.heappush(queue, (-arg.node.number, arg))
            gradients[arg] = gradients.get(arg, 0) + rule(g, value.data, *node.values)
    return gradients, turns


gradients, turns = bare_sweep(loss)
assert np.allclose([gradients[x], gradients[w]], loss.gradient(x, w), rtol=1e-12)

# %%
for turn, waiting in enumerate(np.array(numbers) - a.node.number for numbers in turns):
    plt.plot([turn] * len(waiting), waiting, "o", color="#D55E00", fillstyle="none", markersize=14)
    plt.plot(turn, waiting[-1], "o", color="#0072B2", markersize=8)
plt.xticks(range(5), ["square", "add", "multiply", "tanh", "multiply"])
plt.gca().set(xlabel="what is taken, turn by turn", ylabel="number of the node", yticks=range(5))
plt.title("Of all that wait (rings), the newest is taken (dots)")
plt.show()

# %% [markdown]
# When both parts have come: in the third turn `b` waits, and the newer `a * b` goes first. All that
# use a value are newer than it and are taken before it: the numbers are a topological order.
#
# ## Shapes, and slopes of slopes
#
# The rule of `np.add` returns `g` as it is, also where broadcasting stretched an argument. The
# sweep sums it to the right shape, in one place for all rules: `unbroadcast`. With `create_graph`
# the rules get Tensors instead of arrays: they leave nodes, too, and one can differentiate again.

# %%
quote(tensor.unbroadcast, "summed = as_array", "summed = summed.sum")
assert np.array_equal(tensor.unbroadcast(np.ones((4, 3)), np.zeros(3), None), [4, 4, 4])
points = tn.Tensor(np.linspace(-3, 3, 121), requires_grad=True)
curve = np.tanh(points)
for order, color in enumerate(["#0072B2", "#D55E00", "#A03070", "#009E73"]):
    plt.plot(points.data, curve.data, color=color, label=f"derivative {order}", lw=4 - order)
    curve = np.sum(curve).gradient(points, create_graph=True)  # each point has its part in it
plt.gca().set(xlabel="x", ylabel="value", title="The rule of tanh can be differentiated, too")
plt.legend()
plt.show()
assert tn.grad(tn.grad(np.tanh))(0.0) == 0

# %% [markdown]
# Each curve is the slope of the one before: where derivative 1 is largest, derivative 2 is 0.
#
# ## What you can do now
#
# You can say what happens at `x * w` (dispatch, a primitive, a node), read a rule in
# `tinynet/engine/ops/`, and explain why the sweep takes the newest node first.
#
# ## Exercises
#
# **19.1** On paper: `u = x * x` and `v = u * u + u`, where the leaf `x` needs a gradient. How many
# times does the sweep from `v` call a rule?

# %%
answer = ...
check("19.1", answer)

# %% [markdown]
# **19.2** What would go wrong if the sweep took the oldest first? a) A gradient is passed on before
# all parts are in it. b) A rule is not in the registry yet. c) Nothing: a sum has no order.

# %%
answer = ...
check("19.2", answer)

# %% [markdown]
# **19.3** Write the rule of `np.arctan`, whose slope is $1 / (1 + x²)$.


# %%
def answer(g, y, x): ...


check("19.3", answer)

# %% [markdown]
# ## Read on
#
# Atılım Güneş Baydin and others (2018), Automatic differentiation in machine learning: a survey,
# Journal of Machine Learning Research 18: what this engine is one example of.
#
# Next: [20. An operation of your own](20_an_operation_of_your_own.py)
