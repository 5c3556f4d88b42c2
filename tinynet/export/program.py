"""The program that `export.numpy` fills in: what is the same for every model and loss."""

from string import Template

PROGRAM = Template(
    '''\
"""A neural network by hand: forward, loss, and every derivative, in NumPy alone.

$steps
with the loss $loss. Written by tinynet.

    python $file              check each derivative, and train for a few steps
    python $file data.npz     the same, on your own arrays x and y

Backpropagation is the chain rule, from the last step to the first. The gradient of an array a is
da = ∂loss/∂a: it has the shape of a, and says how much the loss grows where a does. Where
y = f(x), dx is (∂y/∂x)ᵀ dy. Each line of backward() is this sentence, for the f of that step.
"""

import sys
$imports
import numpy as np

LEARNED = $learned


$numbers$helpers


def forward(p, a0$mode):
    """The prediction for the rows a0, and what backward() needs of the way there."""
$forward
    return $last, $kept


def loss(y_true, y_pred):
    """The mean of $formula.

    The second result is its gradient in y_pred: the slopes, divided by their number for the mean.
    """
$loss_lines


def backward(p, kept, d$last):
    """The gradient of all that is learned, from that of the prediction."""
    $kept = kept
    d = {}
$backward
    return d
$remember

def gradients(p, x, y$seed):
    """Once forward and once backward: the loss, and its gradient in all that is learned."""
    y_pred, kept = forward(p, x$training)
    value, dy_pred = loss(y, y_pred)
    return value, backward(p, kept, dy_pred)


def check(p, x, y, most=100):
    """Each gradient against (loss(w + h) − loss(w − h)) / 2h: the largest error."""
    rng, d = np.random.default_rng(0), gradients(p, x, y)[1]
    largest = max(np.abs(g).max() for g in d.values())
    errors = []
    for name in LEARNED:
        w, slopes = p[name].reshape(-1), []
        places = rng.permutation(w.size)[:most]
        for i in places:
            old, h = w[i], 1e-6 * max(1, abs(w[i]))
            w[i] = old + h
            above = gradients(p, x, y)[0]
            w[i] = old - h
            below = gradients(p, x, y)[0]
            w[i] = old
            slopes.append((above - below) / (2 * h))
        errors.append(np.abs(d[name].reshape(-1)[places] - slopes).max() / largest)
        print(f"  {name:10} {str(p[name].shape):12} error {errors[-1]:.0e} of the largest slope")
    return max(errors)


def train(p, x, y, steps=100, lr=0.1):
    """Gradient descent: all numbers a little way down their slopes, together lr at most."""
    for step in range(steps + 1):
        value, d = gradients(p, x, y$at)
        if step % 20 == 0:
            print(f"  step {step:3}: loss {value:.6g}")
        length = np.sqrt(sum((g**2).sum() for g in d.values()))
        for name in LEARNED:
            p[name] -= lr * d[name] / max(1, length)
$remembering

def data(p, path=None):
    """x and y from a file, or random ones."""
    if path:
        with np.load(path) as file:
            return file["x"].astype(float), file["y"]
    rng = np.random.default_rng(0)
$data
    return x, y


if __name__ == "__main__":
    p = numbers()
    x, y = data(p, *sys.argv[1:2])
    print("the derivatives, against central differences:")
    if check(p, x, y) > 1e-5:
        sys.exit("a derivative is wrong, or a number sits on a corner, such as that of relu at 0")
    print("training:")
    train(p, x, y)
'''
)

LOADED = '''def numbers():
    """The numbers of the model by their names, from the file beside this one."""
    with np.load(Path(__file__).with_suffix(".npz")) as file:
        return {name: np.array(file[name], float, order="C") for name in file}'''

DRAWN = Template(
    '''def numbers(rng=np.random.default_rng(0)):
    """Numbers to start with: weights of variance 2 / (columns that come in), small biases."""
    return {
$lines
    }'''
)

REMEMBER = Template(
    '''

def remember(p, kept):
    """Move the running mean and variance of each column, for predictions later."""
    $kept = kept
$lines
'''
)
