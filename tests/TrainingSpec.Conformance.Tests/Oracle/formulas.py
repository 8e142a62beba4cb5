"""Writes formulas.jsonl: requests for losses of single numbers, activations, normalizations and masked attention, and the answers of PyTorch's own in binary64, one object a line.

    python3 formulas.py            writes the file (on Debian: python3-torch; last with PyTorch 1.13)
    python3 formulas.py --compare  computes it again; fails where a number is off by more than 1e-12"""
import json
import sys
from pathlib import Path

import torch
from torch.nn import functional as F

FILE = Path(__file__).with_name("formulas.jsonl")
REDUCTIONS = ("mean", "sum", "none")


def number(x):
    return torch.tensor(x, dtype=torch.float64)


def leaf(x):
    return number(x).requires_grad_()


def loss_of(function, x, y, member, **more):
    t = leaf(x)
    loss = function(t, number(y), **more)
    loss.sum().backward()
    return {"loss": loss.tolist(), member: t.grad.tolist()}


def mse(a):
    return loss_of(F.mse_loss, a["predictions"], a["targets"], "grad_predictions", reduction=a["reduction"])


def huber(a):
    return loss_of(F.huber_loss, a["predictions"], a["targets"], "grad_predictions", reduction=a["reduction"], delta=a["delta"])


def smooth_l1(a):
    return loss_of(F.smooth_l1_loss, a["predictions"], a["targets"], "grad_predictions", reduction=a["reduction"], beta=a["beta"])


def bce_with_logits(a):
    weight = number(a["pos_weight"]) if "pos_weight" in a else None
    return loss_of(F.binary_cross_entropy_with_logits, a["logits"], a["targets"], "grad_logits", reduction=a["reduction"], pos_weight=weight)


def activation(a):
    t = leaf(a["x"])
    y = {"silu": F.silu, "softplus": lambda v: F.softplus(v, threshold=1000), "elu": lambda v: F.elu(v, a.get("alpha", 1))}[a["kind"]](t)
    y.sum().backward()
    return {"y": y.tolist(), "slope": t.grad.tolist()}


def optional(a, name):
    return leaf(a[name]) if name in a else None


def gradients(y, a, x, **parameters):
    """The output, and with grad_y the gradients of the input and of the parameters that there are."""
    if "grad_y" not in a:
        return {"y": y.tolist()}
    y.backward(number(a["grad_y"]))
    return {"y": y.tolist(), "grad_x": x.grad.tolist(), **{"grad_" + name: t.grad.tolist() for name, t in parameters.items() if t is not None}}


def layer_norm(a):
    x, gain, bias = leaf(a["x"]), optional(a, "gain"), optional(a, "bias")
    return gradients(F.layer_norm(x, x.shape[-1:], gain, bias, a.get("eps", 1e-5)), a, x, gain=gain, bias=bias)


def rms_norm(a):
    """As PyTorch documents it since 2.4, composed of what 1.13 has."""
    x, gain = leaf(a["x"]), optional(a, "gain")
    y = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + a.get("eps", 1e-6))
    return gradients(y if gain is None else gain * y, a, x, gain=gain)


def attention(a):
    """Causal attention of one head with a mask, composed of softmax; rows of the requests keep a key each."""
    q, k, v = leaf(a["q"]), leaf(a["k"]), leaf(a["v"])
    causal = torch.ones(len(a["q"]), len(a["q"]), dtype=torch.bool).tril()
    mask = torch.tensor(a["mask"]) if isinstance(a["mask"][0][0], bool) else number([[float(m) for m in row] for row in a["mask"]])
    mask = torch.zeros_like(mask, dtype=torch.float64).masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else mask
    scores = (q @ k.T / len(a["q"][0]) ** 0.5 + mask).masked_fill(~causal, -torch.inf)
    y = torch.softmax(scores, -1) @ v
    y.backward(number(a["grad_y"]))
    return {"y": y.tolist(), "grad_q": q.grad.tolist(), "grad_k": k.grad.tolist(), "grad_v": v.grad.tolist()}


def init_gain(a):
    return {"gain": torch.nn.init.calculate_gain({"conv": "conv2d"}.get(a["nonlinearity"], a["nonlinearity"]), a.get("negative_slope", 0.01))}


def init_fans(a):
    fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(a["shape"]))
    return {"fan_in": fan_in, "fan_out": fan_out}


def norm_p(a):
    return {"norm": float(torch.cat([number(t) for t in a["tensors"]]).norm(float(a["p"])))}


