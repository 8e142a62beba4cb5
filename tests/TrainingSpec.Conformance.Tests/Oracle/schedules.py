"""Writes schedules.jsonl: rates of PyTorch's own schedulers in binary64, one object a line: arguments of the operation schedule, and the rate at each step.

    python3 schedules.py            writes the file (on Debian: python3-torch; last with PyTorch 1.13)
    python3 schedules.py --compare  computes it again; fails where a number is off by more than 1e-12 of the largest in its run"""
import json
import sys
import warnings
from pathlib import Path

import torch
from torch.optim import lr_scheduler as L

warnings.simplefilter("ignore")
FILE = Path(__file__).with_name("schedules.jsonl")
METRICS = [5, 4, 4, 4.2, 4.1, 4, 3.9999, 3.9998, 3.5, 3.6, 3.6, 3.6, 3.6, 3.6, 3.6, 3.4, 3.4, 3.4, 3.4, 3.4]
CASES = [
    ({"kind": "exponential", "lr": 0.5, "gamma": 0.9}, lambda o: L.ExponentialLR(o, 0.9), 40),
    ({"kind": "multi_step", "lr": 0.5, "milestones": [10, 3, 10, 25], "gamma": 0.5}, lambda o: L.MultiStepLR(o, [10, 3, 10, 25], 0.5), 40),
    ({"kind": "multi_step", "lr": 0.5, "milestones": [2, 4]}, lambda o: L.MultiStepLR(o, [2, 4]), 8),
    ({"kind": "polynomial", "lr_max": 0.5, "total": 30}, lambda o: L.PolynomialLR(o, 30), 40),
    ({"kind": "polynomial", "lr_max": 0.5, "total": 30, "power": 2.5}, lambda o: L.PolynomialLR(o, 30, 2.5), 40),
    ({"kind": "cosine_restarts", "lr_max": 0.5, "lr_min": 0.05, "t_0": 7}, lambda o: L.CosineAnnealingWarmRestarts(o, 7, eta_min=0.05), 40),
    ({"kind": "cosine_restarts", "lr_max": 0.5, "t_0": 3, "t_mult": 2}, lambda o: L.CosineAnnealingWarmRestarts(o, 3, 2), 60),
    ({"kind": "one_cycle", "lr_max": 0.5, "total": 40}, lambda o: L.OneCycleLR(o, 0.5, 40), 40),
    ({"kind": "one_cycle", "lr_max": 0.5, "total": 33, "pct_start": 0.4, "div_factor": 10, "final_div_factor": 100, "anneal_strategy": "linear"},
     lambda o: L.OneCycleLR(o, 0.5, 33, pct_start=0.4, div_factor=10, final_div_factor=100, anneal_strategy="linear"), 33),
    ({"kind": "one_cycle", "lr_max": 0.5, "total": 40, "three_phase": True}, lambda o: L.OneCycleLR(o, 0.5, 40, three_phase=True), 40),
    ({"kind": "cyclic", "lr_min": 0.1, "lr_max": 0.5, "step_size_up": 4, "step_size_down": 7}, lambda o: L.CyclicLR(o, 0.1, 0.5, 4, 7, cycle_momentum=False), 40),
    ({"kind": "cyclic", "lr_min": 0.1, "lr_max": 0.5, "step_size_up": 4, "mode": "triangular2"}, lambda o: L.CyclicLR(o, 0.1, 0.5, 4, mode="triangular2", cycle_momentum=False), 40),
    ({"kind": "cyclic", "lr_min": 0.1, "lr_max": 0.5, "step_size_up": 4, "mode": "exp_range", "gamma": 0.95}, lambda o: L.CyclicLR(o, 0.1, 0.5, 4, mode="exp_range", gamma=0.95, cycle_momentum=False), 40),
    ({"kind": "one_cycle", "lr_max": 0.5, "total": 33, "pct_start": 0.4, "cycle_momentum": True, "anneal_strategy": "linear"}, lambda o: L.OneCycleLR(o, 0.5, 33, pct_start=0.4, anneal_strategy="linear"), 33),
    ({"kind": "one_cycle", "lr_max": 0.5, "total": 40, "three_phase": True, "cycle_momentum": True, "base_momentum": 0.5, "max_momentum": 0.75}, lambda o: L.OneCycleLR(o, 0.5, 40, three_phase=True, base_momentum=0.5, max_momentum=0.75), 40),
    ({"kind": "cyclic", "lr_min": 0.1, "lr_max": 0.5, "step_size_up": 4, "step_size_down": 7, "mode": "triangular2", "cycle_momentum": True}, lambda o: L.CyclicLR(o, 0.1, 0.5, 4, 7, mode="triangular2"), 40),
    ({"kind": "constant_factor", "lr": 0.5, "total": 5}, lambda o: L.ConstantLR(o, total_iters=5), 10),
    ({"kind": "constant_factor", "lr": 0.5, "factor": 0.25, "total": 3}, lambda o: L.ConstantLR(o, 0.25, 3), 10),
    ({"kind": "linear_factor", "lr": 0.5, "total": 5}, lambda o: L.LinearLR(o, total_iters=5), 10),
    ({"kind": "linear_factor", "lr": 0.5, "start_factor": 1, "end_factor": 0.1, "total": 8}, lambda o: L.LinearLR(o, 1.0, 0.1, 8), 12),
    ({"kind": "sequence", "schedules": [{"kind": "linear_factor", "lr": 0.5, "start_factor": 0.1, "total": 4}, {"kind": "constant", "lr": 0.5}, {"kind": "exponential", "lr": 0.5, "gamma": 0.5}], "milestones": [4, 9]},
     lambda o: L.SequentialLR(o, [L.LinearLR(o, 0.1, total_iters=4), L.ConstantLR(o, 1.0, 1), L.ExponentialLR(o, 0.5)], [4, 9]), 15),
    ({"kind": "plateau", "lr": 0.5, "metrics": METRICS, "patience": 2}, lambda o: L.ReduceLROnPlateau(o, patience=2), len(METRICS)),
    ({"kind": "plateau", "lr": 0.5, "metrics": METRICS, "patience": 1, "factor": 0.5, "cooldown": 2, "threshold": 0.25, "threshold_mode": "abs", "lr_min": 0.1},
     lambda o: L.ReduceLROnPlateau(o, factor=0.5, patience=1, cooldown=2, threshold=0.25, threshold_mode="abs", min_lr=0.1), len(METRICS)),
    ({"kind": "plateau", "lr": 0.5, "metrics": METRICS, "patience": 0, "mode": "max", "factor": 0.9, "threshold": 0.01}, lambda o: L.ReduceLROnPlateau(o, "max", 0.9, 0, 0.01), len(METRICS)),
]


def rates(args, make, steps):
    start = args.get("lr", args.get("lr_max", 0.5))
    o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=start, momentum=0.9)
    s = make(o)
    found, momenta = [o.param_groups[0]["lr"]], [o.param_groups[0]["momentum"]]
    for t in range(steps - 1 if args["kind"] == "one_cycle" else steps):
        o.step()
        s.step(*([args["metrics"][t]] if "metrics" in args else []))
        found.append(o.param_groups[0]["lr"])
        momenta.append(o.param_groups[0]["momentum"])
    return {"lr": found, "momentum": momenta} if args.get("cycle_momentum") else {"lr": found}


def lines():
    for args, make, steps in CASES:
        yield {"args": args, **rates(args, make, steps)}


if __name__ == "__main__":
    if sys.argv[1:] == ["--compare"]:
        held = [json.loads(line) for line in FILE.read_text().splitlines()]
        sys.exit(any(a["args"] != b["args"] or any(abs(x - y) > 1e-12 * max(a[k]) for k in ("lr", "momentum") if k in a for x, y in zip(a[k], b[k], strict=True)) for a, b in zip(held, lines(), strict=True)))
    FILE.write_text("".join(json.dumps(line) + "\n" for line in lines()))
