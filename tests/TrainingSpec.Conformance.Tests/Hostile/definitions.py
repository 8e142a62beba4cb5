"""What each operation of the oracle is, from its definition in spec/protocol/oracle.md: a function of a request's arguments for each, in decimals of 800 digits.

Each gives the right values by member, and for some members the magnitude in whose last places an error counts, where that is not the value itself."""
import struct
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from definitions_elementwise import ELEMENTWISE, average_weights, power
from definitions_factored import adafactor
from definitions_losses import LOSSES, softplus
from definitions_schedules import further, momentum, real_power
from exact import FORMATS, INFINITY, NAN, PI, cos, erfc, exp, log, of_fraction, real, rounded, sigmoid, sin, tanh, tensor_number

ZERO, ONE, TWO, HALF = Decimal(0), Decimal(1), Decimal(2), Decimal("0.5")


class Request:
    """The arguments of one request as the protocol says they are read."""

    def __init__(self, dtype, args):
        self.dtype, self.args = dtype, args

    def _tensor(self, x):
        return [self._tensor(e) for e in x] if isinstance(x, list) else tensor_number(x, self.dtype)

    def tensor(self, name):
        found = self._tensor(self.args[name])
        return [[-x for x in t] for t in found] if name == "grads" and self.flag("maximize") else found

    def real(self, name, default=None):
        return real(self.args.get(name, default))

    def whole(self, name, default=None):
        return int(self.args.get(name, default))

    def flag(self, name, default=False):
        return self.args.get(name, default)


def total(values):
    s = ZERO
    for v in values:
        s += v
    return s


def norm(tensors):
    return total(x * x for t in tensors for x in t).sqrt()


def largest(values):
    return max((abs(v) for v in values), default=ZERO)


def shares(x):
    """e^x of each element over that of the largest, which drops out of every quotient."""
    return [exp(v - max(x)) for v in x]


def softmax(r):
    e = shares(r.tensor("logits"))
    s = total(e)
    return {"probs": [v / s for v in e]}


def log_softmax(r):
    x = r.tensor("logits")
    all_of = log(total(shares(x)))
    return {"log_probs": [v - max(x) - all_of for v in x]}


def logsumexp(r):
    x = r.tensor("x")
    value = INFINITY if INFINITY in x else max(x) + log(total(shares(x)))
    narrow = r.dtype in ("float16", "bfloat16") or not value.is_finite()
    return {"value": value}, {} if narrow else {"value": abs(max(x))}


def weighted_cross_entropy(r):
    """With weights of classes, or labels for targets."""
    s, logits, targets = r.real("label_smoothing", 0), r.tensor("logits"), r.args["targets"]
    k, reduction, soft = len(logits[0]), r.args.get("reduction", "mean"), isinstance(targets[0], list)
    weights = r.tensor("weight") if r.args.get("weight") else [ONE] * k
    labels = r.tensor("targets") if soft else [[ONE if j == t else ZERO for j in range(k)] for t in targets]
    kept = [soft or t != r.args.get("ignore_index") for t in targets]
    share = ONE if reduction != "mean" else Decimal(len(logits)) if soft else total(weights[t] for t, keep in zip(targets, kept) if keep)
    losses, grads, units = [], [], []
    for x, y, keep in zip(logits, labels, kept):
        if not keep:
            for rows, nothing in ((losses, ZERO), (grads, [ZERO] * k), (units, [ZERO] * k)):
                rows.append(nothing)
            continue
        e = shares(x)
        all_of = total(e)
        c = [w * ((1 - s) * v + s / k) for w, v in zip(weights, y)]
        losses.append(total(a * (max(x) + log(all_of) - v) for a, v in zip(c, x) if a != 0))
        grads.append([(total(c) * v / all_of - a) / share for v, a in zip(e, c)])
        units.append([max((total(c) - a) * v / all_of, a * (1 - v / all_of)) / share for v, a in zip(e, c)])
    return {"loss": losses if reduction == "none" else total(losses) / share, "grad_logits": grads}, {"grad_logits": units}


def cross_entropy(r):
    if r.args.get("weight") or isinstance(r.args["targets"][0], list):
        return weighted_cross_entropy(r)
    s, k = r.real("label_smoothing", 0), len(r.args["logits"][0])
    kept = [i for i, t in enumerate(r.args["targets"]) if t != r.args.get("ignore_index")]
    reduction = r.args.get("reduction", "mean")
    share = Decimal(len(kept)) if reduction == "mean" else ONE
    losses, grads = [], []
    for i, (x, target) in enumerate(zip(r.tensor("logits"), r.args["targets"])):
        if i not in kept:
            losses.append(ZERO)
            grads.append([ZERO] * k)
            continue
        e = shares(x)
        all_of = total(e)
        label = [(1 - s) * (j == target) + s / k for j in range(k)]
        losses.append(total(y * (max(x) + log(all_of) - v) for y, v in zip(label, x) if y != 0))
        grads.append([(v / all_of - y) / share for v, y in zip(e, label)])
    loss = losses if reduction == "none" else total(losses) / share
    # p - y of a smoothed label cancels where p is near it.
    return {"loss": loss, "grad_logits": grads}, {"grad_logits": [largest(g) for g in grads]} if s else {}


