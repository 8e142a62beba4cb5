"""Hostile requests to optimizers, schedules, clipping, penalties, means and statistics."""
from exact import N

WIDE = ("float64", "float32")
LARGEST = {"float64": 1.7e308, "float32": 3.4e38}
# Numbers whose squares are beyond the format, and near its ends.
HUGE = {"float64": 1e200, "float32": 1e30}
SMALL = {"float64": 1e-200, "float32": 1e-30}
HALF = {"float64": 1e152, "float32": 1e18}
OVER, UNDER, HELD = "overflow on the way", "underflow on the way", "hyperparameter that the type can't hold"


def adam_state(dtype, step, m, v, kind="adam"):
    return {"kind": kind, "version": 1, "dtype": dtype, "step": step, "m": [[m]], "v": [[v]]}


def optimizers():
    for op in ("adam.step", "adamw.step", "lamb.step"):
        kind = "lamb" if op == "lamb.step" else "adam"
        zero = {"params": [[1 if kind == "lamb" else 0]]}
        for dtype in WIDE:
            top, big = LARGEST[dtype], HALF[dtype]
            # v = (1 - beta2) g^2 is held, v/(1 - beta2) is not.
            yield OVER, op, dtype, {"params": [[1]], "grads": [[40 * big]], "lr": 0.5, "weight_decay": 0}, {}
            yield OVER, op, dtype, {**zero, "grads": [[100 * big]], "lr": 0.001, "weight_decay": 0}, {}
            yield OVER, op, dtype, {**zero, "grads": [[-4 * big, 3 * big][:1]], "lr": 0.5, "beta2": 0.9999999, "weight_decay": 0}, {}
            yield OVER, op, dtype, {**zero, "grads": [[big]], "lr": HUGE[dtype], "weight_decay": 0}, {}
            yield UNDER, op, dtype, {**zero, "grads": [[N("1e-15") if dtype == "float32" else 1e-140]], "lr": N("1e-30") if dtype == "float32" else 1e-200, "eps": 1e-25 if dtype == "float32" else 1e-160, "weight_decay": 0}, {}
            yield OVER, op, dtype, {**zero, "grads": [[1]], "lr": 0.5, "eps": HUGE[dtype], "weight_decay": 0}, {}
            for b1, b2, t in ((0.9, 0.999, 10), (0.999999, 0.99999999, 1), (0.9999999999, 0.999999999999, 1000), (N("0.9999999999999999"), N("0.9999999999999999"), 5)):
                yield "1 - beta^t for beta near 1", op, dtype, {**zero, "grads": [[0.5]], "state": adam_state(dtype, t, 0.25, 0.125, kind), "lr": 0.1, "beta1": b1, "beta2": b2, "weight_decay": 0}, {}
            for t in (16777216, 9007199254740992, 9007199254740993):
                yield "counters", op, dtype, {**zero, "grads": [[0.5]], "state": adam_state(dtype, t, 0.25, 0.125, kind), "lr": 0.1, "beta1": 0.9999999, "beta2": N("0.9999999999999999"), "weight_decay": 0}, {}
            yield "hyperparameter rounded to the tensor's type", op, dtype, {"params": [[1, -3]], "grads": [[0.25, 0.5]], "lr": 0.1, "beta1": 0.99999999, "beta2": 0.9999999999, "weight_decay": 0.1}, {}
            yield "hyperparameter rounded to the tensor's type", op, dtype, {"params": [[1e-3, -3]], "grads": [[0, 0.5]], "lr": 0.3, "weight_decay": 1e-9}, {}
            yield OVER, op, dtype, {"params": [[top, 1]], "grads": [[1, 1]], "lr": 1e-3, "weight_decay": 1e-3}, {}
        yield HELD, op, "float32", {"params": [[1]], "grads": [[0]], "lr": 0.5, "eps": 1e-50, "weight_decay": 0}, {"refusal": "eps"}
        yield HELD, op, "float32", {"params": [[1]], "grads": [[0]], "lr": 1e39, "weight_decay": 0}, {"refusal": "lr"}
    for op in ("adam.step", "adamw.step"):
        for dtype in WIDE:
            yield OVER, op, dtype, {"params": [[1]], "grads": [[40 * HALF[dtype]]], "lr": 0.5, "weight_decay": 0, "eps_inside_root": True}, {}
            yield OVER, op, dtype, {"params": [[1]], "grads": [[40 * HALF[dtype]]], "lr": 0.5, "weight_decay": 0, "bias_correction": False}, {}
    for dtype in WIDE:
        yield OVER, "adamw.step", dtype, {"params": [[1]], "grads": [[0]], "lr": HUGE[dtype], "weight_decay": SMALL[dtype], "decay_on": "old"}, {}
        yield OVER, "adamw.step", dtype, {"params": [[HUGE[dtype]]], "grads": [[0]], "lr": 1e-9, "weight_decay": 0.1, "decay_on": "updated"}, {}
    yield from momentum()
    yield from layer_wise()


