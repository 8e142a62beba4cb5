"""Repeats a training that spec train --record has written, with PyTorch's own layers and AdamW in binary64, and fails where losses, norms or last weights are apart.

    python3 gpt_training.py FILE …     (on Debian: python3-torch)"""
import json
import sys

import torch

from gpt_loss import loss_of, tensors


LARGEST = 1e-9


def repeat(file):
    lines = open(file)
    start = json.loads(next(lines))
    config, options = start["config"], start["optimizer"]
    w = tensors(config, start["weights"])
    apart = [t for t in w.values() if options["decays_matrices_alone"] and t.dim() == 1]
    decay = options["weight_decay"]
    groups = [{"params": [t for t in w.values() if all(t is not s for s in apart)], "weight_decay": decay}] + ([{"params": apart, "weight_decay": 0.0}] if apart else [])
    optimizer = torch.optim.AdamW(groups, lr=1.0, betas=(options["beta1"], options["beta2"]), eps=options["eps"])
    far, steps = {"losses": 0.0, "norms": 0.0, "weights": 0.0}, 0
    for line in lines:
        made = json.loads(line)
        if "weights" in made:
            for name, t in w.items():
                right = t.detach().reshape(-1)
                far["weights"] = max(far["weights"], ((torch.tensor(made["weights"][name], dtype=torch.float64) - right).abs().max() / right.abs().max()).item())
            break
        optimizer.zero_grad()
        loss = loss_of(config, w, made["inputs"], made["targets"])
        loss.backward()
        norm = torch.stack([t.grad.norm() for t in w.values()]).norm()

        # PyTorch's own clip_grad_norm_ adds 1e-6 to the norm.
        if options["max_norm"] is not None and norm > options["max_norm"]:
            for t in w.values():
                t.grad *= options["max_norm"] / norm
        for group in optimizer.param_groups:
            group["lr"] = made["rate"]
        optimizer.step()
        steps += 1
        for what, right, got in (("losses", loss.item(), made["loss"]), ("norms", norm.item(), made["norm"])):
            far[what] = max(far[what], abs(got - right) / abs(right))
    else:
        far["weights"] = float("nan")
    same = steps > 0 and all(value <= LARGEST for value in far.values())
    print(f"{'same' if same else 'apart'}: {steps} steps, last loss {loss.item():.12f}; at most apart:", ", ".join(f"{what} {value:.1e}" for what, value in far.items()))
    return same


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.exit(0 if all([repeat(file) for file in sys.argv[1:]]) else 1)