def smooth_labels(r):
    s, k = r.real("smoothing"), r.whole("num_classes")
    return {"labels": [[(1 - s) * (j == t) + s / k for j in range(k)] for t in r.args["targets"]]}


def perplexity(r):
    return {"perplexity": exp(r.tensor("loss"))}


def moments(r):
    state = r.args.get("state")
    zeros = [[ZERO] * len(t) for t in r.args["params"]]
    return (state["step"], r._tensor(state["m"]), r._tensor(state["v"])) if state else (0, zeros, zeros)


def state_of(kind, r, step, **more):
    return {"kind": kind, "version": 1, "dtype": r.dtype, "step": step, **more}


def sgd_step(r):
    lr, mu, tau, decay = r.real("lr"), r.real("momentum", 0), r.real("dampening", 0), r.real("weight_decay", 0)
    state = r.args.get("state")
    old = r._tensor(state["buffers"]) if state else None
    out, units, buffers, buffer_units = [], [], [], []
    for i, (t, g) in enumerate(zip(r.tensor("params"), r.tensor("grads"))):
        for rows in (out, units, buffers, buffer_units):
            rows.append([])
        for j, (x, d) in enumerate(zip(t, g)):
            sizes = [abs(x), lr * abs(d), lr * decay * abs(x)]
            direction = [abs(d)] if r.flag("decoupled_weight_decay") else [abs(d), decay * abs(x)]
            d = d if r.flag("decoupled_weight_decay") else d + decay * x
            if mu:
                b = d if old is None else mu * old[i][j] + (1 - tau) * d
                sizes += [lr * mu * abs(old[i][j])] if old is not None else []
                buffers[-1].append(b)
                buffer_units[-1].append(max(direction) if old is None else max(mu * abs(old[i][j]), *((1 - tau) * s for s in direction)))
                d = d + mu * b if r.flag("nesterov") else b
            out[-1].append(x - lr * d - (lr * decay * x if r.flag("decoupled_weight_decay") else 0))
            units[-1].append(max(sizes))
    after = state_of("sgd", r, (state["step"] if state else 0) + 1, lengths=[len(t) for t in out], buffers=buffers if mu else None)
    return {"params": out, "state": after}, {"params": units, "state": {"buffers": buffer_units}} if mu else {"params": units}


def bounded(r, what, x):
    least, most = r.real("min_" + what, 0), r.args.get("max_" + what)
    return max(x, least) if most is None else min(max(x, least), real(most))


def adam_like(r, kind):
    lr, b1, b2 = r.real("lr"), r.real("beta1", 0.9), r.real("beta2", 0.999)
    eps = r.real("eps", 1e-6 if kind == "lamb" else 1e-8)
    decay = r.real("weight_decay", 0.01 if kind == "adamw" else 0)
    step, m, v = moments(r)
    step += 1
    c1, c2 = (1 - power(b1, step), 1 - power(b2, step)) if r.flag("bias_correction", True) else (ONE, ONE)
    out, units, firsts, seconds = [], [], [], []
    for i, (t, g) in enumerate(zip(r.tensor("params"), r.tensor("grads"))):
        eff = [d + decay * x if kind == "adam" else d for x, d in zip(t, g)]
        first = [b1 * a + (1 - b1) * d for a, d in zip(m[i], eff)]
        second = [b2 * a + (1 - b2) * d * d for a, d in zip(v[i], eff)]
        on = c2 if r.args.get("eps_on") == "moment" else ONE
        root = [((b + eps * c2 / on) / c2).sqrt() if r.flag("eps_inside_root") else (b.sqrt() + eps * (c2 / on).sqrt()) / c2.sqrt() for b in second]
        u = [a / c1 / w for a, w in zip(first, root)]
        if kind == "lamb":
            outside = decay if r.flag("decoupled_weight_decay") else ZERO
            u = [d + (decay - outside) * x for d, x in zip(u, t)]
            n, w = bounded(r, "norm", norm([t])), norm([u])
            ratio = ONE if n == 0 or w == 0 else bounded(r, "ratio", n / w)
            new = [x - lr * ratio * d - lr * outside * x for x, d in zip(t, u)]
            sizes = [max(abs(x), abs(lr * ratio * d), abs(lr * outside * x)) for x, d in zip(t, u)]
        else:
            new = [x - lr * d for x, d in zip(t, u)]
            sizes = [max(abs(x), abs(lr * d)) for x, d in zip(t, u)]
            if kind == "adamw":
                new = [a - lr * decay * (a if r.args.get("decay_on") == "updated" else x) for a, x in zip(new, t)]
                sizes = [max(s, abs(lr * decay * x)) for s, x in zip(sizes, t)]
        out.append(new)
        units.append(sizes)
        firsts.append(first)
        seconds.append(second)
    return {"params": out, "state": state_of("lamb" if kind == "lamb" else "adam", r, step, m=firsts, v=seconds)}, {"params": units}