def sparse_adam_step(a):
    table = torch.nn.Parameter(number(a["params"]))
    made = torch.optim.SparseAdam([table], lr=a["lr"], betas=(a.get("beta1", 0.9), a.get("beta2", 0.999)), eps=a.get("eps", 1e-8))
    table.grad = torch.sparse_coo_tensor([a["rows"]], number(a["grads"]), table.shape)
    made.step()
    return {"params": table.tolist(), "state": {}}


def muon_step(a):
    """By singular values and vectors, of which the iteration leaves the vectors and takes each value by itself."""
    lr, mu, decay = a["lr"], a.get("momentum", 0.95), a.get("weight_decay", 0)
    out = []
    for theta, shape, grad in zip(a["params"], a["shapes"], a["grads"]):
        matrix = number(grad).reshape(shape) * (1 + mu if a.get("nesterov", True) else 1)
        u, s, v = torch.linalg.svd(matrix, full_matrices=False)
        s = s / (s.square().sum().sqrt() + a.get("eps", 1e-7))
        for _ in range(a.get("ns_steps", 5)):
            s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
        scale = max(1, shape[0] / shape[1]) ** 0.5
        out.append((number(theta) * (1 - lr * decay) - lr * scale * (u @ torch.diag(s) @ v).reshape(-1)).tolist())
    return {"params": out, "state": {}}


def adafactor_step(a):
    """A first step: by the sums of the paper's Algorithm 4, or with PyTorch's floors as its torch.optim.Adafactor of 2.5 has them, composed of what 1.13 has."""
    eps, least, most, lr, decay, by = a.get("eps", 1e-30), a.get("eps_scale", 1e-3), a.get("clip_threshold", 1), a.get("lr", 0.01), a.get("weight_decay", 0), a.get("decay_by", "lr")
    out = []
    for theta, shape, grad in zip(a["params"], a["shapes"], a["grads"]):
        x, g = number(theta).reshape(shape), number(grad).reshape(shape)
        if a.get("eps_on", "square") == "square":
            squares = g.square() + eps
            rows, columns = squares @ torch.ones(shape[1], 1, dtype=torch.float64), torch.ones(1, shape[0], dtype=torch.float64) @ squares
            u = g / torch.sqrt(rows @ columns / rows.sum())
        elif 1 in shape:
            u = g * g.square().clamp(min=eps * eps).rsqrt()
        else:
            rows, columns = torch.norm(g, dim=-1, keepdim=True).square() / shape[1], torch.norm(g, dim=-2, keepdim=True).square() / shape[0]
            u = g * (rows @ columns / rows.mean(dim=-2, keepdim=True).clamp(min=eps)).clamp(min=eps * eps).rsqrt()
        u = u if most is None else u / max(1.0, u.norm(2).item() / (u.numel() ** 0.5 * most))
        rate = (min(lr, 1) if a.get("relative_step", True) else lr) * (max(least, x.norm(2).item() / x.numel() ** 0.5) if a.get("scale_parameter", True) else 1)
        out.append((x - (1 - a.get("beta1", 0)) * rate * u - (rate if by == "step" else lr) * decay * x).reshape(-1).tolist())
    return {"params": out, "state": {}}


