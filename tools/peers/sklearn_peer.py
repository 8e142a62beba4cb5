"""scikit-learn: the optimizers and activations of its neural networks; nothing of them is written again here."""
import numpy as np
import sklearn
from protocol import Unsupported, serve
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


np.seterr(all="ignore")
serve("scikit-learn", sklearn.__version__, "Python", ["float64", "float32"], {
    "sgd.step": step(sgd, ["velocities"]), "adam.step": step(adam, ["t", "ms", "vs"]), "softmax": softmax, "activation": activation,
})