def sparse_adam(r):
    lr, b1, b2, eps, rows = r.real("lr"), r.real("beta1", 0.9), r.real("beta2", 0.999), r.real("eps", 1e-8), r.args["rows"]
    step, m, v = moments(r)
    step += 1
    c1, c2 = 1 - power(b1, step), 1 - power(b2, step)
    out, grads = r.tensor("params"), r.tensor("grads")
    units = [[abs(x) for x in t] for t in out]
    m, v = [list(t) for t in m], [list(t) for t in v]
    for row in set(rows):
        for j in range(len(out[row])):
            g = total(grads[k][j] for k, own in enumerate(rows) if own == row)
            m[row][j] = b1 * m[row][j] + (1 - b1) * g
            v[row][j] = b2 * v[row][j] + (1 - b2) * g * g
            moved = lr * c2.sqrt() / c1 * m[row][j] / (v[row][j].sqrt() + eps)
            units[row][j] = max(units[row][j], abs(moved))
            out[row][j] -= moved
    return {"params": out, "state": state_of("adam", r, step, m=m, v=v)}, {"params": units}


def products(x, y):
    """X X^T Y, rows of numbers each."""
    gram = [[total(a * b for a, b in zip(p, q)) for q in x] for p in x]
    return [[total(g * row[j] for g, row in zip(own, y)) for j in range(len(y[0]))] for own in gram]


def muon(r):
    lr, mu, eps, decay = r.real("lr"), r.real("momentum", "0.95"), r.real("eps", "1e-7"), r.real("weight_decay", 0)
    a, b, c = (of_fraction(Fraction(x)) for x in (3.4445, -4.7750, 2.0315))
    state = r.args.get("state")
    old = r._tensor(state["m"]) if state else [[ZERO] * len(t) for t in r.args["params"]]
    out, units, buffers, sizes = [], [], [], []
    for theta, (rows, columns), g, m in zip(r.tensor("params"), r.args["shapes"], r.tensor("grads"), old):
        buffers.append([mu * x + y for x, y in zip(m, g)])
        sizes.append([max(abs(mu * x), abs(y)) for x, y in zip(m, g)])
        flat = [y + mu * x for x, y in zip(buffers[-1], g)] if r.flag("nesterov", True) else buffers[-1]
        over = norm([flat]) + eps
        x = [[flat[i * columns + j] / over for j in range(columns)] for i in range(rows)]
        for _ in range(r.whole("ns_steps", 5)):
            third = products(x, x)
            fifth = products(x, third)
            x = [[a * p + b * q + c * s for p, q, s in zip(*three)] for three in zip(x, third, fifth)]
        scale = {"shape": max(ONE, Decimal(rows) / columns).sqrt(), "rms": Decimal(0.2) * Decimal(max(rows, columns)).sqrt(), "none": ONE}[r.args.get("scale", "shape")]
        step = [lr * scale * e for row in x for e in row]
        out.append([t - s - lr * decay * t for t, s in zip(theta, step)])
        units.append([max(abs(t), abs(s), lr * decay * abs(t), max(map(abs, step))) for t, s in zip(theta, step)])
    return {"params": out, "state": state_of("muon", r, (state["step"] if state else 0) + 1, m=buffers)}, {"params": units, "state": {"m": sizes}}


def lars_step(r):
    lr, mu, decay, trust = r.real("lr"), r.real("momentum", 0.9), r.real("weight_decay", 0), r.real("trust_coefficient", 0.001)
    state = r.args.get("state")
    out, units, velocity, velocity_units = [], [], [], []
    for i, (t, g) in enumerate(zip(r.tensor("params"), r.tensor("grads"))):
        n, w = norm([t]), norm([g])
        local = ONE if n == 0 or w == 0 else trust * n / (w + decay * n)
        old = r._tensor(state["velocity"])[i] if state else [ZERO] * len(t)
        b = [mu * o + lr * local * (d + decay * x) for o, d, x in zip(old, g, t)]
        out.append([x - v for x, v in zip(t, b)])
        velocity.append(b)
        velocity_units.append([max(abs(mu * o), lr * local * abs(d), lr * local * decay * abs(x)) for x, o, d in zip(t, old, g)])
        units.append([max(abs(x), size) for x, size in zip(t, velocity_units[-1])])
    after = state_of("lars", r, (state["step"] if state else 0) + 1, velocity=velocity)
    return {"params": out, "state": after}, {"params": units, "state": {"velocity": velocity_units}}


def layerwise_ratio(r):
    pairs = [(norm([t]), norm([g])) for t, g in zip(r.tensor("params"), r.tensor("grads"))]
    return {"lr": [r.real("lr") * (ONE if n == 0 or w == 0 else n / w) for n, w in pairs]}


def llrd(r):
    layers = r.whole("layers")
    return {"lr": [r.real("lr") * power(r.real("decay"), layers - 1 - l) for l in range(layers)]}


def schedule(r):
    kind = r.args["kind"]
    cycle = {"momentum": [momentum(r, kind, t) for t in r.args["steps"]]} if r.flag("cycle_momentum") else {}
    return {"lr": [rate(r, kind, t) for t in r.args["steps"]], **cycle}


def rate(r, kind, t):
    found = further(r, kind, t, rate)
    if found is not None:
        return found
    if kind == "constant":
        return r.real("lr")
    if kind == "linear_decay":
        end = r.whole("total")
        return r.real("lr") * of_fraction(Fraction(max(0, end - t), end))
    high, low, warm = r.real("lr_max"), r.real("lr_min", 0), r.whole("warmup", 0)
    if t < warm:
        return high * of_fraction(Fraction(t, warm))
    if kind == "warmup":
        return high
    start = r.whole("decay_start") if kind == "warmup_hold_cosine" else warm
    end = r.whole("total")
    if t >= end:
        return low
    return high if t <= start else low + (high - low) * (1 + cos(PI * of_fraction(Fraction(t - start, end - start)))) / 2


