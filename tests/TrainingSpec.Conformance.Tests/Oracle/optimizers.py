"""Writes optimizers.jsonl: runs of PyTorch's own optimizers in binary64, one object a line: operation, arguments, gradients of each step, parameters after each.

    python3 optimizers.py            writes the file (on Debian: python3-torch; last with PyTorch 1.13)
    python3 optimizers.py --compare  computes it again; fails where a number is off by more than 1e-12 of the largest in its run"""
import json
import sys
from pathlib import Path

import torch
from torch import optim

FILE = Path(__file__).with_name("optimizers.jsonl")
START = [[0.5, -1.25, 2], [0.0, -0.75]]
STEPS = 9
CASES = [
    ("rmsprop.step", optim.RMSprop, {"lr": 0.01}),
    ("rmsprop.step", optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "eps": 0.001, "weight_decay": 0.1, "momentum": 0.9}),
    ("rmsprop.step", optim.RMSprop, {"lr": 0.01, "alpha": 0.5, "centered": True}),
    ("rmsprop.step", optim.RMSprop, {"lr": 0.01, "alpha": 0.75, "centered": True, "momentum": 0.5, "eps": 0.01}),
    ("adagrad.step", optim.Adagrad, {"lr": 0.1}),
    ("adagrad.step", optim.Adagrad, {"lr": 0.1, "lr_decay": 0.25, "weight_decay": 0.1, "initial_accumulator_value": 0.1, "eps": 0.001}),
    ("adadelta.step", optim.Adadelta, {"lr": 1.0}),
    ("adadelta.step", optim.Adadelta, {"lr": 0.5, "rho": 0.95, "eps": 0.001, "weight_decay": 0.1}),
    ("adamax.step", optim.Adamax, {"lr": 0.002}),
    ("adamax.step", optim.Adamax, {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "eps": 0.25, "weight_decay": 0.1}),
    ("radam.step", optim.RAdam, {"lr": 0.01}),
    ("radam.step", optim.RAdam, {"lr": 0.1, "beta1": 0.5, "beta2": 0.9, "eps": 0.25, "weight_decay": 0.1}),
    ("amsgrad.step", optim.Adam, {"lr": 0.01, "beta2": 0.5}),
    ("adam.step", optim.Adam, {"lr": 0.01, "beta2": 0.5, "weight_decay": 0.1, "amsgrad": True}),
    ("adamw.step", optim.AdamW, {"lr": 0.01, "beta2": 0.5, "weight_decay": 0.1, "amsgrad": True}),
    # PyTorch 1.13 takes the momentum of a step twice into the product for the next: what it gives is that of nadam-product-twice.
    ("nadam.step", optim.NAdam, {"lr": 0.01}),
    ("nadam.step", optim.NAdam, {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "eps": 0.25, "weight_decay": 0.1, "momentum_decay": 0.5}),
]


def gradients(t):
    """Multiples of 1/64 between -2 and 2 that differ from step to step."""
    return [[((37 * t * t + 11 * t + 29 * i + 53 * k) % 257 - 128) / 64 for i in range(len(row))] for k, row in enumerate(START)]


def run(op, make, args):
    params = [torch.nn.Parameter(torch.tensor(row, dtype=torch.float64)) for row in START]
    options = {k: v for k, v in args.items() if not k.startswith("beta")}
    if "beta1" in args or "beta2" in args:
        options["betas"] = (args.get("beta1", 0.9), args.get("beta2", 0.999))
    if op == "amsgrad.step":
        options["amsgrad"] = True
    made = make(params, **options)
    path = []
    for t in range(STEPS):
        for p, g in zip(params, gradients(t)):
            p.grad = torch.tensor(g, dtype=torch.float64)
        made.step()
        path.append([p.tolist() for p in params])
    return path


def lines():
    for op, make, args in CASES:
        yield {"op": op, "args": args, "start": START, "grads": [gradients(t) for t in range(STEPS)], "params": run(op, make, args)}


def far(a, b):
    x, y = ([v for step in e["params"] for row in step for v in row] for e in (a, b))
    return any(abs(u - v) > 1e-12 * max(map(abs, x)) for u, v in zip(x, y, strict=True))


if __name__ == "__main__":
    if sys.argv[1:] == ["--compare"]:
        held = [json.loads(line) for line in FILE.read_text().splitlines()]
        sys.exit(any(a["args"] != b["args"] or a["grads"] != b["grads"] or far(a, b) for a, b in zip(held, lines(), strict=True)))
    FILE.write_text("".join(json.dumps(line) + "\n" for line in lines()))
