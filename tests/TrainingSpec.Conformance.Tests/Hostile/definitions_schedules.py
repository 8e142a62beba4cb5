"""The further kinds of schedules, from their definitions in spec/protocol/oracle.md: the rate at a step, in decimals and fractions."""
from decimal import Decimal
from fractions import Fraction

from definitions_elementwise import power
from exact import PI, cos, exp, log, of_fraction

ZERO, ONE = Decimal(0), Decimal(1)


def share(n, d):
    return of_fraction(Fraction(n, d))


def real_power(x, y):
    """x^y for x of 0 or above."""
    return ONE if y == 0 else ZERO if x == 0 else exp(y * log(x))


def between(a, b, p):
    return a + (b - a) * p


def by_cosine(a, b, p):
    return between(a, b, (1 - cos(PI * p)) / 2)


def polynomial(high, low, p, end, t):
    return low if t >= end else low + (high - low) * real_power(share(end - t, end), p)


def restarts(r, t):
    period, factor = r.whole("t_0"), r.whole("t_mult", 1)
    n = t // period if factor == 1 else 0
    if factor == 1:
        t %= period
    while t >= period:
        t -= period
        period *= factor
        n += 1
    low = r.real("lr_min", 0)
    return by_cosine(low + (r.real("lr_max") - low) * power(r.real("gamma", 1), n), low, share(t, period))


def one_cycle(r, t):
    first = r.real("lr_max") / r.real("div_factor", 25)
    return one_cycle_of(r, t, first, r.real("lr_max"), first / r.real("final_div_factor", 1e4))


def one_cycle_of(r, t, first, high, last):
    total, part = r.whole("total"), r.real("pct_start", 0.3)
    t = min(t, total - 1)
    phases = [(first, high, part * total - 1)]
    phases += [(high, first, 2 * part * total - 2), (first, last, Decimal(total - 1))] if r.flag("three_phase") else [(high, last, Decimal(total - 1))]
    start = ZERO
    for i, (a, b, end) in enumerate(phases):
        if t <= end or i == len(phases) - 1:
            return b if t >= end else (between if r.args.get("anneal_strategy") == "linear" else by_cosine)(a, b, (t - start) / (end - start))
        start = end


def momentum(r, kind, t):
    base, most = r.real("base_momentum", 0.8 if kind == "cyclic" else 0.85), r.real("max_momentum", 0.9 if kind == "cyclic" else 0.95)
    return most - (most - base) * height_of(r, t) if kind == "cyclic" else one_cycle_of(r, t, most, base, most)


def cyclic(r, t):
    return between(r.real("lr_min", 0), r.real("lr_max"), height_of(r, t))


def height_of(r, t):
    up, mode = r.whole("step_size_up", 2000), r.args.get("mode", "triangular")
    down = r.args.get("step_size_down") or up
    n, k = t % (up + down), t // (up + down)
    height = share(n, up) if n < up else share(up + down - n, down)
    return height * (power(Decimal("0.5"), k) if mode == "triangular2" else power(r.real("gamma", 1), t) if mode == "exp_range" else 1)


def factor(f, t, end):
    return between(f[0], f[1], share(min(t, end), end))


def inverse_time(r, t):
    every = r.whole("every", 1)
    return r.real("lr") / (1 + r.real("lr_decay", 0) * (t // every if r.flag("staircase") else share(t, every)))


def plateau(r, t):
    rate, best, worse, cooling = r.real("lr"), Decimal("Infinity"), 0, 0
    tau, sign = r.real("threshold", 1e-4), -1 if r.args.get("mode") == "max" else 1
    for metric in r.tensor("metrics")[:t]:
        metric *= sign
        bar = best if not best.is_finite() else best - tau * (1 if r.args.get("threshold_mode") == "abs" else abs(best))
        best, worse = (metric, 0) if not metric.is_nan() and metric < bar else (best, worse + 1)
        if cooling:
            cooling, worse = cooling - 1, 0
        if worse > r.whole("patience", 10):
            worse, cooling = 0, r.whole("cooldown", 0)
            lower = max(rate * r.real("factor", 0.1), r.real("lr_min", 0))
            rate = lower if rate - lower > r.real("eps", 1e-8) else rate
    return rate


def sequence(r, t, rate):
    """A schedule's own steps count from its milestone."""
    milestones = r.args["milestones"]
    i = sum(m <= t for m in milestones)
    part = type(r)(r.dtype, r.args["schedules"][i])
    return rate(part, part.args["kind"], t - (milestones[i - 1] if i else 0))


def ended(r, found):
    end = r.args.get("lr_end")
    return found if end is None else min(found, r.real("lr_end")) if r.real("gamma") > 1 else max(found, r.real("lr_end"))


def product(r, t, rate):
    of = ONE
    for args in r.args["schedules"]:
        of *= rate(type(r)(r.dtype, args), args["kind"], t)
    return of


def further(r, kind, t, rate):
    """The rate at step t, or None for a kind that definitions.py has itself."""
    warm, start = r.whole("warmup", 0), r.real("start_factor", 0)
    if kind in ("warmup", "warmup_cosine", "warmup_hold_cosine", "warmup_linear", "warmup_polynomial", "warmup_hold_linear", "inverse_sqrt") and t < warm:
        return r.real("lr_max") * factor((start, ONE), t, warm)
    if kind in ("warmup_linear", "warmup_polynomial", "warmup_hold_linear"):
        hold = r.whole("decay_start", warm)
        low = r.real("lr_min", 0)
        return low if t >= r.whole("total") else r.real("lr_max") if t < hold else polynomial(r.real("lr_max"), low, r.real("power", 1), r.whole("total") - hold, t - hold)
    return {
        "exponential": lambda: ended(r, r.real("lr") * real_power(r.real("gamma"), share(t, r.whole("every", 1))) if r.real("lr") else ZERO),
        "step_decay": lambda: ended(r, r.real("lr") * power(r.real("gamma"), t // r.whole("every"))),
        "cosine": lambda: None if not r.args.get("power") else r.real("lr_min", 0) if t >= r.whole("total") else between(r.real("lr_min", 0), r.real("lr_max"), real_power((1 + cos(PI * share(t, r.whole("total")))) / 2, r.real("power"))),
        "multi_step": lambda: r.real("lr") * power(r.real("gamma", 0.1), sum(m <= t for m in r.args["milestones"])),
        "polynomial": lambda: polynomial(r.real("lr_max"), r.real("lr_min", 0), r.real("power", 1), r.whole("total") * (max(1, -(-t // r.whole("total"))) if r.flag("cycle") else 1), t),
        "inverse_time": lambda: inverse_time(r, t),
        "inverse_sqrt": lambda: r.real("lr_max") * share(r.args.get("timescale") or warm, (r.args.get("timescale") or warm) + t - warm).sqrt(),
        "cosine_restarts": lambda: restarts(r, t),
        "one_cycle": lambda: one_cycle(r, t),
        "cyclic": lambda: cyclic(r, t),
        "constant_factor": lambda: r.real("lr") * (r.real("factor", 1 / 3) if t < r.whole("total") else 1),
        "linear_factor": lambda: r.real("lr") * factor((r.real("start_factor", 1 / 3), r.real("end_factor", 1)), t, r.whole("total")),
        "sequence": lambda: sequence(r, t, rate),
        "product": lambda: product(r, t, rate),
        "plateau": lambda: plateau(r, t),
    }.get(kind, lambda: None)()