def linear_scaling(r):
    factor, warm = of_fraction(Fraction(r.whole("new_batch"), r.whole("batch"))), r.args.get("warmup")
    return {"lr": r.real("lr") * factor, "warmup": None if warm is None else warm * factor}


def sweep(r):
    low, high, count = r.real("lr_min"), r.real("lr_max"), r.whole("count")
    return {"lr": [low * exp(log(high / low) * i / (count - 1)) for i in range(count)]}


def suggest(r):
    lr, s = r.tensor("lr"), r.real("smoothing", 0)
    average, smoothed, diverged = ZERO, [], False
    for i, loss in enumerate(r.tensor("loss")):
        average = s * average + (1 - s) * loss
        value = average / (1 - s ** (i + 1))
        if smoothed:
            least = min(smoothed)
            bound = 4 * least if least > 0 else least + 3 * max(abs(smoothed[0]), abs(least))
        diverged = not value.is_finite() or bool(smoothed) and value > bound
        if diverged:
            break
        smoothed.append(value)
    slopes = [((smoothed[i + 1] - smoothed[i - 1]) / (log(lr[i + 1]) - log(lr[i - 1])), i) for i in range(1, len(smoothed) - 1)]
    least = min(slopes, default=(ZERO, 0))
    return {"steepest": lr[least[1]] if least[0] < 0 else None, "before_divergence": lr[len(smoothed) - 1] if smoothed else None}


def cut_law(a, b):
    """Mean and variance of a normal law of deviation 1 cut at a and b."""
    inside = erfc(a / TWO.sqrt()) - erfc(b / TWO.sqrt())
    mean = (2 / PI).sqrt() * (exp(-a * a / 2) - exp(-b * b / 2)) / inside
    return mean, 1 + (2 / PI).sqrt() * (a * exp(-a * a / 2) - b * exp(-b * b / 2)) / inside - mean * mean


def init_truncated(r):
    std, (mean, variance) = r.real("std", 1), cut_law(max(r.real("a", -2), Decimal(-60)), min(r.real("b", 2), Decimal(60)))
    return {"mean": std * mean, "std": std * variance.sqrt(), "variance": std * std * variance}


def init_moments(r):
    scheme, gain = r.args["scheme"], r.real("gain", 1)
    if scheme.startswith("gpt"):
        std = gain * Decimal(0.02) / (Decimal(2 * r.whole("layers")).sqrt() if scheme == "gpt_residual" else 1)
        return {"std": std, "variance": std * std, "limit": None}
    units = r.whole("fan_in") + r.whole("fan_out") if scheme.startswith("xavier") else r.whole("fan_in")
    variance = gain * gain * (1 if scheme.startswith("lecun") else 2) / Decimal(units)
    limit = (3 * variance).sqrt() if scheme.endswith("uniform") else 2 * (variance / cut_law(-TWO, TWO)[1]).sqrt() if scheme.endswith("truncated") else None
    return {"std": variance.sqrt(), "variance": variance, "limit": limit}


def init_gain(r):
    a = r.real("negative_slope", 0.01)
    gains = {"linear": ONE, "conv": ONE, "sigmoid": ONE, "tanh": Decimal(5) / 3, "relu": TWO.sqrt(), "leaky_relu": (2 / (1 + a * a)).sqrt(), "selu": Decimal("0.75")}
    return {"gain": gains[r.args["nonlinearity"]]}


def philox(key, counter):
    """Philox4x32-10, Salmon et al. (2011), figure 2."""
    mask = 0xFFFFFFFF
    for _ in range(10):
        a, b = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [(b >> 32) ^ counter[1] ^ key[0], b & mask, (a >> 32) ^ counter[3] ^ key[1], a & mask]
        key = [(key[0] + 0x9E3779B9) & mask, (key[1] + 0xBB67AE85) & mask]
    return counter


def uniform(seed, stream, i):
    mask, block = 0xFFFFFFFF, i // 4
    word = philox([seed & mask, seed >> 32], [block & mask, block >> 32, stream & mask, stream >> 32])[i % 4]
    return Decimal(word >> 8) / 2 ** 24


def normal(seed, stream, i):
    """An element and the magnitude in whose last places its error counts: that of the chapter's accuracy exceptions, the radius from an eighth of a turn on for the cosine and from a quarter on for the sine."""
    radius = (-2 * log(1 - uniform(seed, stream, i - i % 2))).sqrt()
    turn = uniform(seed, stream, i - i % 2 + 1)
    value, own = (cos(2 * PI * turn), turn < 1 / Decimal(8)) if i % 2 == 0 else (sin(2 * PI * turn), turn < 1 / Decimal(4))
    return radius * value, abs(radius * value) if own else radius


def random_normal(r):
    first = r.whole("offset", 0)
    drawn = [normal(r.whole("seed"), r.whole("stream", 0), first + i) for i in range(r.whole("count"))]
    return {"values": [z for z, _ in drawn]}, {"values": [unit for _, unit in drawn]}


def drawn_between(r, std, a, b):
    """Element i of the first stream in which it lies between the cuts."""
    found = []
    for i in range(r.whole("count")):
        stream = 0
        while not a <= normal(r.whole("seed"), stream, i)[0] <= b:
            stream += 1
        found.append(normal(r.whole("seed"), stream, i))
    return {"values": [std * z for z, _ in found]}, {"values": [std * unit for _, unit in found]}


