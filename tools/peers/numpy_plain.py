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


def rmsprop(dtype, params, grads, lr, alpha=0.99, eps=1e-8, state=None):
    cache = state or [[0.0] * len(p) for p in params]
    out, new = [], []
    for p, g, v in zip(params, grads, cache):
        p, g, v = array(p, dtype), array(g, dtype), array(v, dtype)
        v = alpha * v + (1 - alpha) * g ** 2
        out.append(p - lr * g / (np.sqrt(v) + eps))
        new.append(v.tolist())
    return {"params": out, "state": new}


def adagrad(dtype, params, grads, lr, eps=1e-10, state=None):
    cache = state or [[0.0] * len(p) for p in params]
    out, new = [], []
    for p, g, s in zip(params, grads, cache):
        p, g, s = array(p, dtype), array(g, dtype), array(s, dtype)
        s = s + g ** 2
        out.append(p - lr * g / (np.sqrt(s) + eps))
        new.append(s.tolist())
    return {"params": out, "state": new}


def lion(dtype, params, grads, lr, beta1=0.9, beta2=0.99, weight_decay=0.0, state=None):
    out, new = [], []
    for p, g, m in zip(params, grads, state or [[0.0] * len(p) for p in params]):
        p, g, m = array(p, dtype), array(g, dtype), array(m, dtype)
        out.append(p - lr * (np.sign(beta1 * m + (1 - beta1) * g) + weight_decay * p))
        new.append((beta2 * m + (1 - beta2) * g).tolist())
    return {"params": out, "state": new}


def average(dtype, params, kind="exponential", decay=0.999, start="params", state=None):
    if kind != "exponential" or start != "params":
        raise Unsupported(f"{kind} from {start}")
    ema = [array(p, dtype) for p in params] if state is None else [decay * array(a, dtype) + (1 - decay) * array(p, dtype) for a, p in zip(state, params)]
    return {"average": ema, "state": [a.tolist() for a in ema]}


def norm(dtype, tensors):
    return {"norm": float(np.sqrt(sum((array(t, dtype) ** 2).sum() for t in tensors)))}


def norm_p(dtype, tensors, p):
    x = np.concatenate([array(t, dtype) for t in tensors])
    return {"norm": float(np.abs(x).max() if p == np.inf else (np.abs(x) ** p).sum() ** (1 / p))}


def clip_global(dtype, grads, max_norm, norm_type=2):
    total = (norm(dtype, grads) if norm_type == 2 else norm_p(dtype, grads, norm_type))["norm"]
    scale = max_norm / total if total > max_norm else 1.0
    return {"grads": [array(g, dtype) * scale for g in grads], "total_norm": total, "scale": scale}


def clip_each(dtype, grads, max_norm):
    each = [clip_global(dtype, [g], max_norm) for g in grads]
    return {"grads": [c["grads"][0] for c in each], "total_norm": [c["total_norm"] for c in each], "scale": [c["scale"] for c in each]}


def clip_value(dtype, grads, limit):
    return {"grads": [np.clip(array(g, dtype), -limit, limit) for g in grads]}


def schedule(dtype, kind, steps, **a):
    if "lr_end" in a or kind == "cosine" and "power" in a:
        raise Unsupported("lr_end, or a cosine with a power")

    def rate(t):
        if kind == "constant":
            return a["lr"]
        if kind == "step_decay":
            return a["lr"] * a["gamma"] ** (t // a["every"])
        if kind == "exponential" and "every" not in a:
            return a["lr"] * a["gamma"] ** t
        if kind == "multi_step":
            return a["lr"] * a.get("gamma", 0.1) ** sum(t >= m for m in a["milestones"])
        if kind == "polynomial":
            return a.get("lr_min", 0) + (a["lr_max"] - a.get("lr_min", 0)) * (1 - min(t, a["total"]) / a["total"]) ** a.get("power", 1)
        if kind == "cosine_restarts" and a.get("t_mult", 1) == 1:
            return a.get("lr_min", 0) + 0.5 * (a["lr_max"] - a.get("lr_min", 0)) * (1 + np.cos(np.pi * (t % a["t_0"]) / a["t_0"]))
        if kind == "cyclic" and a.get("mode", "triangular") == "triangular" and not {"step_size_down", "cycle_momentum"} & set(a):
            cycle = np.floor(1 + t / (2 * a["step_size_up"]))
            return a.get("lr_min", 0) + (a["lr_max"] - a.get("lr_min", 0)) * max(0, 1 - abs(t / a["step_size_up"] - 2 * cycle + 1))
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


def huber(dtype, predictions, targets, delta=1.0, reduction="mean"):
    e = array(predictions, dtype) - array(targets, dtype)
    loss, grad = np.where(np.abs(e) <= delta, 0.5 * e ** 2, delta * (np.abs(e) - 0.5 * delta)), np.clip(e, -delta, delta)
    return reduced(loss, grad, "grad_predictions", reduction)


def bce(dtype, logits, targets, reduction="mean"):
    z, y = array(logits, dtype), array(targets, dtype)
    loss = np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z)))
    return reduced(loss, 1 / (1 + np.exp(-z)) - y, "grad_logits", reduction)