def momentum():
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        yield OVER, "sgd.step", dtype, {"params": [[0]], "grads": [[huge]], "lr": small}, {}
        yield OVER, "sgd.step", dtype, {"params": [[1]], "grads": [[top]], "lr": small, "weight_decay": 1}, {}
        yield OVER, "sgd.step", dtype, {"params": [[top]], "grads": [[0]], "lr": small, "weight_decay": 10}, {}
        yield OVER, "sgd.step", dtype, {"params": [[0]], "grads": [[top]], "lr": 1e-3, "momentum": 0.9, "nesterov": True}, {}
        state = {"kind": "sgd", "version": 1, "dtype": dtype, "step": 1, "lengths": [1], "buffers": [[2.0 ** 1023 if dtype == "float64" else 2.0 ** 127]]}
        yield OVER, "sgd.step", dtype, {"params": [[0]], "grads": [[-top]], "lr": 1e-3, "momentum": 0.9, "dampening": 0.5, "state": state}, {}
        state = {**state, "buffers": [[0.5]]}
        for tau in (0.9, 0.999999, N("0.9999999999999999")):
            yield "hyperparameter rounded to the tensor's type", "sgd.step", dtype, {"params": [[0]], "grads": [[1]], "lr": 1, "momentum": 0.5, "dampening": tau, "state": {**state, "buffers": [[0]]}}, {}
        yield "hyperparameter rounded to the tensor's type", "sgd.step", dtype, {"params": [[1, -2]], "grads": [[0.25, 1]], "lr": 0.1, "weight_decay": 0.3}, {}
        for more in ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.9, "dampening": 0.3, "state": state}):
            params = {"params": [[1, -2]], "grads": [[0.25, 1]]} if "state" not in more else {"params": [[1]], "grads": [[0.25]]}
            yield "hyperparameter rounded to the tensor's type", "sgd.step", dtype, {**params, "lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True, **more}, {}
        yield OVER, "sgd.step", dtype, {"params": [[top]], "grads": [[0]], "lr": small, "weight_decay": 10, "decoupled_weight_decay": True}, {}
        yield OVER, "sgd.step", dtype, {"params": [[1]], "grads": [[top]], "lr": 1e-3, "momentum": 0.9, "nesterov": True, "weight_decay": 10, "decoupled_weight_decay": True}, {}
    yield HELD, "sgd.step", "float32", {"params": [[0]], "grads": [[1e30]], "lr": 1e-46}, {"refusal": "lr"}
    yield HELD, "sgd.step", "float32", {"params": [[0]], "grads": [[1e-30]], "lr": 1e39}, {"refusal": "lr"}
    yield HELD, "sgd.step", "float32", {"params": [[1e30]], "grads": [[0]], "lr": 1e30, "weight_decay": 1e-47}, {"refusal": "weight_decay"}


def layer_wise():
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        for op in ("lars.step", "lamb.step"):
            yield OVER, op, dtype, {"params": [[huge, huge]], "grads": [[1, 2]], "lr": 0.1, "weight_decay": 0}, {}
            yield UNDER, op, dtype, {"params": [[small, small]], "grads": [[1, 2]], "lr": 0.1, "weight_decay": 0}, {}
        yield OVER, "lars.step", dtype, {"params": [[huge, huge]], "grads": [[huge, 2]], "lr": 0.1, "trust_coefficient": huge, "momentum": 0}, {}
        yield OVER, "lars.step", dtype, {"params": [[top]], "grads": [[top]], "lr": 0.1, "weight_decay": 1e3}, {}
        yield OVER, "lars.step", dtype, {"params": [[huge]], "grads": [[small]], "lr": small}, {}
        yield UNDER, "lars.step", dtype, {"params": [[small]], "grads": [[huge]], "lr": 1}, {}
        yield UNDER, "lars.step", dtype, {"params": [[small * 1e-8]], "grads": [[1e-3]], "lr": 1, "trust_coefficient": small, "momentum": 0}, {}
        yield "hyperparameter rounded to the tensor's type", "lars.step", dtype, {"params": [[1, 2]], "grads": [[0.5, 0.25]], "lr": 0.1, "weight_decay": 0.3, "momentum": 0.99999999}, {}
        yield OVER, "lamb.step", dtype, {"params": [[top]], "grads": [[1]], "lr": 0.1, "weight_decay": 1e3}, {}
        yield OVER, "lamb.step", dtype, {"params": [[huge]], "grads": [[1]], "lr": small}, {}
        for bound in ({"max_norm": 0.1}, {"min_norm": huge}, {"max_norm": small}, {"max_ratio": 0.3}, {"min_ratio": huge}, {"max_ratio": small}, {"min_ratio": 0.1, "max_ratio": huge}):
            for x in (top, 0.5, small, 0):
                yield OVER, "lamb.step", dtype, {"params": [[x, 1 if x == top else x]], "grads": [[1, -3]], "lr": small if huge in bound.values() else 0.1, **bound}, {}
        yield OVER, "lamb.step", dtype, {"params": [[top]], "grads": [[1]], "lr": 0.1, "weight_decay": 1e3, "max_ratio": 1, "maximize": True}, {}
        yield OVER, "lamb.step", dtype, {"params": [[top, 3]], "grads": [[1, 2]], "lr": 0.1, "weight_decay": 1, "decoupled_weight_decay": True}, {}
        yield OVER, "lamb.step", dtype, {"params": [[1, 3]], "grads": [[1, 2]], "lr": 0.1, "bias_correction": False, "eps": 0.1}, {}
        for n, g, lr in ((huge, small, small), (small, huge, huge), (top, small, small), (1e-3, top, 1), (huge, 1e-12, 1e-12)):
            yield OVER, "layerwise.ratio", dtype, {"params": [[n, n]], "grads": [[g, 0]], "lr": lr}, {}
        yield "counters", "llrd", dtype, {"lr": 0.1, "decay": 0.9999, "layers": 30}, {}
        yield UNDER, "llrd", dtype, {"lr": 1e300 if dtype == "float64" else 1e38, "decay": 1e-200 if dtype == "float64" else 1e-25, "layers": 3 if dtype == "float64" else 4}, {}
        yield UNDER, "llrd", dtype, {"lr": 1e-3, "decay": 1e-4, "layers": 9}, {}


def schedules():
    def of(kind, dtype, steps, what, **args):
        return what, "schedule", dtype, {"kind": kind, **args, "steps": steps}, {}
    for dtype in WIDE:
        top, end = LARGEST[dtype], "end of a schedule"
        for total in (100, 10_000, 1_000_000, 1_000_000_007):
            yield of("cosine", dtype, [total - 1, total - 2, 1, total // 2], end, lr_max=1, total=total)
            yield of("warmup_cosine", dtype, [total - 1, 5, 49, 51], end, lr_max=0.1, warmup=50, total=total)
            yield of("warmup_hold_cosine", dtype, [total - 1, 70, 81], end, lr_max=3e-4, lr_min=1e-30, warmup=50, decay_start=80, total=total)
        yield of("cosine", dtype, [999], end, lr_max=1, lr_min=1e-12, total=1000)
        yield of("cosine", dtype, [1, 500, 999], OVER, lr_max=top, total=1000)
        yield of("cosine", dtype, [1, 500, 999], UNDER, lr_max=1e-300 if dtype == "float64" else 1e-37, total=1000)
        yield of("warmup", dtype, [1, 9, 10], OVER, lr_max=top, warmup=10)
        yield of("warmup", dtype, [3, 7], UNDER, lr_max=1e-307 if dtype == "float64" else 1e-37, warmup=9)
        yield of("linear_decay", dtype, [1, 9], OVER, lr=top, total=10)
        yield of("linear_decay", dtype, [999_999_999], end, lr=1, total=1_000_000_000)
        yield of("step_decay", dtype, [20], UNDER, lr=1e300 if dtype == "float64" else 1e38, gamma=1e-200 if dtype == "float64" else 1e-30, every=10)
        yield of("step_decay", dtype, [9007199254740993], "counters", lr=0.1, gamma=0.999, every=9007199254740993)
        yield of("step_decay", dtype, [9007199254740992], "counters", lr=0.1, gamma=0.999, every=9007199254740993)
        yield of("step_decay", dtype, [1000000], "hyperparameter rounded to the tensor's type", lr=0.1, gamma=0.99999999, every=1)
        for big in (16777217, 9007199254740993, 9223372036854775807):
            yield of("linear_decay", dtype, [big - 1, big - 2], "counters", lr=0.3, total=big)
            yield of("warmup", dtype, [big - 1, 1], "counters", lr_max=0.3, warmup=big)
            yield of("cosine", dtype, [big - 1, big // 3], "counters", lr_max=0.3, total=big)
            yield of("warmup_cosine", dtype, [big - 1, big // 3], "counters", lr_max=0.3, warmup=big // 2, total=big)
        yield of("constant", dtype, [0], "hyperparameter rounded to the tensor's type", lr=0.1)
        for low, high, n in ((5e-324, 1.7e308, 5), (1e-300, 1e-290, 7), (1e290, 1e300, 4), (0.1, N("0.10000001"), 5), (1e-8, 10, 101)):
            if dtype == "float64":
                yield OVER, "lr_finder.sweep", dtype, {"lr_min": low, "lr_max": high, "count": n}, {}
        for low, high, n in ((N("1.5e-45"), 3.4e38, 5), (1e-38, 1e-30, 7), (1e30, 3e38, 4), (0.1, 0.100001, 5), (1e-8, 10, 101)):
            if dtype == "float32":
                yield OVER, "lr_finder.sweep", dtype, {"lr_min": low, "lr_max": high, "count": n}, {}
        yield OVER, "linear_scaling", dtype, {"lr": top, "batch": 9223372036854775807, "new_batch": 9007199254740993, "warmup": 9007199254740993}, {}
        yield "counters", "linear_scaling", dtype, {"lr": 0.1, "batch": 9007199254740993, "new_batch": 9007199254740995, "warmup": 9223372036854775807}, {}
        yield UNDER, "linear_scaling", dtype, {"lr": 1e-300 if dtype == "float64" else 1e-38, "batch": 1000, "new_batch": 3, "warmup": None}, {}
        for loss in ([-1, -2, -8, -3], [-1, -1, -1, 3], [-1, -2, -8, 17], [0, 0, 0, 0], [0, -1, 2, 1], [4, 3, 12, 13], [1e-3, -5, 1, 20], [-5, -6, "Infinity", 0], [-3, -2.9, 5.9, 6.1]):
            yield "contract", "lr_finder.suggest", dtype, {"lr": [1e-4, 1e-3, 1e-2, 1e-1], "loss": loss}, {}
        yield OVER, "lr_finder.suggest", dtype, {"lr": [1e-4, 1e-3, 1e-2, 1e-1], "loss": [top, top, -top, -top]}, {"leave": {"steepest": "two slopes are equal but for the last places of the logarithms below them"}}
        yield OVER, "lr_finder.suggest", dtype, {"lr": [1, 2, 4], "loss": [top, 1, -top]}, {}
        yield "1 - beta^t for beta near 1", "lr_finder.suggest", dtype, {"lr": [1e-4, 1e-3, 1e-2, 1e-1], "loss": [4, 3, 1, 0.9], "smoothing": N("0.9999999999999999")}, {}


def sparse():
    for dtype in WIDE:
        huge, small = HUGE[dtype], SMALL[dtype]
        state = {"kind": "adam", "version": 1, "dtype": dtype, "step": 1000000, "m": [[1, 2], [3, 4]], "v": [[1, 2], [3, 4]]}
        for grads in ([[huge, small], [small, -3]], [[1, 2], [4, 8]]):
            for rows in ([0, 1], [1, 0], [1, 1]):
                yield OVER, "sparse_adam.step", dtype, {"params": [[1, 2], [3, huge]], "rows": rows, "grads": grads, "lr": 0.1}, {}
        yield "counters", "sparse_adam.step", dtype, {"params": [[1, 2], [3, 4]], "rows": [1], "grads": [[0.1, 0.3]], "lr": 0.1, "eps": 0.1, "state": state}, {}
        yield "hyperparameter rounded to the tensor's type", "sparse_adam.step", dtype, {"params": [[1, 2], [3, 4]], "rows": [0], "grads": [[0.1, 0.3]], "lr": 0.3, "eps": 0.7, "beta1": 0.9999999, "beta2": 0.99999999}, {}


def matrices():
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        square = {"params": [[1, 2, 3, 4]], "shapes": [[2, 2]], "lr": 0.1}
        for size in (huge, small):
            yield OVER if size == huge else UNDER, "muon.step", dtype, {**square, "grads": [[size, 0, size, 3 * size]]}, {}
            yield OVER if size == huge else UNDER, "muon.step", dtype, {**square, "grads": [[size, 0, size, 3 * size]], "eps": 0, "lr": size}, {}
        yield OVER, "muon.step", dtype, {**square, "grads": [[top, -top, top, top]], "momentum": 0.9}, {}
        yield OVER, "muon.step", dtype, {**square, "grads": [[huge, small, 1, 0]], "shapes": [[4, 1]]}, {}
        yield "cancellation", "muon.step", dtype, {**square, "grads": [[1, 1, 1, 1.0000001]]}, {}
        yield "cancellation", "muon.step", dtype, {**square, "grads": [[1, 2, 2, 4]], "nesterov": False}, {}
        for scale in ("rms", "none"):
            yield "contract", "muon.step", dtype, {**square, "grads": [[1, -2, 2, 4]], "shapes": [[4, 1]], "scale": scale}, {}
        state = {"kind": "muon", "version": 1, "dtype": dtype, "step": 16777216, "m": [[-1, 0.5, 0, 3]]}
        yield "counters", "muon.step", dtype, {**square, "grads": [[1, -0.5, 0.25, -3]], "state": state}, {}
        yield "hyperparameter rounded to the tensor's type", "muon.step", dtype, {**square, "grads": [[1, 3, 0.5, 0]], "lr": 0.3, "momentum": 0.9999999, "eps": 0.7, "weight_decay": 1e-9}, {}
        yield OVER, "muon.step", dtype, {"params": [[top, 1]], "shapes": [[2, 1]], "grads": [[1, 1]], "lr": 1e-3, "weight_decay": 1e-3}, {}
    yield HELD, "muon.step", "float32", {**square, "grads": [[1, 0, 0, 0]], "eps": 1e-50}, {"refusal": "eps"}
    yield HELD, "muon.step", "float32", {**square, "grads": [[1, 0, 0, 0]], "lr": 1e39}, {"refusal": "lr"}


def factored():
    op, counters = "adafactor.step", "counters"
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        held = N(f"{2.0 ** (600 if dtype == 'float64' else 100)!r}")
        square = {"params": [[1, 2, 3, 4]], "shapes": [[2, 2]]}
        for size in (huge, small):
            kind = OVER if size == huge else UNDER
            yield kind, op, dtype, {**square, "grads": [[size, 0, size, 3 * size]]}, {}
            yield kind, op, dtype, {**square, "grads": [[size, 0, size, 3 * size]], "eps": 0, "lr": 0.5, "clip_threshold": None}, {}
            yield kind, op, dtype, {"params": [[size, 2 * size]], "shapes": [[1, 2]], "grads": [[1, -2]], "eps_scale": 0}, {}
        yield OVER, op, dtype, {**square, "grads": [[top, -top, top, top]], "beta1": 0.9}, {}
        yield OVER, op, dtype, {**square, "grads": [[top, top, top, 0]], "lr": 0.5, "clip_threshold": 2}, {}
        yield OVER, op, dtype, {"params": [[1, 2, 3, 4]], "shapes": [[4, 1]], "grads": [[huge, small, 1, 0]], "lr": 0.5}, {}
        yield OVER, op, dtype, {"params": [[1, 2, 3, 4]], "shapes": [[1, 4]], "grads": [[huge, small, 1, -2]], "lr": 0.5, "eps": 0}, {}
        yield OVER, op, dtype, {**square, "grads": [[huge, 1, 1, small]], "lr": 0.5}, {}
        yield OVER, op, dtype, {"params": [[top, 1]], "shapes": [[2, 1]], "grads": [[1, 1]], "lr": 1e-3, "weight_decay": 1e-3}, {}
        yield OVER, op, dtype, {**square, "grads": [[huge, 1, 1, 1]], "eps": 0.25, "eps_on": "estimate"}, {}
        yield UNDER, op, dtype, {**square, "grads": [[small, 0, 0, 0]], "eps": 1e-10, "eps_on": "estimate", "lr": 0.5}, {}
        for step in (1, 2, 16777216, 9007199254740993):
            state = {"kind": "adafactor", "version": 1, "dtype": dtype, "step": step, "row": [[1, 0.25]], "column": [[0.5, 0.875]], "m": [[]]}
            yield counters, op, dtype, {**square, "grads": [[1, -0.5, 0.25, -3]], "state": state, "clip_threshold": 0.25}, {}
            yield counters, op, dtype, {**square, "grads": [[huge, -huge, huge, small]], "state": {**state, "row": [[held, 3]], "column": [[held, held]]}, "lr": 0.5, "decay_rate": 0.5}, {}
        state = {"kind": "adafactor", "version": 1, "dtype": dtype, "step": 3, "row": [[1, 0.25]], "column": [[0.5, 0.875]], "m": [[0.0078125, -0.0078125, 1, 2]]}
        yield "cancellation", op, dtype, {**square, "grads": [[-1, 1, -0.25, -3]], "state": state, "beta1": 0.5, "lr": 0.02, "scale_parameter": False}, {}
        yield "cancellation", op, dtype, {**square, "grads": [[1, 1, 1, 1.0000001]]}, {}
        yield "hyperparameter rounded to the tensor's type", op, dtype, {**square, "grads": [[1, 3, 0.5, 0]], "state": state, "lr": 0.3, "decay_rate": 0.79999999, "eps": 0.7, "eps_scale": 3.3, "clip_threshold": 0.3, "beta1": 0.9999999, "weight_decay": 1e-9}, {}
        yield "hyperparameter rounded to the tensor's type", op, dtype, {**square, "grads": [[1, 3, 0.5, 0]], "lr": 0.3, "weight_decay": 0.7, "decay_by": "step", "relative_step": False}, {}
    for name, value in (("eps", 1e-50), ("lr", 1e39), ("eps_scale", 1e39), ("clip_threshold", 1e39)):
        yield HELD, op, "float32", {**square, "grads": [[1, 0, 0, 0]], name: value}, {"refusal": name}
    for dtype in ("float16", "bfloat16"):
        top = {"float16": 65504, "bfloat16": 3e38}[dtype]
        for grads in ([1, 2, 2, 4], [top / 2, -top / 2, top / 2, 2], [1e-6, 0, 3e-6, 1e-7]):
            yield "narrow types", op, dtype, {"params": [[1, 2, 3, 4]], "shapes": [[2, 2]], "grads": [grads], "lr": 0.1, "beta1": 0.3, "weight_decay": 0.01}, {"units": "0.500001", "leave": {"state": "the implementation's own"}}


def norms():
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        tiny = N("5e-324") if dtype == "float64" else N("1e-45")
        for t in ([[huge, huge]], [[small, 2 * small]], [[tiny, tiny, tiny]], [[top]], [[huge], [small], [1]], [[3 * huge, 4 * huge], [small]], [[1e-10] * 100]):
            yield OVER, "norm.l2", dtype, {"tensors": t}, {}
            yield OVER, "grad_stats", dtype, {"grads": t}, {}
            yield OVER, "clip.global_norm", dtype, {"grads": t, "max_norm": 1}, {}
            yield OVER, "clip.per_tensor_norm", dtype, {"grads": t, "max_norm": 0.1}, {}
            for p in (1, 1.5, 3, 50, 1e300, "Infinity"):
                if p != 1 or t != [[top]]:
                    yield OVER, "norm.p", dtype, {"tensors": t, "p": p}, {}
            yield OVER, "clip.adaptive", dtype, {"params": t, "grads": [[small, huge, -3][:len(u)] + [1] * (len(u) - 3) for u in t], "clipping": 0.1}, {}
        yield OVER, "clip.global_norm", dtype, {"grads": [[huge, huge], [small]], "max_norm": 1, "norm_type": 3}, {}
        yield OVER, "clip.per_tensor_norm", dtype, {"grads": [[huge, huge], [small]], "max_norm": 1, "norm_type": 1}, {}
        yield UNDER, "clip.global_norm", dtype, {"grads": [[huge, 1]], "max_norm": small, "norm_type": "Infinity"}, {}
        yield UNDER, "clip.adaptive", dtype, {"params": [[small, -small], [0, 0], [0, 1]], "grads": [[huge, 1], [3, 4], [1, 1]], "clipping": 1e-30, "eps": small}, {}
        yield "hyperparameter rounded to the tensor's type", "clip.adaptive", dtype, {"params": [[0, 0], [0.1, 3]], "grads": [[3, 4], [0.7, 0.1]], "clipping": 0.1, "eps": 0.1}, {}
        yield OVER, "clip.global_norm", dtype, {"grads": [[top, top]], "max_norm": small}, {"refusal": "grads"}
        yield UNDER, "clip.global_norm", dtype, {"grads": [[huge, 1]], "max_norm": small}, {}
        yield UNDER, "clip.per_tensor_norm", dtype, {"grads": [[huge, 3 * huge], [1]], "max_norm": small}, {}
        yield OVER, "clip.global_norm", dtype, {"grads": [[top, -top, top]], "max_norm": 1}, {"refusal": "grads"}
        yield HELD, "clip.global_norm", dtype, {"grads": [[3, 4]], "max_norm": N("1e-60")}, {"refusal": "max_norm"}
        yield HELD, "clip.global_norm", dtype, {"grads": [[3, 4]], "max_norm": "Infinity"}, {}
        yield HELD, "clip.global_norm", dtype, {"grads": [[3, 4]], "max_norm": 1e300}, {"refusal": "max_norm"}
        yield HELD, "clip.value", dtype, {"grads": [[3, -4, 1e-30]], "limit": 1e300}, {"refusal": "limit"}
        yield HELD, "clip.value", dtype, {"grads": [[3, -4, 1e-30]], "limit": N("1e-60")}, {"refusal": "limit"}
        yield "hyperparameter rounded to the tensor's type", "clip.value", dtype, {"grads": [[3, -4, 0.05]], "limit": 0.1}, {}
        yield "infinities", "grad_stats", dtype, {"grads": [["Infinity", 1, -2], ["NaN", 0, -0.0]]}, {}
        yield "infinities", "clip.value", dtype, {"grads": [["Infinity", "-Infinity", 1]], "limit": 2}, {}


def penalties():
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        for half in (False, True):
            for x, strength in (([huge], small * 1e-5), ([small], huge), ([huge, -huge, 1], small * 1e-5), ([0.1], top), ([small, 1], small), ([1, 2, 3], 0.1), ([1e-3] * 50, 1e-9)):
                yield OVER, "l2_penalty", dtype, {"params": [x], "lambda": strength, "half": half}, {}
        cases = (
            (huge, 0, small * 1e-5, 1), (huge, -huge, small * 1e-5, small), (small, 0, huge, huge), (top, -top, small, small), (1, 0.9999, 3, 0.1),
            (small, -small, 1e20, huge), (1, 0, top, 1e-3), (1e-3, 0, top, 0.01), (0.1, 0, small, huge))
        for x, a, f, strength in cases:
            yield OVER, "ewc", dtype, {"params": [[x, 0.5]], "anchor": [[a, 0.5]], "fisher": [[f, 1]], "lambda": strength}, {}
    yield HELD, "l2_penalty", "float32", {"params": [[1e30]], "lambda": 1e-47}, {"refusal": "lambda"}
    yield HELD, "l2_penalty", "float32", {"params": [[1e-30]], "lambda": 1e40}, {"refusal": "lambda"}
    yield HELD, "ewc", "float32", {"params": [[1e30]], "anchor": [[0]], "fisher": [[1]], "lambda": 1e-47}, {"refusal": "lambda"}


def means():
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        tiny = N("5e-324") if dtype == "float64" else N("1e-45")
        yield OVER, "accumulate", dtype, {"micro_grads": [[[top]], [[top]], [[top]]]}, {}
        yield OVER, "accumulate", dtype, {"micro_grads": [[[top, -top]], [[top, -top]]], "weights": [3, 5]}, {}
        yield OVER, "accumulate", dtype, {"micro_grads": [[[1]], [[3]]], "weights": [top, top]}, {}
        yield OVER, "accumulate", dtype, {"micro_grads": [[[huge]], [[3 * huge]]], "weights": [huge, huge]}, {}
        yield UNDER, "accumulate", dtype, {"micro_grads": [[[small]], [[3 * small]]], "weights": [small, small]}, {}
        yield UNDER, "accumulate", dtype, {"micro_grads": [[[1]], [[3]]], "weights": [tiny, tiny]}, {}
        yield UNDER, "accumulate", dtype, {"micro_grads": [[[tiny]], [[tiny]]]}, {}
        yield OVER, "accumulate", dtype, {"micro_grads": [[[top]], [[-top]], [[1]]]}, {}
        yield OVER, "accumulate", dtype, {"micro_grads": [[[1]], [[top]]], "weights": [huge, 0]}, {}
        yield "large mean, small spread", "accumulate", dtype, {"micro_grads": [[[1000.001]], [[1000.002]], [[1000.0005]]], "weights": [1, 2, 3]}, {}
        for grads, scale in (([1e30, -3e-30], 1e-8), ([1e-30], 1e30), ([70000, 65519, 1e-8], 1024), ([1e38], 3e38), ([1], N("1e-45"))):
            yield OVER, "loss_scale.unscale", dtype, {"grads": [grads], "scale": scale}, {"units": "0"}
            yield "narrow types", "loss_scale.unscale", dtype, {"grads": [grads], "scale": scale, "grad_dtype": "float16"}, {"units": "0"}
        for scale, grown in ((3.4e38, 2), (1.7e38, 2), (N("1.8e38"), 1.9), (0.1, 2), (65536, 1.0000001)):
            yield "contract", "loss_scale.update", dtype, {"scale": scale, "tracker": 9, "interval": 10, "found_inf": False, "growth": grown}, {}
        for scale, back in ((N("1.5e-45"), 0.5), (3e-45, 0.3), (1, 0.7), (3.4e38, 0.999999)):
            yield "contract", "loss_scale.update", dtype, {"scale": scale, "tracker": 9, "found_inf": True, "backoff": back}, {}
        for scale, least in ((3, 1), (3, 2), (0.1, 0.3), (0.3, 0.2), (N("1e-38"), N("7e-39"))):
            yield "contract", "loss_scale.update", dtype, {"scale": scale, "tracker": 9, "found_inf": True, "min_scale": least}, {}
        for overflows in (0, 1, 2, 9007199254740993):
            yield "counters", "loss_scale.update", dtype, {"scale": 8, "tracker": 9, "found_inf": True, "hysteresis": 3 if overflows < 3 else 9007199254740995, "overflows": overflows}, {}
        yield "counters", "loss_scale.update", dtype, {"scale": 8, "tracker": 9007199254740992, "interval": 9007199254740994, "found_inf": False}, {}
        yield "counters", "loss_scale.update", dtype, {"scale": 8, "tracker": 9007199254740993, "interval": 9007199254740994, "found_inf": False}, {}
        for losses, delta in (([1, 0.99999994], 4e-8), ([1e16, 9999999999999998], 1.1), ([top, -top], 1), ([-top, top], 0), ([0.5, 0.4], 0.1), (["NaN", 1, "NaN", 2], 0)):
            yield "hyperparameter rounded to the tensor's type", "early_stopping", dtype, {"losses": losses, "patience": 2, "min_delta": delta}, {}


def directions():
    """Directions, differences and norms beyond the format in steps that are not."""
    for dtype in WIDE:
        huge, small, top = HUGE[dtype], SMALL[dtype], LARGEST[dtype]
        state = {"kind": "sgd", "version": 1, "dtype": dtype, "step": 1, "lengths": [1], "buffers": [[-2.0 ** 1023 if dtype == "float64" else -2.0 ** 127]]}
        yield OVER, "sgd.step", dtype, {"params": [[top]], "grads": [[0]], "lr": small, "weight_decay": huge, "momentum": 0.9, "nesterov": True}, {}
        yield OVER, "sgd.step", dtype, {"params": [[top]], "grads": [[top]], "lr": 1e-3, "weight_decay": 1, "momentum": 0.5, "state": state}, {}
        yield OVER, "sgd.step", dtype, {"params": [[top]], "grads": [[0]], "lr": 1, "weight_decay": 2, "momentum": 0.9, "dampening": 0.999, "state": state}, {}
        yield OVER, "sgd.step", dtype, {"params": [[0]], "grads": [["Infinity"]], "lr": 1e-3, "weight_decay": 1}, {}
        yield OVER, "lars.step", dtype, {"params": [[top, top]], "grads": [[top, small]], "lr": 0.1, "weight_decay": 1e3, "momentum": 0}, {}
        yield OVER, "lars.step", dtype, {"params": [[top]], "grads": [[0]], "lr": 1e-5, "weight_decay": 1e3, "momentum": 0}, {}
        yield OVER, "lars.step", dtype, {"params": [[top, top]], "grads": [[small, 0]], "lr": 0.5, "weight_decay": huge, "momentum": 0.5}, {}
        yield OVER, "lars.step", dtype, {"params": [[top, top]], "grads": [[top, top]], "lr": 0.1, "weight_decay": 1e-10, "momentum": 0}, {}
        yield OVER, "lamb.step", dtype, {"params": [[top, 1e10]], "grads": [[1, 1]], "lr": 0.1, "weight_decay": huge}, {}
        yield OVER, "cross_entropy", dtype, {"logits": [[top, -top], [0, 0], [top, -top]], "targets": [1, 0, -1], "ignore_index": -1}, {}
        yield OVER, "cross_entropy", dtype, {"logits": [[top, -top]], "targets": [0], "label_smoothing": 0.1}, {}
        yield OVER, "cross_entropy", dtype, {"logits": [[top, -top]], "targets": [0], "label_smoothing": 0.1, "reduction": "none"}, {}
        tiny = N("5e-324") if dtype == "float64" else N("1e-45")
        yield OVER, "ewc", dtype, {"params": [[top, tiny]], "anchor": [[-top, 0]], "fisher": [[0, top]], "lambda": top}, {}
        yield OVER, "layerwise.ratio", dtype, {"params": [[top, top]], "grads": [[huge, 0]], "lr": tiny}, {}
        yield OVER, "attention", dtype, {"q": [[huge, 1], [huge, 1]], "k": [[1, top], [top, 1]], "v": [[1, 2], [3, 4]]}, {}
        yield OVER, "attention", dtype, {"q": [[1, 1], [huge, huge]], "k": [[0.5, -1], [huge, huge]], "v": [[1, 2], [3, 4]], "heads": 2}, {}


def digits():
    """Hyperparameters of which binary32 holds no digit, or few, where it holds what is derived from them."""
    def of(op, tiny, **args):
        name = {"sgd.step": "lr", "layer_norm": "eps", "adam.step": "eps", "adamw.step": "eps", "lamb.step": "eps", "layerwise.ratio": "lr", "clip.global_norm": "max_norm"}.get(op, "lambda")
        return HELD, op, "float32", {**args, name: N(tiny)}, {}
    yield of("sgd.step", "1.1e-42", params=[[0]], grads=[[1e30]])
    yield HELD, "sgd.step", "float32", {"params": [[1e30]], "grads": [[0]], "lr": 1e37, "weight_decay": N("1.1e-42")}, {}
    yield HELD, "sgd.step", "float32", {"params": [[0]], "grads": [[0]], "lr": 1, "momentum": N("1.1e-42"), "state": {"kind": "sgd", "version": 1, "dtype": "float32", "step": 1, "lengths": [1], "buffers": [[2.0 ** 100]]}}, {}
    yield of("l2_penalty", "1.1e-42", params=[[1e30, 3]])
    yield of("ewc", "1.1e-42", params=[[1e30, 3]], anchor=[[0, 1]], fisher=[[1, 2]])
    yield of("layer_norm", "1.1e-42", x=[[1e-30, -1e-30, 3e-30]], gain=[1, 2, 1], bias=[0, 0, 0])
    for op in ("adam.step", "adamw.step", "lamb.step"):
        yield of(op, "1.1e-42", params=[[2]], grads=[[1e-42]], lr=0.5, weight_decay=0)
    yield HELD, "lars.step", "float32", {"params": [[1, 2]], "grads": [[1e-30, 0]], "lr": N("1.1e-42"), "trust_coefficient": 1e30, "momentum": 0}, {}
    yield of("layerwise.ratio", "1.1e-42", params=[[1e20]], grads=[[1e-20]])
    yield of("clip.global_norm", "1.1e-42", grads=[[1e30, 1]])