def init_sample(r):
    law, seed, scheme = init_moments(r), r.whole("seed"), r.args["scheme"]
    if scheme.endswith("uniform"):
        return {"values": [(2 * uniform(seed, 0, i) - 1) * law["limit"] for i in range(r.whole("count"))]}
    return drawn_between(r, law["limit"] / 2, -TWO, TWO) if scheme.endswith("truncated") else drawn_between(r, law["std"], -INFINITY, INFINITY)


def init_truncated_sample(r):
    return drawn_between(r, r.real("std", 1), r.real("a", -2), r.real("b", 2))


def init_orthogonal(r):
    """Gram and Schmidt's columns of normal numbers, or rows of a wide matrix."""
    rows, columns, gain = r.whole("rows"), r.whole("columns"), r.real("gain", 1)
    length, vectors = max(rows, columns), []
    for j in range(min(rows, columns)):
        v = [normal(r.whole("seed"), 0, j * length + i)[0] for i in range(length)]
        for q in vectors:
            along = total(x * y for x, y in zip(q, v))
            v = [y - along * x for x, y in zip(q, v)]
        size = norm([v])
        vectors.append([x / size for x in v])
    q = vectors if rows < columns else zip(*vectors)
    return {"values": [[gain * x for x in row] for row in q]}


def l2_norm(r):
    return {"norm": norm(r.tensor("tensors"))}


def root(x, n):
    return exp(log(x) / n) if n != 2 else x.sqrt()


def p_norm(tensors, p):
    sizes = [abs(x) for t in tensors for x in t]
    top = largest(sizes)
    if top == 0 or p == INFINITY:
        return top
    return norm(tensors) if p == 2 else top * root(total(real_power(x / top, p) for x in sizes if x), p)


def norm_p(r):
    return {"norm": p_norm(r.tensor("tensors"), r.real("p"))}


def clip_adaptive(r):
    grads, scales, norms = r.tensor("grads"), [], []
    for w, g in zip(r.tensor("params"), grads):
        n, bound = norm([g]), r.real("clipping", 0.01) * max(norm([w]), r.real("eps", 1e-3))
        norms.append(n)
        scales.append(ONE if n <= bound else bound / n)
    return {"grads": [[x * s for x in t] for t, s in zip(grads, scales)], "total_norm": norms, "scale": scales}


def clipped(tensors, limit, p=TWO):
    n = p_norm(tensors, p)
    return n, ONE if n == 0 or n <= limit else limit / n


def clip_global(r):
    grads = r.tensor("grads")
    n, scale = clipped(grads, r.real("max_norm"), r.real("norm_type", 2))
    return {"grads": [[x * scale for x in t] for t in grads], "total_norm": n, "scale": scale}


def clip_per_tensor(r):
    pairs = [(t, *clipped([t], r.real("max_norm"), r.real("norm_type", 2))) for t in r.tensor("grads")]
    return {"grads": [[x * s for x in t] for t, _, s in pairs], "total_norm": [n for _, n, _ in pairs], "scale": [s for _, _, s in pairs]}


def clip_value(r):
    limit = r.real("limit")
    return {"grads": [[max(-limit, min(limit, x)) for x in t] for t in r.tensor("grads")]}


def dropout(r):
    p, x = r.real("p"), r.tensor("x")
    mask = [int(not r.flag("training", True) or uniform(r.whole("seed"), r.whole("stream", 0), i) >= p) for i in range(len(x))]
    scale = 1 / (1 - p) if r.flag("training", True) else ONE
    return {"y": [v * scale if k else ZERO for v, k in zip(x, mask)], "mask": mask}


def dropout_backward(r):
    return {"grad": [g * k / (1 - r.real("p")) for g, k in zip(r.tensor("grad"), r.args["mask"])]}


def l2_penalty(r):
    factor = r.real("lambda") / (2 if r.flag("half") else 1)
    params = r.tensor("params")
    return {"penalty": factor * total(x * x for t in params for x in t), "grads": [[2 * factor * x for x in t] for t in params]}


def ewc(r):
    strength = r.real("lambda")
    rows = [list(zip(*ts)) for ts in zip(r.tensor("params"), r.tensor("anchor"), r.tensor("fisher"))]
    return {"penalty": strength / 2 * total(f * (x - a) ** 2 for row in rows for x, a, f in row), "grads": [[strength * f * (x - a) for x, a, f in row] for row in rows]}


def early_stopping(r):
    sign, delta = (-1 if r.args.get("mode") == "max" else 1), r.real("min_delta", 0)
    best, best_epoch, stop, since = None, None, None, 0
    for epoch, loss in enumerate(r.tensor("losses"), 1):
        least = delta if best is None or r.args.get("delta_mode") != "rel" else delta * abs(best)
        if not loss.is_nan() and (best is None or sign * (best - loss) > least):
            best, best_epoch, since = loss, epoch, 0
        else:
            since += 1
        if since >= max(1, r.whole("patience")):
            stop = epoch
            break
    return {"stop_at": stop, "best": best, "best_epoch": best_epoch}


