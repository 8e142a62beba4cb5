"""Plain NumPy as people write it: no library, the listings of a tutorial. What it gets wrong is what such code gets wrong."""
import numpy as np
from protocol import Unsupported, serve


def array(x, dtype):
    return np.array(x, dtype=dtype)


def softmax(dtype, logits):
    z = array(logits, dtype)
    e = np.exp(z - z.max())
    return {"probs": e / e.sum()}


def log_softmax(dtype, logits):
    return {"log_probs": np.log(softmax(dtype, logits)["probs"])}


def logsumexp(dtype, x):
    x = array(x, dtype)
    return {"value": float(x.max() + np.log(np.exp(x - x.max()).sum()))}


def cross_entropy(dtype, logits, targets, reduction="mean"):
    if any(isinstance(t, list) for t in targets):
        raise Unsupported("targets that are distributions")
    z, rows = array(logits, dtype), np.arange(len(targets))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    losses = -np.log(p[rows, targets])
    grad = p.copy()
    grad[rows, targets] -= 1
    if reduction == "mean":
        return {"loss": float(losses.mean()), "grad_logits": grad / len(targets)}
    return {"loss": float(losses.sum()) if reduction == "sum" else losses, "grad_logits": grad}


def perplexity(dtype, loss):
    return {"perplexity": float(np.exp(np.dtype(dtype).type(loss)))}


def sgd(dtype, params, grads, lr, momentum=0.0, weight_decay=0.0, state=None):
    velocity = (state or {}).get("v") or [[0.0] * len(p) for p in params]
    out, new = [], []
    for p, g, v in zip(params, grads, velocity):
        p, g, v = array(p, dtype), array(g, dtype), array(v, dtype)
        v = momentum * v + g + weight_decay * p
        out.append(p - lr * v)
        new.append(v.tolist())
    return {"params": out, "state": {"v": new}}


