"""Writes cross_entropy.jsonl: requests for cross_entropy with weights of classes or labels for targets, and the answers of PyTorch's own in binary64, one object a line.

    python3 cross_entropy.py            writes the file (on Debian: python3-torch; last with PyTorch 1.13)
    python3 cross_entropy.py --compare  computes it again; fails where a number is off by more than 1e-12"""
import json
import sys
from pathlib import Path

import torch
from torch.nn import functional as F

FILE = Path(__file__).with_name("cross_entropy.jsonl")
LOGITS = [[1.5, -0.25, 0.5, 2], [0, 3, -1, 0.75], [-2, 0.125, 1, 0.5]]
SOFT = [[0.5, 0.25, 0.125, 0.125], [0, 1, 0, 0], [0.25, 0.25, 0.25, 0.25]]
WEIGHT = [1, 0.25, 3, 0.5]


def requests():
    for reduction in ("mean", "sum", "none"):
        for smoothing in (0.0, 0.25):
            more = {"logits": LOGITS, "reduction": reduction, "label_smoothing": smoothing}
            yield {**more, "targets": [3, 1, 0], "weight": WEIGHT}
            yield {**more, "targets": [3, -100, 2], "weight": WEIGHT, "ignore_index": -100}
            yield {**more, "targets": SOFT}
            yield {**more, "targets": SOFT, "weight": WEIGHT}


def answer(a):
    z = torch.tensor(a["logits"], dtype=torch.float64, requires_grad=True)
    soft = isinstance(a["targets"][0], list)
    loss = F.cross_entropy(z, torch.tensor(a["targets"], dtype=torch.float64 if soft else torch.int64), label_smoothing=a["label_smoothing"], reduction=a["reduction"],
                           weight=torch.tensor(a["weight"], dtype=torch.float64) if "weight" in a else None)
    loss.sum().backward()
    return {"loss": loss.tolist(), "grad_logits": z.grad.tolist()}


def flat(x):
    return [v for i in x for v in flat(i)] if isinstance(x, list) else [x]


if __name__ == "__main__":
    made = [{"args": a, "result": answer(a)} for a in requests()]
    if sys.argv[1:] == ["--compare"]:
        held = [json.loads(line) for line in FILE.read_text().splitlines()]
        sys.exit(any(h["args"] != m["args"] or any(abs(x - y) > 1e-12 for k in m["result"] for x, y in zip(flat(h["result"][k]), flat(m["result"][k]), strict=True)) for h, m in zip(held, made, strict=True)))
    FILE.write_text("".join(json.dumps(line) + "\n" for line in made))
