"""Optimizers that move each element by itself, from their definitions in spec/protocol/oracle.md: in decimals, as definitions.py has the others."""
from decimal import Decimal

from exact import exp, log

ZERO, ONE, TWO, HALF = Decimal(0), Decimal(1), Decimal(2), Decimal("0.5")


def power(x, n):
    """x^n; by the logarithm where n is large, which costs no digit that is asked for."""
    return x ** int(n) if n < 100000 else exp(Decimal(n) * log(x)) if x > 0 else ZERO


def betas(r, second=0.999):
    return r.real("beta1", 0.9), r.real("beta2", second)


def average(old, new, share):
    return share * old + (1 - share) * new


def larger(x, y):
    """The larger of two, NaN where either is."""
    return x + y if x.is_nan() or y.is_nan() else max(x, y)


def average_weights(r):
    """a = b a + (1 - b) theta from the first weights or from 0, corrected or not; or the mean."""
    state, equal = r.args.get("state"), r.args.get("kind") == "equal"
    t = (state["step"] if state else 0) + 1
    b, n = r.real("decay", 0.999), r.args.get("num_updates")
    b = b if n is None else min(b, Decimal(1 + n) / Decimal(10 + n))
    kept = b * (Decimal(state["kept"][0][0]) + Decimal(state["kept"][0][1]) if state else 1)
    theta = r.tensor("params")
    old = r._tensor(state["average"]) if state else theta if equal or r.args.get("start") != "zeros" else [[ZERO] * len(x) for x in theta]
    share = ONE / t if equal else 1 - b
    a = [[(1 - share) * x + share * y for x, y in zip(*rows)] for rows in zip(old, theta)]
    weight = 1 - kept if r.flag("bias_correction") and not equal else ONE
    units = [[max(abs((1 - share) * x), abs(share * y)) / weight for x, y in zip(*rows)] for rows in zip(old, theta)]
    return {"average": [[x / weight for x in row] for row in a]}, {"average": units}


def quotient(x, d):
    """x/d, NaN for 0/0 as IEEE 754 has it."""
    return Decimal("NaN") if x == 0 and d == 0 else x / d


def rmsprop(r, t, carried):
    alpha, eps, mu, lr = r.real("alpha", 0.99), r.real("eps", 1e-8), r.real("momentum", 0), r.real("lr")

    def move(x, g, k):
        k[0] = average(k[0], g * g, alpha)
        v = k[0]
        if r.flag("centered"):
            k[1] = average(k[1], g, alpha)
            v = max(ZERO, v - k[1] * k[1])
        q = quotient(g, (v + eps).sqrt() if r.flag("eps_inside_root") else v.sqrt() + eps)
        if mu == 0:
            return lr * q, [lr * q]
        inside = lr if r.flag("lr_in_velocity") else ONE
        kept = mu * k[2]
        k[2] = kept + inside * q
        return lr / inside * k[2], [lr / inside * kept, lr * q]
    return move


def adagrad(r, t, carried):
    lr, eps = r.real("lr") / (1 + (t - 1) * r.real("lr_decay", 0)), r.real("eps", 1e-10)

    def move(x, g, k):
        k[0] += g * g
        step = lr * quotient(g, (k[0] + eps).sqrt() if r.flag("eps_inside_root") else k[0].sqrt() + eps)
        return step, [step]
    return move


def adadelta(r, t, carried):
    rho, eps, lr = r.real("rho", 0.9), r.real("eps", 1e-6), r.real("lr", 1)

    def move(x, g, k):
        k[0] = average(k[0], g * g, rho)
        delta = (k[1] + eps).sqrt() * quotient(g, (k[0] + eps).sqrt())
        k[1] = average(k[1], delta * delta, rho)
        return lr * delta, [lr * delta]
    return move


def adamax(r, t, carried):
    (b1, b2), eps, lr, on_norm = betas(r), r.real("eps", 1e-8), r.real("lr"), r.args.get("eps_on") == "norm"

    def move(x, g, k):
        k[0] = average(k[0], g, b1)
        k[1] = larger(b2 * k[1], abs(g) + (0 if on_norm else eps))
        step = lr * quotient(k[0] / (1 - power(b1, t)), k[1] + (eps if on_norm else 0))
        return step, [step]
    return move


def nadam(r, t, carried):
    (b1, b2), eps, lr = betas(r), r.real("eps", 1e-8), r.real("lr")

    def mu(n):
        psi = r.args.get("momentum_decay", 0.004)
        return b1 if psi is None else b1 * (1 - HALF * exp(n * r.real("momentum_decay", 0.004) * log(Decimal(0.96))))
    product = carried * mu(t)
    of_m, of_g = mu(t + 1) / (1 - product * mu(t + 1)), (1 - mu(t)) / (1 - product)

    def move(x, g, k):
        k[0], k[1] = average(k[0], g, b1), average(k[1], g * g, b2)
        d = (k[1] / (1 - power(b2, t))).sqrt() + eps
        return lr * quotient(of_m * k[0] + of_g * g, d), [lr * quotient(of_m * k[0], d), lr * quotient(of_g * g, d)]
    return move, product