def adam(dtype, params, grads, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, state=None, decoupled=False):
    state = state or {"t": 0, "m": [[0.0] * len(p) for p in params], "v": [[0.0] * len(p) for p in params]}
    t, out, ms, vs = state["t"] + 1, [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        p, g, m, v = (array(x, dtype) for x in (p, g, m, v))
        if not decoupled:
            g = g + weight_decay * p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g ** 2
        step = lr * (m / (1 - beta1 ** t)) / (np.sqrt(v / (1 - beta2 ** t)) + eps)
        if decoupled:
            step = step + lr * weight_decay * p
        out.append(p - step)
        ms.append(m.tolist())
        vs.append(v.tolist())
    return {"params": out, "state": {"t": t, "m": ms, "v": vs}}


def adamw(dtype, weight_decay=0.01, **args):
    return adam(dtype, weight_decay=weight_decay, decoupled=True, **args)


def norm(dtype, tensors):
    return {"norm": float(np.sqrt(sum((array(t, dtype) ** 2).sum() for t in tensors)))}


def clip_global(dtype, grads, max_norm):
    total = norm(dtype, grads)["norm"]
    scale = max_norm / total if total > max_norm else 1.0
    return {"grads": [array(g, dtype) * scale for g in grads], "total_norm": total, "scale": scale}


def clip_value(dtype, grads, limit):
    return {"grads": [np.clip(array(g, dtype), -limit, limit) for g in grads]}


def schedule(dtype, kind, steps, **a):
    def rate(t):
        if kind == "constant":
            return a["lr"]
        if kind == "step_decay":
            return a["lr"] * a["gamma"] ** (t // a["every"])
        if kind == "linear_decay":
            return a["lr"] * (1 - t / a["total"])
        if kind == "cosine":
            return a.get("lr_min", 0) + 0.5 * (a["lr_max"] - a.get("lr_min", 0)) * (1 + np.cos(np.pi * t / a["total"]))
        if kind == "warmup":
            return a["lr_max"] * min(1, t / a["warmup"])
        if kind == "warmup_cosine":
            if t < a["warmup"]:
                return a["lr_max"] * t / a["warmup"]
            progress = (t - a["warmup"]) / (a["total"] - a["warmup"])
            return a.get("lr_min", 0) + 0.5 * (a["lr_max"] - a.get("lr_min", 0)) * (1 + np.cos(np.pi * progress))
        raise Unsupported(kind)
    return {"lr": [float(np.dtype(dtype).type(rate(t))) for t in steps]}


def activation(dtype, kind, x):
    x = array(x, dtype)
    if kind == "relu":
        return {"y": np.maximum(x, 0), "slope": (x > 0).astype(dtype)}
    if kind == "sigmoid":
        s = 1 / (1 + np.exp(-x))
        return {"y": s, "slope": s * (1 - s)}
    if kind == "silu":
        s = 1 / (1 + np.exp(-x))
        return {"y": x * s, "slope": s * (1 + x * (1 - s))}
    if kind == "softplus":
        return {"y": np.logaddexp(0, x), "slope": 1 / (1 + np.exp(-x))}
    if kind == "tanh":
        return {"y": np.tanh(x), "slope": 1 - np.tanh(x) ** 2}
    raise Unsupported(kind)


def mse(dtype, predictions, targets, reduction="mean"):
    e = array(predictions, dtype) - array(targets, dtype)
    if reduction == "mean":
        return {"loss": float((e ** 2).mean()), "grad_predictions": 2 * e / e.size}
    return {"loss": float((e ** 2).sum()) if reduction == "sum" else e ** 2, "grad_predictions": 2 * e}


def rms_norm(dtype, x, gain=None, eps=1e-6, grad_y=None):
    if grad_y is not None:
        raise Unsupported("grad_y")
    x = array(x, dtype)
    y = x / np.sqrt((x ** 2).mean(axis=1, keepdims=True) + eps)
    return {"y": y if gain is None else y * array(gain, dtype)}


def layer_norm(dtype, x, gain=1, bias=0, eps=1e-5, grad_y=None):
    if grad_y is not None:
        raise Unsupported("grad_y")
    x = array(x, dtype)
    normalized = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return {"y": normalized * array(gain, dtype) + array(bias, dtype)}


def attention(dtype, q, k, v, heads=1, grad_y=None):
    if grad_y is not None or heads != 1:
        raise Unsupported("grad_y or heads")
    q, k, v = (array(t, dtype) for t in (q, k, v))
    scores = q @ k.T / np.sqrt(q.shape[1])
    scores = np.where(np.tril(np.ones(scores.shape)) == 1, scores, -np.inf).astype(dtype)
    w = np.exp(scores - scores.max(axis=1, keepdims=True))
    return {"y": w / w.sum(axis=1, keepdims=True) @ v}


def early_stopping(dtype, losses, patience, min_delta=0.0):
    best, best_epoch, bad = float("inf"), None, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best - min_delta:
            best, best_epoch, bad = loss, epoch, 0
        else:
            bad += 1
            if bad >= patience:
                return {"stop_at": epoch, "best": None if best_epoch is None else best, "best_epoch": best_epoch}
    return {"stop_at": None, "best": None if best_epoch is None else best, "best_epoch": best_epoch}


np.seterr(all="ignore")
serve("NumPy code", np.__version__, "Python", ["float64", "float32"], {
    "softmax": softmax, "log_softmax": log_softmax, "logsumexp": logsumexp, "cross_entropy": cross_entropy, "perplexity": perplexity,
    "sgd.step": sgd, "adam.step": adam, "adamw.step": adamw, "norm.l2": norm, "clip.global_norm": clip_global, "clip.value": clip_value,
    "schedule": schedule, "activation": activation, "mse": mse, "rms_norm": rms_norm, "layer_norm": layer_norm, "attention": attention, "early_stopping": early_stopping,
})
