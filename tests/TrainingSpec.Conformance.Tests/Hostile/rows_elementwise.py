"""Hostile requests to optimizers that move each element by itself."""
from definitions_elementwise import KINDS
from exact import N
from rows_training import HALF, HELD, HUGE, LARGEST, OVER, SMALL, UNDER, WIDE

ROUNDED = "hyperparameter rounded to the tensor's type"


def state(kind, dtype, step, *values):
    held = {"kind": kind, "version": 1, "dtype": dtype, "step": step, **{s: [[v]] for s, v in zip(KINDS[kind][1].split(), values)}}
    return {**held, "mu_product": [[0.25, 0]]} if kind == "nadam" else held


def elementwise():
    for kind in KINDS:
        op = f"{kind}.step"
        divides = kind != "lion"
        for dtype in WIDE:
            big, small, huge, top = HALF[dtype], SMALL[dtype], HUGE[dtype], LARGEST[dtype]
            tiny = {"eps": 1e-25 if dtype == "float32" else 1e-160} if divides else {}
            yield OVER, op, dtype, {"params": [[1]], "grads": [[40 * big]], "lr": 0.5}, {}
            yield OVER, op, dtype, {"params": [[0]], "grads": [[-big]], "lr": 1e-3, "weight_decay": 0}, {}
            yield OVER, op, dtype, {"params": [[top, 1]], "grads": [[1, 1]], "lr": 1e-3}, {}
            yield OVER, op, dtype, {"params": [[0]], "grads": [[1]], "lr": huge}, {}
            yield UNDER, op, dtype, {"params": [[0]], "grads": [[N("1e-15") if dtype == "float32" else 1e-140]], "lr": 0.5, **tiny}, {}
            yield UNDER, op, dtype, {"params": [[small]], "grads": [[0]], "lr": 0.5, "weight_decay": 0}, {}
            yield ROUNDED, op, dtype, {"params": [[1, -3]], "grads": [[0.25, 0.5]], "lr": 0.1, "weight_decay": 0.3}, {}
            if divides and kind not in ("adamax", "adagrad"):
                # A second moment that is more or less than the type holds; in the first steps RAdam has none.
                less, least = (1e-200, 2.0 ** -1060) if dtype == "float64" else (1e-30, 2.0 ** -140)
                held = {"state": state(kind, dtype, 9, 0, 0, 0)} if kind == "radam" else {}
                for g, more in ((huge, {}), (-huge, {}), (less, {"eps": least}), (-less / 3, {"eps": least}), *(((less, {"eps": 0}),) if kind != "adadelta" else ())):
                    yield "a state that the type can't hold", op, dtype, {"params": [[1]], "grads": [[g]], "lr": 0.5, **held, **more}, {}
                    if kind in ("amsgrad", "rmsprop"):
                        yield "a state that the type can't hold", op, dtype, {"params": [[1]], "grads": [[g]], "lr": 0.5, "eps_inside_root": True, **more}, {}
                    if kind == "rmsprop":
                        yield "a state that the type can't hold", op, dtype, {"params": [[1]], "grads": [[g]], "lr": 0.5, "centered": True, "momentum": 0.5, **more}, {}
            if divides:
                yield OVER, op, dtype, {"params": [[0]], "grads": [[1]], "lr": 0.5, "eps": huge}, {}
                yield "infinities", op, dtype, {"params": [[0, 1]], "grads": [["NaN", 2]], "lr": 0.5}, {}
            if kind in ("adamax", "nadam", "radam", "amsgrad", "lion"):
                for b1, b2, t in ((0.9, 0.999, 10), (0.999999, 0.99999999, 1), (0.9999999999, 0.999999999999, 1000)):
                    yield "1 - beta^t for beta near 1", op, dtype, {"params": [[0]], "grads": [[0.5]], "state": state(kind, dtype, t, 0.25, 0.125, 0.125), "lr": 0.1, "beta1": b1, "beta2": b2}, {}
                for t in (16777216, 9007199254740993):
                    yield "counters", op, dtype, {"params": [[0]], "grads": [[0.5]], "state": state(kind, dtype, t, 0.25, 0.125, 0.125), "lr": 0.1, "beta1": 0.9999999, "beta2": N("0.9999999999999999")}, {}
        yield HELD, op, "float32", {"params": [[1]], "grads": [[0]], "lr": 1e39}, {"refusal": "lr"}
        if divides:
            yield HELD, op, "float32", {"params": [[1]], "grads": [[0]], "lr": 0.5, "eps": 1e-50}, {"refusal": "eps"}
            yield HELD, op, "float32", {"params": [[2]], "grads": [[1e-42]], "lr": 0.5, "eps": N("1.1e-42")}, {}
    yield from options()
    yield from averages()
    yield from narrow()


