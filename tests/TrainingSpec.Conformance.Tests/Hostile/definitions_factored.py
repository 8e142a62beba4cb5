"""Adafactor from its definition, in decimals of 800 digits."""
from decimal import Decimal

from definitions_schedules import real_power

ZERO, ONE = Decimal(0), Decimal(1)


def mean_square(values):
    return sum((v * v for v in values), ZERO) / len(values)


def adafactor(r):
    """Shazeer and Stern (2018), Algorithm 4, with means; the state holds the roots of R and C."""
    lr, c, eps, least, b1, decay = r.real("lr", "0.01"), r.real("decay_rate", "0.8"), r.real("eps", "1e-30"), r.real("eps_scale", "1e-3"), r.real("beta1", 0), r.real("weight_decay", 0)
    most = None if r.args.get("clip_threshold", 1) is None else r.real("clip_threshold", 1)
    floors, state = r.args.get("eps_on") == "estimate", r.args.get("state")
    step = (state["step"] if state else 0) + 1
    share = real_power(ONE / step, c)
    relative = min(lr, ONE / Decimal(step).sqrt()) if r.flag("relative_step", True) else lr
    out, units, held = [], [], {"row": [], "column": [], "m": []}
    for k, (theta, (rows, columns), g) in enumerate(zip(r.tensor("params"), r.args["shapes"], r.tensor("grads"))):
        lines = [g[i * columns:(i + 1) * columns] for i in range(rows)]
        moments = {}
        for name, parts in (("row", lines), ("column", list(zip(*lines)))):
            old = r._tensor(state[name][k]) if state else [ZERO] * len(parts)
            moments[name] = [(1 - share) * o * o + share * (mean_square(part) + (ZERO if floors else eps)) for o, part in zip(old, parts)]
            held[name].append([v.sqrt() for v in moments[name]])
        over = sum(moments["row"], ZERO) / rows
        over = max(over, eps) if floors and rows > 1 and columns > 1 else over
        seconds = [a if columns == 1 else b if rows == 1 else a * b / over for a in moments["row"] for b in moments["column"]]
        u = [x / (max(v.sqrt(), eps) if floors else v.sqrt()) for x, v in zip(g, seconds)]
        clip = ONE if most is None else max(ONE, mean_square(u).sqrt() / most)
        rate = relative * max(least, mean_square(theta).sqrt()) if r.flag("scale_parameter", True) else relative
        moved = [rate * x / clip for x in u]
        if b1 > 0:
            old = r._tensor(state["m"][k]) if state else []
            moved = [b1 * o + (1 - b1) * x for o, x in zip(old or [ZERO] * len(moved), moved)]
        held["m"].append(moved if b1 > 0 else [])
        shrunk = (rate if r.args.get("decay_by") == "step" else lr) * decay
        out.append([x - d - shrunk * x for x, d in zip(theta, moved)])
        units.append([max(abs(x), shrunk * abs(x), max(map(abs, moved))) for x in theta])
    sizes = [[max(map(abs, m))] * len(m) if m else [] for m in held["m"]]
    return {"params": out, "state": {"kind": "adafactor", "version": 1, "dtype": r.dtype, "step": step, **held}}, {"params": units, "state": {"m": sizes}}