def accumulate(r):
    batches = r.tensor("micro_grads")
    w = r.tensor("weights") if r.args.get("weights") else [ONE] * len(batches)
    shape = [range(len(t)) for t in batches[0]]
    mean = [[total(a * b[i][j] for a, b in zip(w, batches)) / total(w) for j in row] for i, row in enumerate(shape)]
    return {"grads": mean}, {"grads": [[largest(a * b[i][j] / total(w) for a, b in zip(w, batches)) for j in row] for i, row in enumerate(shape)]}


def once(x, dtype):
    """Rounded once to a format, infinities past the largest number."""
    return tensor_number(str(x), dtype) if x.is_finite() else x


def unscale(r):
    held = [[once(x, r.args.get("grad_dtype", "float32")) for x in t] for t in r.tensor("grads")]
    scale = once(r.real("scale"), "float32")
    grads = [[once(x / scale, "float32") for x in t] for t in held]
    return {"grads": grads, "found_inf": not all(x.is_finite() for t in grads for x in t)}


def scale_update(r):
    scale, found, tracker = r.real("scale"), r.args["found_inf"], r.whole("tracker")
    hysteresis, overflows = r.whole("hysteresis", 1), r.whole("overflows", 0)
    waits = found and overflows + 1 < hysteresis
    moves = found and not waits or not found and tracker + 1 >= r.whole("interval", 2000)
    moved = once(min(scale, max(r.real("min_scale", 0), scale * r.real("backoff", 0.5))) if found else scale * r.real("growth", 2), r.dtype)
    taken = once(moved, "float32")
    after = overflows + 1 if waits else hysteresis - 1 if found else 0 if moves else overflows
    counted = {"overflows": after} if hysteresis > 1 else {}
    return {"scale": moved if moves and taken.is_finite() and taken > 0 else once(scale, r.dtype), "tracker": 0 if moves or found else tracker + 1, "skip": found, **counted}