def narrow():
    """Float16 and bfloat16 where arithmetic in the type would round again or leave its range: what is right is rounded once."""
    once = {"units": "0.500001"}
    kept = once | {"leave": {"state": "the implementation's own"}}
    for dtype in ("float16", "bfloat16"):
        top = {"float16": 65504, "bfloat16": 3e38}[dtype]
        params, grads = [[1.5, -0.0123, 300], [0.7]], [[0.3, 1e-3, -2], [top / 4]]
        for kind in [*KINDS, "sgd", "adam", "adamw", "lars", "lamb"]:
            for lr, decay in ((0.1, 0), (3e-4, 0.01)):
                yield "narrow types", f"{kind}.step", dtype, {"params": params, "grads": grads, "lr": lr, "weight_decay": decay}, kept
        for grads in ([1, 2, 2, 4], [top / 2, -top / 2, top / 2, 2]):
            yield "narrow types", "muon.step", dtype, {"params": [[1, 2, 3, 4]], "shapes": [[2, 2]], "grads": [grads], "lr": 0.1, "momentum": 0.9}, kept
        yield "narrow types", "adamw.step", dtype, {"params": [[1.5]], "grads": [[1e-6]], "lr": 0.1, "eps": 1e-10, "beta2": 0.9999}, kept
        yield "narrow types", "average.weights", dtype, {"params": [[0.3, -7]], "decay": 0.999, "start": "zeros", "bias_correction": True}, kept
        yield "narrow types", "norm.l2", dtype, {"tensors": [[300] * 5, [top / 300, 0.1]]}, once
        yield "narrow types", "norm.l2", dtype, {"tensors": [[1e-5, 3e-6], [2e-5]]}, once
        for op in ("clip.global_norm", "clip.per_tensor_norm"):
            yield "narrow types", op, dtype, {"grads": [[top, -top / 2], [0.3, 7]], "max_norm": 0.7}, once
        yield "narrow types", "clip.value", dtype, {"grads": [[top, -0.3]], "limit": 0.7}, once
        yield "narrow types", "accumulate", dtype, {"micro_grads": [[[top, 0.1]], [[top, 0.3]], [[top / 2, 0.7]]]}, once
        yield "narrow types", "accumulate", dtype, {"micro_grads": [[[1, 0.1]], [[2, 0.3]]], "weights": [1000, 3]}, once
        yield "narrow types", "layer_norm", dtype, {"x": [[300, 301.5, -299], [1e-3, 2e-3, 7e-3]], "gain": [1, 0.3, 2], "bias": [0, 0.1, -1], "grad_y": [[0.1, 0.2, -0.3], [1, 0, 0.5]]}, once
        yield "narrow types", "cross_entropy", dtype, {"logits": [[9, 0.3, -2], [17, 0, 1]], "targets": [0, 2]}, once
        yield "narrow types", "cross_entropy", dtype, {"logits": [[9, 0.3, -2]], "targets": [0], "label_smoothing": 0.1, "reduction": "sum"}, once


def averages():
    own = {"leave": {"state": "the implementation's own"}}
    for dtype in WIDE:
        top, small = (2.0 ** 1023, 2.0 ** -1000) if dtype == "float64" else (2.0 ** 127, 2.0 ** -120)
        def of(kind, step, value, kept=0.25):
            return {"kind": f"average.{kind}", "version": 1, "dtype": dtype, "step": step, "average": [[value]], "kept": [[kept, 0]]}
        for old, new in ((-top, top), (top, top), (top, -1), (small, 3 * small), (1, -1)):
            yield OVER, "average.weights", dtype, {"params": [[new]], "kind": "equal", "state": of("equal", 1, old)}, own
            yield OVER, "average.weights", dtype, {"params": [[new]], "decay": 0.5, "state": of("exponential", 1, old)}, own
            yield "counters", "average.weights", dtype, {"params": [[new]], "kind": "equal", "state": of("equal", 16777216, old)}, own
        for beta in (0.9999, 0.99999999, N("0.9999999999999999"), N("1.1e-42"), 0):
            yield ROUNDED, "average.weights", dtype, {"params": [[2.0 ** 100, 0.3]], "decay": beta, "start": "zeros", "bias_correction": True}, own
            yield ROUNDED, "average.weights", dtype, {"params": [[0.3]], "decay": beta, "state": of("exponential", 3, 2.0 ** 100)}, own
        for n in (0, 1, 8990, 9007199254740993):
            yield ROUNDED, "average.weights", dtype, {"params": [[0.3]], "num_updates": n, "state": of("exponential", 3, 0.1 if dtype == "float64" else 0.5)}, own


