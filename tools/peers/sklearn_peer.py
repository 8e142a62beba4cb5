"""scikit-learn: the parts of its neural networks, the losses of its linear models and its splits; nothing of them is written again here."""
import warnings

import numpy as np
import sklearn
from protocol import Unsupported, serve
from sklearn.linear_model._sgd_fast import Huber, Log
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer
from sklearn.utils.extmath import softmax as rows_softmax


def arrays(tensors, dtype):
    return [np.array(t, dtype=dtype) for t in tensors]


def step(make, kept):
    """One step of an optimizer; the attributes that it keeps are the state."""
    def run(dtype, params, grads, state=None, **options):
        tensors = arrays(params, dtype)
        made = make(tensors, **options)
        for name, value in (state or {}).items():
            setattr(made, name, arrays(value, dtype) if isinstance(value, list) else value)
        made.update_params(tensors, arrays(grads, dtype))
        held = {name: getattr(made, name) for name in kept}
        return {"params": tensors, "state": {name: [v.tolist() for v in value] if isinstance(value, list) else value for name, value in held.items()}}
    return run


def sgd(tensors, lr, momentum=0.0, nesterov=False):
    return SGDOptimizer(tensors, learning_rate_init=lr, momentum=momentum, nesterov=nesterov)


def adam(tensors, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return AdamOptimizer(tensors, learning_rate_init=lr, beta_1=beta1, beta_2=beta2, epsilon=eps)


def softmax(dtype, logits):
    return {"probs": rows_softmax(np.array([logits], dtype=dtype))[0]}


def activation(dtype, kind, x):
    name = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}.get(kind)
    if name is None:
        raise Unsupported(kind)
    y = np.array([x], dtype=dtype)
    ACTIVATIONS[name](y)
    slope = np.ones_like(y)
    DERIVATIVES[name](y, slope)
    return {"y": y[0], "slope": slope[0]}


def moments(dtype, scheme, fan_in=None, fan_out=None):
    """The law of a network's first weights, whose limit is their quotient by the same draws of the law from -1 to 1."""
    if scheme != "xavier_uniform" or fan_in * fan_out > 10**7:
        raise Unsupported(scheme)
    net = MLPRegressor(activation="relu")
    net._random_state = np.random.RandomState(1)
    drawn, _ = net._init_coef(fan_in, fan_out, np.dtype(dtype))
    unit = np.random.RandomState(1).uniform(-1, 1, (fan_in, fan_out))
    place = np.unravel_index(np.abs(unit).argmax(), unit.shape)
    limit = float(drawn[place] / unit[place])
    return {"std": limit / 3**0.5, "variance": limit**2 / 3, "limit": limit}


class Ended(Exception):
    """The losses are at their end, and the training is not."""


class Scripted(MLPRegressor):
    """A network whose losses are given."""
    def _backprop(self, x, y, activations, deltas, coef_grads, intercept_grads):
        if self.n_iter_ == len(self.losses):
            raise Ended
        return self.losses[self.n_iter_], coef_grads, intercept_grads


def early_stopping(dtype, losses, patience, min_delta=0.0):
    """Its training on one example, an epoch a loss."""
    if patience < 1 or not np.isfinite(losses).all():
        raise Unsupported("a patience of 0, or losses that are not finite, which it refuses")
    net = Scripted(hidden_layer_sizes=(1,), solver="sgd", tol=min_delta, n_iter_no_change=int(patience), max_iter=len(losses) + 1)
    net.losses, stopped = losses, True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            net.fit([[0.0]], [0.0])
        except Ended:
            stopped = False
    best = float(net.best_loss_) if losses else None
    return {"stop_at": net.n_iter_ if stopped else None, "best": best, "best_epoch": net.loss_curve_.index(best) + 1 if losses else None}


def pointwise(loss, values, predictions, targets, reduction):
    """A loss that is computed of one number after the other, in double precision."""
    if reduction != "none":
        raise Unsupported("losses of single numbers alone")
    p, t = np.array(predictions, dtype=float), np.array(targets, dtype=float)
    return {"loss": np.vectorize(loss.py_loss)(p, t), f"grad_{values}": np.vectorize(loss.py_dloss)(p, t)}


def huber(dtype, predictions, targets, delta=1.0, reduction="mean"):
    return pointwise(Huber(delta), "predictions", predictions, targets, reduction)


def bce(dtype, logits, targets, reduction="mean"):
    """Its labels are -1 and 1."""
    if set(np.ravel(targets)) - {0, 1}:
        raise Unsupported("targets other than 0 and 1")
    return pointwise(Log(), "logits", logits, 2 * np.array(targets) - 1, reduction)


def split(dtype, count, val_fraction, seed):
    try:
        train, val = train_test_split(range(int(count)), test_size=val_fraction, random_state=int(seed) % 2**32)
    except ValueError as e:  # "With n_samples=1, test_size=0.25 and train_size=None, the resulting train set will be empty."
        raise Unsupported(str(e))
    return {"train": train, "val": val}


np.seterr(all="ignore")
serve("scikit-learn", sklearn.__version__, "Python", ["float64", "float32"], {
    "sgd.step": step(sgd, ["velocities"]), "adam.step": step(adam, ["t", "ms", "vs"]), "softmax": softmax, "activation": activation,
    "init.moments": moments, "early_stopping": early_stopping, "huber": huber, "bce_with_logits": bce, "split": split,
})