def plan(r):
    layers = r.whole("layers")
    least = min(s + -(-layers // s) for s in (isqrt(layers), isqrt(layers) + 1) if 1 <= s <= layers)
    segments = (least + isqrt(least * least - 4 * layers)) // 2
    return {"segments": segments, "peak": least - 1, "extra_forward": layers - segments}


def check_plan():
    """The closed form, which alone reaches layers without number, is what trying every s gives."""
    for layers in range(1, 1000):
        peak, fewer = min((s + -(-layers // s) - 1, -s) for s in range(1, layers + 1))
        tried, found = {"segments": -fewer, "peak": peak, "extra_forward": layers + fewer}, plan(Request("float64", {"layers": layers}))
        assert found == tried, f"{layers} layers: {found}, by trying {tried}"


def grad_stats(r):
    entries = [x for t in r.tensor("grads") for x in t]
    finite = [x for x in entries if x.is_finite()]
    sizes = [abs(x) for x in finite]
    return {
        "norm": norm([finite]), "max_abs": max(sizes), "min_abs": min(sizes), "max": max(finite), "min": min(finite),
        "zero_fraction": of_fraction(Fraction(sum(x == 0 for x in finite), len(finite))), "nonfinite": len(entries) - len(finite)}


def gelu_argument(x):
    return (2 / PI).sqrt() * (x + Decimal(0.044715) * x ** 3)


def activation(r):
    kind = r.args["kind"]
    if kind == "elu":
        alpha, x = r.real("alpha", 1), r.tensor("x")
        return {"y": [v if v > 0 else alpha * (exp(v) - 1) for v in x], "slope": [ONE if v > 0 else alpha * exp(v) for v in x]}
    if kind == "leaky_relu":
        a, x = r.real("negative_slope", 0.01), r.tensor("x")
        return {"y": [v if v > 0 else a * v for v in x], "slope": [ONE if v > 0 else a for v in x]}
    value, slope, unit = ACTIVATIONS[kind]
    x = r.tensor("x")
    return {"y": [value(v) for v in x], "slope": [slope(v) for v in x]}, {"slope": [unit(v) for v in x]} if unit else {}


def phi(x):
    return exp(-x * x / 2) / (2 * PI).sqrt()


def gelu_tanh_slope(x):
    inner = (2 / PI).sqrt() * (1 + 3 * Decimal(0.044715) * x * x)
    s = sigmoid(2 * gelu_argument(x))
    return s + 2 * x * s * (1 - s) * inner


def silu_slope(x):
    return sigmoid(x) * (1 + x * sigmoid(-x))


SELU_SCALE, SELU_ALPHA = Decimal(1.0507009873554805), Decimal(1.6732632423543772)


def clamp(low, high):
    return lambda x: min(max(x, low), high), lambda x: ONE if low < x < high else ZERO, None


ACTIVATIONS = {
    "selu": (lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (exp(x) - 1)), lambda x: SELU_SCALE * (ONE if x > 0 else SELU_ALPHA * exp(x)), None),
    "relu6": clamp(ZERO, Decimal(6)),
    "hard_tanh": clamp(-ONE, ONE),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2, None),
    "silu": (lambda x: x * sigmoid(x), silu_slope, sigmoid),
    "softplus": (softplus, sigmoid, None),
    "relu": (lambda x: max(x, ZERO), lambda x: ONE if x > 0 else ZERO, None),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x), None),
    "tanh": (tanh, lambda x: 4 * sigmoid(2 * x) * sigmoid(-2 * x), None),
    "gelu": (lambda x: x * erfc(-x / TWO.sqrt()) / 2, lambda x: erfc(-x / TWO.sqrt()) / 2 + x * phi(x), lambda x: erfc(-x / TWO.sqrt()) / 2),
    "gelu_tanh": (lambda x: x * sigmoid(2 * gelu_argument(x)), gelu_tanh_slope, lambda x: sigmoid(2 * gelu_argument(x))),
}


def layer_norm(r, centred=True):
    """Layer normalization, or RMS normalization of rows that are not centred."""
    width, eps = len(r.args["x"][0]), r.real("eps", 1e-5 if centred else 1e-6)
    gain = r.tensor("gain") if r.args.get("gain") else [ONE] * width
    bias = r.tensor("bias") if r.args.get("bias") else [ZERO] * width
    n, y, units, normalized, deviations = Decimal(width), [], [], [], []
    for x in r.tensor("x"):
        mean = total(x) / n if centred else ZERO
        d = [v - mean for v in x]
        deviation = (total(v * v for v in d) / n + eps).sqrt()
        h = [v / deviation if v else ZERO for v in d]
        y.append([g * v + b for g, v, b in zip(gain, h, bias)])
        units.append([max(abs(g) * largest(h), abs(b)) for g, b in zip(gain, bias)])
        normalized.append(h)
        deviations.append(deviation)
    if not r.args.get("grad_y"):
        return {"y": y}, {"y": units}
    dy = r.tensor("grad_y")
    dx, dx_units = [], []
    for up, h, deviation in zip(dy, normalized, deviations):
        d = [u * g for u, g in zip(up, gain)]
        mean, product = total(d) / n if centred else ZERO, total(a * b for a, b in zip(d, h)) / n
        dx.append([(a - mean - b * product) / deviation for a, b in zip(d, h)])
        dx_units.append(max(largest(d), largest(h) * largest(a * b for a, b in zip(d, h))) / deviation)
    columns = range(width)
    result, sizes = {"y": y, "grad_x": dx}, {"y": units, "grad_x": dx_units}
    if r.args.get("gain"):
        result["grad_gain"] = [total(u[j] * h[j] for u, h in zip(dy, normalized)) for j in columns]
        sizes["grad_gain"] = [largest(u[j] * largest(h) for u, h in zip(dy, normalized)) for j in columns]
    if r.args.get("bias"):
        result["grad_bias"] = [total(u[j] for u in dy) for j in columns]
        sizes["grad_bias"] = [largest(u[j] for u in dy) for j in columns]
    return result, sizes


def attention(r):
    q, k, v = r.tensor("q"), r.tensor("k"), r.tensor("v")
    up = r.tensor("grad_y") if r.args.get("grad_y") else None
    mask = [[-INFINITY if m is False else ZERO if m is True else tensor_number(m, r.dtype) for m in row] for row in r.args.get("mask") or []]
    width, length = len(q[0]) // r.whole("heads", 1), len(q)
    root = Decimal(width).sqrt()
    tables = {name: [[ZERO] * len(q[0]) for _ in q] for name in ("y", "grad_q", "grad_k", "grad_v")}
    sizes = {name: [[ZERO] * len(q[0]) for _ in q] for name in tables}

    def add(name, row, column, value, size):
        tables[name][row][column] += value
        sizes[name][row][column] = max(sizes[name][row][column], abs(size))

    # A weight is kept in the tensor's type: below the smallest normal number it has no digits of its own.
    normal = of_fraction(Fraction(2) ** (FORMATS[r.dtype][1] + FORMATS[r.dtype][0] - 1))
    for i in range(length):
        for first in range(0, len(q[0]), width):
            part = range(first, first + width)
            scores = [total(q[i][p] * k[j][p] for p in part) / root for j in range(i + 1)]
            if mask:
                scores = [s + m if m.is_finite() else m for s, m in zip(scores, mask[i])]
                if max(scores) == -INFINITY:
                    continue
            e = [exp(s - max(scores)) if s.is_finite() else ZERO for s in scores]
            weights = [a / total(e) for a in e]
            for j, w in enumerate(weights):
                for c in part:
                    add("y", i, c, w * v[j][c], v[j][c])
            if not up:
                continue
            d = [total(up[i][p] * v[j][p] for p in part) for j in range(i + 1)]
            size = max(total(abs(up[i][p] * v[j][p]) for p in part) for j in range(i + 1))
            mean = total(w * x for w, x in zip(weights, d))
            for j, (w, x) in enumerate(zip(weights, d)):
                held = max(w, normal)
                for c in part:
                    add("grad_q", i, c, w * (x - mean) * k[j][c] / root, held * size * k[j][c] / root)
                    add("grad_k", j, c, w * (x - mean) * q[i][c] / root, held * size * q[i][c] / root)
                    add("grad_v", j, c, w * up[i][c], held * up[i][c])
    asked = tables if up else ("y",)
    return {name: tables[name] for name in asked}, {name: sizes[name] for name in asked}


def cast(r):
    x = [once(v, r.args["to"]) for v in r.tensor("x")]
    return {"x": x, "bits": [bits(v, r.args["to"]) for v in x]}


def bits(x, dtype):
    """The pattern of a number that the format holds; bfloat16 is the upper half of float32."""
    return int.from_bytes(struct.pack(">e" if dtype == "float16" else ">f", float(x)), "big") >> (16 if dtype == "bfloat16" else 0)


def gpt_count(r):
    v, c, layers, t, m = (r.whole(n, 4) for n in ("vocab", "width", "layers", "context", "mlp_ratio"))
    bias = r.flag("bias", True)
    block = 4 * c + 3 * c * c + c * c + 2 * m * c * c + ((3 * c + c + m * c + c) if bias else 0)
    return {"parameters": v * c + (t * c if r.flag("learned_positions", True) else 0) + layers * block + 2 * c + (0 if r.flag("tied", True) else v * c)}


# The definition of each operation, and how it reads.
OPERATIONS = {
    "cast": (cast, "x rounded once, to nearest, ties to even"),
    "random.normal": (random_normal, "sqrt(-2 ln(1 - u)) cos(2 pi u'), sine for odd i"),
    "softmax": (softmax, "e^x_i / sum of e^x_j"),
    "log_softmax": (log_softmax, "x_i - ln sum of e^x_j"),
    "logsumexp": (logsumexp, "ln sum of e^x_j"),
    "cross_entropy": (cross_entropy, "-sum of y_i (x_i - ln sum of e^x_j), and p - y"),
    **LOSSES,
    "smooth_labels": (smooth_labels, "(1 - s) y + s/K"),
    "perplexity": (perplexity, "e^loss"),
    "sgd.step": (sgd_step, "theta - lr d with d = mu b + (1 - tau) g"),
    "adam.step": (lambda r: adam_like(r, "adam"), "Kingma and Ba (2015), Algorithm 1"),
    "adamw.step": (lambda r: adam_like(r, "adamw"), "Loshchilov and Hutter (2019), Algorithm 2"),
    "lamb.step": (lambda r: adam_like(r, "lamb"), "You et al. (2020), Algorithm 2"),
    "lars.step": (lars_step, "You et al. (2017), Algorithm 1"),
    **ELEMENTWISE,
    "average.weights": (average_weights, "beta a + (1 - beta) theta, or the mean"),
    "layerwise.ratio": (layerwise_ratio, "lr |theta| / |g|"),
    "llrd": (llrd, "lr decay^(L - 1 - l)"),
    "schedule": (schedule, "the schedule's formula with whole steps"),
    "linear_scaling": (linear_scaling, "times new_batch / batch"),
    "lr_finder.sweep": (sweep, "lr_min (lr_max/lr_min)^(i/(n - 1))"),
    "lr_finder.suggest": (suggest, "the rule of the protocol"),
    "init.moments": (init_moments, "2/(n_in + n_out), 2/n_in, 0.02, 0.02/sqrt(2 N)"),
    "init.sample": (init_sample, "std z, or (2u - 1) limit"),
    "init.truncated": (init_truncated, "moments of a cut normal law, Johnson, Kotz and Balakrishnan (1994), 13.10.1"),
    "init.truncated_sample": (init_truncated_sample, "normal numbers drawn again beyond the cuts"),
    "init.orthogonal": (init_orthogonal, "Gram and Schmidt's vectors of normal numbers"),
    "init.gain": (init_gain, "1, 5/3, sqrt 2, sqrt(2/(1 + a^2)), 3/4"),
    "sparse_adam.step": (sparse_adam, "PyTorch's SparseAdam"),
    "muon.step": (muon, "Jordan et al. (2024), the iteration by matrices"),
    "adafactor.step": (adafactor, "Shazeer and Stern (2018), Algorithm 4"),
    "norm.p": (norm_p, "(sum |x|^p)^(1/p)"),
    "clip.adaptive": (clip_adaptive, "Brock et al. (2021), equation 3"),
    "norm.l2": (l2_norm, "sqrt of the sum of squares"),
    "clip.global_norm": (clip_global, "g min(1, c/|g|)"),
    "clip.per_tensor_norm": (clip_per_tensor, "g min(1, c/|g|) of each tensor"),
    "clip.value": (clip_value, "max(-c, min(c, g))"),
    "dropout": (dropout, "x/(1 - p) where u >= p, else 0"),
    "dropout.backward": (dropout_backward, "g mask/(1 - p)"),
    "l2_penalty": (l2_penalty, "lambda sum of theta^2, and its derivative"),
    "ewc": (ewc, "lambda/2 sum of F (theta - theta*)^2, and its derivative"),
    "early_stopping": (early_stopping, "the rule of the protocol"),
    "accumulate": (accumulate, "sum of w g / sum of w"),
    "loss_scale.unscale": (unscale, "g rounded to grad_dtype, then divided in float32"),
    "loss_scale.update": (scale_update, "the rule of the protocol"),
    "checkpointing.plan": (plan, "the least s + ceil(L/s) - 1, then the most segments"),
    "grad_stats": (grad_stats, "over the finite entries"),
    "activation": (activation, "the function and its derivative"),
    "rms_norm": (lambda r: layer_norm(r, centred=False), "g x/sqrt(mean of x^2 + eps), and its derivatives"),
    "layer_norm": (layer_norm, "g (x - mean)/sqrt(variance + eps) + b, and its derivatives"),
    "attention": (attention, "sum of softmax(q k/sqrt D) v over the positions up to this one"),
    "gpt.count": (gpt_count, "the sum over the tensors of the protocol"),
}