def options():
    for dtype in WIDE:
        big, huge, small = HALF[dtype], HUGE[dtype], SMALL[dtype]
        old = state("rmsprop", dtype, 3, 0.5, 0.25, -2)
        for more in ({"momentum": 0.9}, {"momentum": 0.9, "lr_in_velocity": True}, {"centered": True}, {"centered": True, "momentum": 0.5, "eps_inside_root": True}, {"alpha": N("0.9999999999999999")}, {"alpha": 0.99999}):
            yield ROUNDED, "rmsprop.step", dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "state": old, **more}, {}
        yield OVER, "rmsprop.step", dtype, {"params": [[1]], "grads": [[40 * big]], "lr": 0.5, "eps_inside_root": True, "momentum": 0.5}, {}
        yield OVER, "rmsprop.step", dtype, {"params": [[0]], "grads": [[1]], "lr": huge, "momentum": 0.5, "lr_in_velocity": True}, {}
        yield UNDER, "rmsprop.step", dtype, {"params": [[0]], "grads": [[1]], "lr": small, "momentum": 0.5, "lr_in_velocity": True}, {}
        yield ROUNDED, "rmsprop.step", dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "initial_accumulator_value": 0.1}, {}
        # A square beyond the number, whose root is not.
        for g in (huge, -huge, 3 * huge):
            yield OVER, "adagrad.step", dtype, {"params": [[1]], "grads": [[g]], "lr": 0.5}, {}
            yield OVER, "adagrad.step", dtype, {"params": [[1]], "grads": [[g]], "lr": 0.5, "eps_inside_root": True}, {}
        yield UNDER, "adagrad.step", dtype, {"params": [[0]], "grads": [[small]], "lr": 0.5, "eps": 0}, {}
        yield "counters", "adagrad.step", dtype, {"params": [[0]], "grads": [[0.5]], "lr": 0.1, "lr_decay": 0.001, "state": state("adagrad", dtype, 9007199254740993, 0.25)}, {}
        yield OVER, "adagrad.step", dtype, {"params": [[0]], "grads": [[0.5]], "lr": huge, "lr_decay": huge, "state": state("adagrad", dtype, 3, 0.25)}, {}
        yield ROUNDED, "adagrad.step", dtype, {"params": [[0]], "grads": [[0.5]], "lr": 0.1, "initial_accumulator_value": 0.1, "lr_decay": 0.3}, {}
        yield ROUNDED, "adadelta.step", dtype, {"params": [[1]], "grads": [[0.3]], "rho": 0.999999, "state": state("adadelta", dtype, 3, 0.5, 2.0 ** -13)}, {}
        for psi in (0, 0.3, 1, 1e300, None):
            yield ROUNDED, "nadam.step", dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "momentum_decay": psi, "state": state("nadam", dtype, 3, 0.5, 0.25)}, {}
        for t in (4, 5, 6, 1000):
            for on in ("moment", "corrected"):
                yield ROUNDED, "radam.step", dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "eps": 0.1, "eps_on": on, "state": state("radam", dtype, t, 0.5, 0.25)}, {}
        # The corrected moment is more than the type holds, the moment is not.
        yield OVER, "amsgrad.step", dtype, {"params": [[1, 1]], "grads": [[40 * big, 1]], "lr": 0.5, "max_of": "corrected"}, {}
        for more in ({"max_of": "corrected"}, {"bias_correction": False}, {"eps_inside_root": True}, {"decoupled_weight_decay": True, "weight_decay": 0.1}, {"eps": 0.1, "eps_on": "moment"}, {"eps": 0.1, "eps_on": "moment", "eps_inside_root": True}, {"eps": 0.1, "eps_on": "moment", "max_of": "corrected"}):
            yield ROUNDED, "amsgrad.step", dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "state": state("amsgrad", dtype, 3, 0.5, 0.25, 0.75), **more}, {}
        yield ROUNDED, "adamax.step", dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "eps": 0.1, "eps_on": "norm", "state": state("adamax", dtype, 3, 0.5, 0.25)}, {}
        for op in ("rmsprop", "adagrad", "adadelta", "adamax"):
            for decay in (0.1, small, huge):
                yield ROUNDED if decay == 0.1 else UNDER if decay == small else OVER, f"{op}.step", dtype, {"params": [[1, -0.3]], "grads": [[0.3, 2]], "lr": 0.1, "weight_decay": decay, "decoupled_weight_decay": True}, {}
        for op in ("adam.step", "adamw.step"):
            for more in ({"eps": 0.1}, {"eps": 0.1, "eps_inside_root": True}, {"eps": 0.1, "bias_correction": False}, {"eps": huge}, {"eps": huge, "beta2": 0.99999999}, {"eps": huge, "beta2": 0.99999999, "eps_inside_root": True}):
                yield OVER if more["eps"] == huge else ROUNDED, op, dtype, {"params": [[1]], "grads": [[0.3]], "lr": 0.1, "eps_on": "moment", **more}, {}