def reduced(loss, grad, member, reduction):
    if reduction == "none":
        return {"loss": loss, member: grad}
    return {"loss": float(loss.mean()), member: grad / loss.size} if reduction == "mean" else {"loss": float(loss.sum()), member: grad}


def fans(dtype, shape, layout="outputs_first", groups=1):
    if layout != "outputs_first" or groups != 1:
        raise Unsupported("groups or outputs last")
    kernel = int(np.prod(shape[2:]))
    return {"fan_in": shape[1] * kernel, "fan_out": shape[0] * kernel}


def moments(dtype, scheme, fan_in=None, fan_out=None):
    variance = {"xavier": lambda: 2 / (fan_in + fan_out), "he": lambda: 2 / fan_in, "lecun": lambda: 1 / fan_in}.get(scheme.split("_")[0])
    if variance is None or scheme.endswith("truncated"):
        raise Unsupported(scheme)
    return {"std": np.sqrt(variance()), "variance": variance(), "limit": np.sqrt(3 * variance()) if scheme.endswith("uniform") else None}


def cast(dtype, x, to, rounding="nearest"):
    if to == "bfloat16" or rounding != "nearest":
        raise Unsupported(f"{to} {rounding}")
    y = array(x, dtype).astype(to)
    return {"x": y.astype(float), "bits": y.view("uint32" if to == "float32" else "uint16")}


def loss_scale(dtype, scale, tracker, found_inf, growth=2.0, backoff=0.5, interval=2000):
    if found_inf:
        return {"scale": scale * backoff, "tracker": 0, "skip": True}
    tracker += 1
    if tracker >= interval:
        return {"scale": scale * growth, "tracker": 0, "skip": False}
    return {"scale": scale, "tracker": tracker, "skip": False}


def split(dtype, count, val_fraction, seed):
    order = np.random.default_rng(int(seed)).permutation(int(count))
    size = int(count * val_fraction)
    return {"train": order[size:], "val": order[:size]}


def batches(dtype, count, batch_size, seed, epoch, drop_last=False):
    rng = np.random.default_rng(int(seed) + int(epoch))
    order = rng.permutation(int(count))
    made = [order[i:i + batch_size].tolist() for i in range(0, int(count), batch_size)]
    return {"batches": [b for b in made if len(b) == batch_size] if drop_last else made}


def grad_stats(dtype, grads):
    g = np.concatenate([array(t, dtype) for t in grads])
    return {"norm": float(np.sqrt((g ** 2).sum())), "max_abs": float(np.abs(g).max()), "min_abs": float(np.abs(g).min()), "max": float(g.max()), "min": float(g.min()),
            "zero_fraction": float((g == 0).mean(dtype=dtype)), "nonfinite": int((~np.isfinite(g)).sum())}


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
    "sgd.step": sgd, "adam.step": adam, "adamw.step": adamw, "rmsprop.step": rmsprop, "adagrad.step": adagrad, "lion.step": lion, "average.weights": average,
    "norm.l2": norm, "norm.p": norm_p, "clip.global_norm": clip_global, "clip.per_tensor_norm": clip_each, "clip.value": clip_value, "huber": huber, "bce_with_logits": bce,
    "init.fans": fans, "init.moments": moments, "cast": cast, "loss_scale.update": loss_scale, "split": split, "batches": batches, "grad_stats": grad_stats,
    "schedule": schedule, "activation": activation, "mse": mse, "rms_norm": rms_norm, "layer_norm": layer_norm, "attention": attention, "early_stopping": early_stopping,
})
