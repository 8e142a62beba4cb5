"""PyTorch's schedulers, stepped one by one on an optimizer of two groups, of which the second is answered."""
import torch
from protocol import Unsupported

L = torch.optim.lr_scheduler
MOMENTA = ("cycle_momentum", "base_momentum", "max_momentum")


def given(o, *names):
    """The arguments of these names that a request has; what is read is taken out."""
    return {k: o.pop(k) for k in names if k in o}


def parts(p, o):
    return L.SequentialLR(p, [scheduler(p, dict(part)) for part in o.pop("schedules")], [int(m) for m in o.pop("milestones")])


# A scheduler of an optimizer and the arguments of a kind. The rate of the optimizer is the request's lr or lr_max.
KINDS = {
    "constant": lambda p, o: L.LambdaLR(p, lambda t: 1.0),
    "step_decay": lambda p, o: L.StepLR(p, o.pop("every"), o.pop("gamma")),
    "linear_decay": lambda p, o: L.LinearLR(p, 1.0, 0.0, o.pop("total")),
    "cosine": lambda p, o: L.CosineAnnealingLR(p, o.pop("total"), o.pop("lr_min", 0)),
    "exponential": lambda p, o: L.ExponentialLR(p, o.pop("gamma")),
    "multi_step": lambda p, o: L.MultiStepLR(p, [int(m) for m in o.pop("milestones")], o.pop("gamma", 0.1)),
    "polynomial": lambda p, o: L.PolynomialLR(p, o.pop("total"), o.pop("power", 1)),
    "cosine_restarts": lambda p, o: L.CosineAnnealingWarmRestarts(p, o.pop("t_0"), o.pop("t_mult", 1), o.pop("lr_min", 0)),
    "one_cycle": lambda p, o: L.OneCycleLR(p, o["lr_max"], o.pop("total"), **{"cycle_momentum": False, **given(o, "pct_start", "div_factor", "final_div_factor", "anneal_strategy", "three_phase", *MOMENTA)}),
    "cyclic": lambda p, o: L.CyclicLR(p, o.pop("lr_min", 0), o["lr_max"], **{"cycle_momentum": False, **given(o, "step_size_up", "step_size_down", "mode", "gamma", *MOMENTA)}),
    "constant_factor": lambda p, o: L.ConstantLR(p, o.pop("factor", 1 / 3), o.pop("total")),
    "linear_factor": lambda p, o: L.LinearLR(p, o.pop("start_factor", 1 / 3), o.pop("end_factor", 1.0), o.pop("total")),
    "warmup": lambda p, o: L.LinearLR(p, o.pop("start_factor", 0), 1.0, o.pop("warmup")),
    "sequence": parts,
    "plateau": lambda p, o: L.ReduceLROnPlateau(p, o.pop("mode", "min"), o.pop("factor", 0.1), o.pop("patience", 10), o.pop("threshold", 1e-4), o.pop("threshold_mode", "rel"), o.pop("cooldown", 0), o.pop("lr_min", 0), o.pop("eps", 1e-8)),
}


def scheduler(p, o):
    kind = o.pop("kind")
    if kind not in KINDS:
        raise Unsupported(kind)
    rate = o.get("lr", o.get("lr_max", p.defaults["lr"]))
    if rate != p.defaults["lr"]:
        raise Unsupported("schedules of one optimizer with different rates")
    made = KINDS[kind](p, o)
    if set(o) - {"lr", "lr_max"}:
        raise Unsupported(f"{kind} with {sorted(set(o) - {'lr', 'lr_max'})}")
    return made


def schedule(dtype, steps, **o):
    kind, momentum, metrics, last = o["kind"], o.get("cycle_momentum", False), o.pop("metrics", None), max(steps, default=0)
    if kind not in KINDS:
        raise Unsupported(kind)
    if last > 100000:
        raise Unsupported("a scheduler is stepped one by one")
    first = o["schedules"][0] if kind == "sequence" else o
    p = torch.optim.SGD([{"params": [torch.nn.Parameter(torch.zeros(1))]} for _ in range(2)], lr=first.get("lr", first.get("lr_max")), momentum=0.9)
    s = scheduler(p, o)
    groups = [dict(p.param_groups[1])]
    for t in range(last):
        p.step()
        # PyTorch raises where a cycle or a history is at its end; the protocol holds the last rate.
        if kind == "plateau" and t < len(metrics):
            s.step(metrics[t])
        elif kind != "plateau" and not (kind == "one_cycle" and t + 1 >= s.total_steps):
            s.step()
        groups.append(dict(p.param_groups[1]))
    return {name: [float(torch.tensor(groups[t][name], dtype=getattr(torch, dtype))) for t in steps] for name in (["lr", "momentum"] if momentum else ["lr"])}