def requests():
    matrices = {"params": [[1, -2, 0.5, 4, 3, 0], [2, 1, 0, 5], [1, 3]], "shapes": [[3, 2], [2, 2], [1, 2]], "grads": [[1, -0.5, 0.25, 3, 0.5, 0.5], [1, 2, 2, 4], [-3, 4]], "lr": 0.125}
    for more in ({}, {"nesterov": False}, {"momentum": 0.5, "weight_decay": 0.25, "eps": 2}, {"ns_steps": 1}, {"ns_steps": 12, "shapes": [[2, 3], [4, 1], [2, 1]]}):
        yield "muon.step", {**matrices, **more}
    del matrices["lr"]
    for more in ({}, {"lr": 4, "clip_threshold": 0.5}, {"lr": 4, "relative_step": False, "clip_threshold": None}, {"lr": 0.5, "scale_parameter": False, "beta1": 0.75}, {"lr": 0.25, "eps": 2, "eps_scale": 2.5},
                 {"lr": 0.25, "weight_decay": 0.125}, {"lr": 0.25, "weight_decay": 0.125, "decay_by": "step"}, {"lr": 0.25, "eps": 0.75, "eps_on": "estimate"}, {"lr": 0.25, "eps": 4, "eps_on": "estimate", "shapes": [[2, 3], [4, 1], [2, 1]]}):
        yield "adafactor.step", {**matrices, **more}
    table = {"params": [[1, -2], [0.5, 4], [3, 0]], "rows": [2, 0, 2], "grads": [[1, -0.5], [0.25, 3], [0.5, 0.5]], "lr": 0.125}
    yield "sparse_adam.step", table
    yield "sparse_adam.step", {**table, "beta1": 0.5, "beta2": 0.75, "eps": 0.25}
    for p in (1, 1.5, 2, 3, 7, "Infinity"):
        yield "norm.p", {"tensors": [[3, -4, 0.5], [5, 0]], "p": p}
    for name in ("linear", "conv", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        yield "init.gain", {"nonlinearity": name}
    yield "init.gain", {"nonlinearity": "leaky_relu", "negative_slope": 0.25}
    for shape in ([10, 4], [64, 3, 7, 5], [2, 3, 4], [2, 3, 4, 5, 6]):
        yield "init.fans", {"shape": shape}
    x, y = [0.5, -2, 3, 1, -0.25, 8], [0.5, 1, 1, -1, 0.125, -4]
    for reduction in REDUCTIONS:
        yield "mse", {"predictions": x, "targets": y, "reduction": reduction}
        for size in (0.25, 1, 4):
            yield "huber", {"predictions": x, "targets": y, "reduction": reduction, "delta": size}
        for size in (0.25, 1, 4):
            yield "smooth_l1", {"predictions": x, "targets": y, "reduction": reduction, "beta": size}
        # Without its first number: at an error of 0 PyTorch 1.13 gives the slope -1 where beta is 0, against 0 of its own l1_loss.
        yield "smooth_l1", {"predictions": x[1:], "targets": y[1:], "reduction": reduction, "beta": 0}
        rows = {"logits": [[2, -1.5, 0], [-3, 0.5, 30]], "targets": [[1, 0, 0.5], [0, 0.25, 1]], "reduction": reduction}
        yield "bce_with_logits", rows
        yield "bce_with_logits", {**rows, "pos_weight": [3, 0.5, 2]}
    points = [-30, -3, -1.25, -0.5, 0, 0.5, 1, 3, 30]
    for more in ({"kind": "silu"}, {"kind": "softplus"}, {"kind": "elu"}, {"kind": "elu", "alpha": 0.5}):
        yield "activation", {**more, "x": points}
    rows = {"x": [[1, 2, 3, 6], [-0.5, 0.25, 4, 0]], "grad_y": [[1, 0.25, 0, 0.5], [-1, 2, 0.5, 0.125]]}
    gain, bias = [1, -2, 0.5, 3], [10, 0, -1, 0.25]
    for more in ({}, {"gain": gain}, {"bias": bias}, {"gain": gain, "bias": bias, "eps": 2}):
        yield "layer_norm", {**rows, **more}
    for more in ({}, {"gain": gain}, {"gain": gain, "eps": 2}):
        yield "rms_norm", {**rows, **more}
    yield "rms_norm", {"x": [[3, -4]]}
    heads = {"q": [[1, 0.5], [2, -1], [0, 3]], "k": [[1, 1], [-1, 0.25], [2, 0]], "v": [[5, 1], [7, -2], [9, 0.5]], "grad_y": [[1, 0], [2, -1], [4, 0.5]]}
    yield "attention", {**heads, "mask": [[True, True, False], [False, True, True], [True, False, True]]}
    yield "attention", {**heads, "mask": [[0.5, 0, 0], ["-Infinity", 0.25, 0], [-1, 0.5, "-Infinity"]]}


def flat(x):
    return [] if isinstance(x, dict) else [v for i in x for v in flat(i)] if isinstance(x, list) else [x]


if __name__ == "__main__":
    made = [{"op": op, "args": a, "result": globals()[op.replace(".", "_")](a)} for op, a in requests()]
    if sys.argv[1:] == ["--compare"]:
        held = [json.loads(line) for line in FILE.read_text().splitlines()]
        sys.exit(any(h["op"] != m["op"] or h["args"] != m["args"] or any(abs(u - v) > 1e-12 for k in m["result"] for u, v in zip(flat(h["result"][k]), flat(m["result"][k]), strict=True)) for h, m in zip(held, made, strict=True)))
    FILE.write_text("".join(json.dumps(line) + "\n" for line in made))