def radam(r, t, carried):
    (b1, b2), eps, lr = betas(r), r.real("eps", 1e-8), r.real("lr")
    c2 = 1 - power(b2, t)
    most = TWO / (1 - b2) - 1
    rho = most - 2 * t * power(b2, t) / c2

    def move(x, g, k):
        k[0], k[1] = average(k[0], g, b1), average(k[1], g * g, b2)
        step = lr * k[0] / (1 - power(b1, t))
        if rho > r.real("threshold", 5):
            root = (k[1] / c2).sqrt() + eps if r.args.get("eps_on") == "corrected" else (k[1].sqrt() + eps) / c2.sqrt()
            step = ((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)).sqrt() * quotient(step, root)
        return step, [step]
    return move


def amsgrad(r, t, carried):
    (b1, b2), eps, lr = betas(r), r.real("eps", 1e-8), r.real("lr")
    c1, c2 = (1 - power(b1, t), 1 - power(b2, t)) if r.flag("bias_correction", True) else (ONE, ONE)
    first = r.args.get("max_of") == "corrected"

    def move(x, g, k):
        k[0], k[1] = average(k[0], g, b1), average(k[1], g * g, b2)
        k[2] = larger(k[2], k[1] / c2 if first else k[1])
        v, on = k[2] if first else k[2] / c2, c2 if r.args.get("eps_on") == "moment" else ONE
        step = lr * quotient(k[0] / c1, (v + eps / on).sqrt() if r.flag("eps_inside_root") else v.sqrt() + eps / on.sqrt())
        return step, [step]
    return move


def lion(r, t, carried):
    (b1, b2), lr = betas(r, 0.99), r.real("lr")

    def move(x, g, k):
        c = average(k[0], g, b1)
        k[0] = average(k[0], g, b2)
        step = lr * (c > 0) - lr * (c < 0)
        return step, [step]
    return move


# The slots of each, and what it does to one element: its step and the terms of it.
KINDS = {"rmsprop": (rmsprop, "v g b"), "adagrad": (adagrad, "sum"), "adadelta": (adadelta, "v a"), "adamax": (adamax, "m u"), "nadam": (nadam, "m v"),
         "radam": (radam, "m v"), "amsgrad": (amsgrad, "m v largest"), "lion": (lion, "m")}


def step_of(kind):
    make, slots = KINDS[kind]
    slots = slots.split()

    def step(r):
        state, lr, decay = r.args.get("state"), r.real("lr", 1), r.real("weight_decay", 0)
        t = (state["step"] if state else 0) + 1
        decoupled = kind == "lion" or r.flag("decoupled_weight_decay")
        made = make(r, t, sum(map(Decimal, state["mu_product"][0])) if state and kind == "nadam" else ONE)
        move, product = made if isinstance(made, tuple) else (made, None)
        start = {"v": r.real("initial_accumulator_value", 0) if kind == "rmsprop" else ZERO, "sum": r.real("initial_accumulator_value", 0)}
        theta, units, kept, kept_units = [], [], {s: [] for s in slots}, {s: [] for s in slots}
        for i, (row, grads) in enumerate(zip(r.tensor("params"), r.tensor("grads"))):
            old = [r._tensor(state[s])[i] if state else [start.get(s, ZERO)] * len(row) for s in slots]
            theta.append([])
            units.append([])
            for s in slots:
                kept[s].append([])
                kept_units[s].append([])
            for j, (x, g) in enumerate(zip(row, grads)):
                own = [o[j] for o in old]
                before = list(own)
                moved, terms = move(x, g if decoupled else g + decay * x, own)
                theta[-1].append(x - moved - (lr * decay * x if decoupled else 0))
                units[-1].append(max([abs(x)] + [abs(v) for v in terms if not v.is_nan()] + ([abs(lr * decay * x)] if decoupled else [])))
                for s, now, was in zip(slots, own, before):
                    kept[s][-1].append(now)
                    kept_units[s][-1].append(max(abs(now), abs(was)) if s in "mgb" else abs(now))
        after = {"kind": kind, "version": 1, "dtype": r.dtype, "step": t, **kept}
        unit = {"params": units, "state": kept_units}
        if product is not None:
            after["mu_product"] = [[product, ZERO]]
            unit["state"] = {**kept_units, "mu_product": [[product, product]]}
        return {"params": theta, "state": after}, unit
    return step


ELEMENTWISE = {f"{kind}.step": (step_of(kind), how) for kind, how in (
    ("rmsprop", "theta - lr g/(sqrt v + eps)"), ("adagrad", "Duchi, Hazan and Singer (2011), Figure 1"), ("adadelta", "Zeiler (2012), Algorithm 1"),
    ("adamax", "Kingma and Ba (2015), Algorithm 2"), ("nadam", "Dozat (2016), Algorithm 2"), ("radam", "Liu et al. (2020), Algorithm 2"),
    ("amsgrad", "Reddi, Kale and Kumar (2018), Algorithm 2"), ("lion", "Chen et al. (2023), Algorithm 2"))}
