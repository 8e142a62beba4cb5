"""What the losses of single numbers are, from their definitions in spec/protocol/oracle.md, in decimals."""
from decimal import Decimal

from exact import exp, log, sigmoid, tensor_number

ZERO, ONE = Decimal(0), Decimal(1)


def softplus(x):
    return log(1 + exp(x)) if x < 0 else x + log(1 + exp(-x))


def reduced(r, losses, slopes, units, member):
    """Losses and slopes of lists or of rows, reduced, and the magnitudes in whose last places errors of the slopes count."""
    rows = isinstance(losses[0], list)
    if r.args.get("weight"):
        w = r.tensor("weight")
        times = (lambda t: [[a * b for a, b in zip(*pair)] for pair in zip(w, t)]) if rows else (lambda t: [a * b for a, b in zip(w, t)])
        losses, slopes, units = times(losses), times(slopes), units and times(units)
    flat = [v for row in losses for v in row] if rows else losses
    reduction = r.args.get("reduction", "mean")
    share = Decimal(len(flat)) if reduction == "mean" else ONE
    over = (lambda t: [[v / share for v in row] for row in t]) if rows else (lambda t: [v / share for v in t])
    return {"loss": losses if reduction == "none" else sum(flat, ZERO) / share, member: over(slopes)}, {member: over(units)} if units else {}


def errors(r):
    return [p - y for p, y in zip(r.tensor("predictions"), r.tensor("targets"))]


def mse(r):
    d = errors(r)
    return reduced(r, [v * v for v in d], [2 * v for v in d], None, "grad_predictions")


def huber(r):
    d, delta = errors(r), tensor_number(r.args.get("delta", 1), r.dtype)
    return reduced(r, [v * v / 2 if abs(v) <= delta else delta * (abs(v) - delta / 2) for v in d], [max(-delta, min(delta, v)) for v in d], None, "grad_predictions")


def smooth_l1(r):
    d, beta = errors(r), tensor_number(r.args.get("beta", 1), r.dtype)
    losses = [v * v / (2 * beta) if abs(v) < beta else abs(v) - beta / 2 for v in d]
    return reduced(r, losses, [v / beta if abs(v) < beta else ZERO if v == 0 else ONE.copy_sign(v) for v in d], None, "grad_predictions")


def bce_with_logits(r):
    logits, s = r.tensor("logits"), r.real("label_smoothing", 0)
    targets = [[(1 - s) * y + s / 2 for y in row] for row in r.tensor("targets")]
    weights = r.tensor("pos_weight") if r.args.get("pos_weight") else [ONE] * len(logits[0])
    cells = [list(zip(z, y, weights)) for z, y in zip(logits, targets)]
    losses = [[(1 - y) * softplus(z) + p * y * softplus(-z) for z, y, p in row] for row in cells]
    slopes = [[(1 - y) * sigmoid(z) - p * y * sigmoid(-z) for z, y, p in row] for row in cells]
    units = [[max((1 - y) * sigmoid(z), p * y * sigmoid(-z)) for z, y, p in row] for row in cells]
    return reduced(r, losses, slopes, units, "grad_logits")


LOSSES = {
    "mse": (mse, "(p - y)^2"),
    "huber": (huber, "d^2/2 up to delta, delta (|d| - delta/2) beyond"),
    "smooth_l1": (smooth_l1, "d^2/(2 beta) below beta, |d| - beta/2 beyond"),
    "bce_with_logits": (bce_with_logits, "(1 - y) ln(1 + e^z) + p y ln(1 + e^-z)"),
}
