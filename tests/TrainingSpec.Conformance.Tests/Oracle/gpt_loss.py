"""Writes gpt_loss.jsonl: requests for gpt.loss with the answers of PyTorch's own parts in binary64, one object a line.

    python3 gpt_loss.py            writes the file (on Debian: python3-torch; last with PyTorch 1.13)
    python3 gpt_loss.py --compare  computes it again; fails where a number is off by more than 1e-12 of the largest in its tensor"""
import json
import math
import sys
from pathlib import Path

import torch
from torch.nn import functional as F

FILE = Path(__file__).with_name("gpt_loss.jsonl")
CASES = [
    ({"vocab": 5, "width": 4, "layers": 2, "heads": 2, "context": 4, "mlp_ratio": 2, "activation": "gelu"}, [[2, 0, 2], [4, 2, 1]], [[0, 2, 3], [2, 1, 1]]),
    ({"vocab": 3, "width": 6, "layers": 1, "heads": 3, "context": 5, "activation": "gelu_tanh", "bias": False, "tied": False, "learned_positions": False}, [[0, 1, 2, 2, 1]], [[1, 2, 2, 1, 0]]),
    ({"vocab": 4, "width": 3, "layers": 1, "heads": 1, "context": 2, "mlp_ratio": 1, "activation": "relu", "eps": 0.01}, [[3, 3], [0, 1], [2, 0]], [[0, 1], [1, 3], [3, 3]]),
    ({"vocab": 2, "width": 4, "layers": 3, "heads": 4, "context": 1, "mlp_ratio": 1, "activation": "gelu_tanh", "bias": False, "eps": 0.5}, [[1]], [[0]]),
]


def shapes(c):
    v, w, hidden = c["vocab"], c["width"], c.get("mlp_ratio", 4) * c["width"]
    yield "wte", (v, w)
    if c.get("learned_positions", True):
        yield "wpe", (c["context"], w)
    for n in range(c["layers"]):
        for name, shape in (("ln1.g", (w,)), ("ln1.b", (w,)), ("attn.qkv.w", (3 * w, w)), ("attn.qkv.b", (3 * w,)), ("attn.proj.w", (w, w)), ("attn.proj.b", (w,)),
                            ("ln2.g", (w,)), ("ln2.b", (w,)), ("mlp.fc.w", (hidden, w)), ("mlp.fc.b", (hidden,)), ("mlp.proj.w", (w, hidden)), ("mlp.proj.b", (w,))):
            if c.get("bias", True) or not name.endswith(("qkv.b", "proj.b", "fc.b")):
                yield f"h.{n}.{name}", shape
    yield "lnf.g", (w,)
    yield "lnf.b", (w,)
    if not c.get("tied", True):
        yield "head.w", (v, w)


def weights(c):
    """Multiples of 1/128 that single precision holds, too; gains about 1."""
    return {name: [((37 * i + 101 * k + 11) % 64 - 31.5) / 64 * (0.5 if name.endswith(".g") else 1) + name.endswith(".g") for i in range(math.prod(shape))] for k, (name, shape) in enumerate(shapes(c))}


def tensors(c, values):
    return {name: torch.tensor(values[name], dtype=torch.float64).reshape(shape).requires_grad_() for name, shape in shapes(c)}


def loss_of(c, w, inputs, targets):
    eps, heads, width = c.get("eps", 1e-5), c["heads"], c["width"]
    x = F.embedding(torch.tensor(inputs), w["wte"])
    batch, length = len(inputs), len(inputs[0])
    if "wpe" in w:
        x = x + w["wpe"][:length]
    act = {"gelu": F.gelu, "gelu_tanh": lambda a: F.gelu(a, approximate="tanh"), "relu": F.relu}[c["activation"]]
    later = torch.ones(length, length).triu(1).bool()
    for n in range(c["layers"]):
        def part(name):
            return w.get(f"h.{n}.{name}")
        q, k, v = (a.reshape(batch, length, heads, width // heads).transpose(1, 2)
                   for a in F.linear(F.layer_norm(x, (width,), part("ln1.g"), part("ln1.b"), eps), part("attn.qkv.w"), part("attn.qkv.b")).split(width, 2))
        scores = (q @ k.transpose(2, 3) / math.sqrt(width // heads)).masked_fill(later, -math.inf)
        attended = (scores.softmax(3) @ v).transpose(1, 2).reshape(batch, length, width)
        x = x + F.linear(attended, part("attn.proj.w"), part("attn.proj.b"))
        hidden = act(F.linear(F.layer_norm(x, (width,), part("ln2.g"), part("ln2.b"), eps), part("mlp.fc.w"), part("mlp.fc.b")))
        x = x + F.linear(hidden, part("mlp.proj.w"), part("mlp.proj.b"))
    logits = F.linear(F.layer_norm(x, (width,), w["lnf.g"], w["lnf.b"], eps), w.get("head.w", w["wte"]))
    return F.cross_entropy(logits.reshape(batch * length, -1), torch.tensor(targets).reshape(-1))


def answer(c, values, inputs, targets):
    w = tensors(c, values)
    loss = loss_of(c, w, inputs, targets)
    loss.backward()
    return {"loss": loss.item(), "grads": {name: t.grad.reshape(-1).tolist() for name, t in w.items()}}


def lines():
    for config, inputs, targets in CASES:
        values = weights(config)
        yield {"args": {"config": config, "weights": values, "inputs": inputs, "targets": targets}, "result": answer(config, values, inputs, targets)}


def far(a, b):
    rows = [([a["loss"]], [b["loss"]])] + [(a["grads"][name], b["grads"][name]) for name in a["grads"]]
    return any(abs(x - y) > 1e-12 * max(map(abs, r)) for r, s in rows for x, y in zip(r, s))


if __name__ == "__main__":
    if sys.argv[1:] == ["--compare"]:
        held = [json.loads(line) for line in FILE.read_text().splitlines()]
        sys.exit(any(a["args"] != b["args"] or far(a["result"], b["result"]) for a, b in zip(held, lines(), strict=True)))
    FILE.write_text("".join(json.dumps(line) + "\n" for line in lines()))
