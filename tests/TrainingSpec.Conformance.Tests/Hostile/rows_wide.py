"""Hostile requests in which what stands between arguments and result lies far outside of the type."""
from exact import N
from rows_training import adam_state

WIDE = ("float64", "float32")
TOP = {"float64": N("1.7976931348623157e308"), "float32": N("3.4028234663852886e38")}
NEGATIVE = {dtype: N("-" + top) for dtype, top in TOP.items()}
HUGE = {"float64": 1e300, "float32": 1e38}
SMALL = {"float64": 1e-300, "float32": 1e-37}
# Numbers beside which 1 is lost, and whose squares are held.
COARSE = {"float64": 1e20, "float32": 1e12}
OVER, UNDER, CANCEL = "overflow on the way", "underflow on the way", "scores that nearly cancel"


def alike():
    """Scores past the largest number, or past where 1 is a unit in the last place, which differ by little."""
    for dtype in WIDE:
        for b in (HUGE[dtype], COARSE[dtype]):
            yield CANCEL, "attention", dtype, {"q": [[b, 1], [b, 1]], "k": [[b, 1], [b, 0]], "v": [[1, 2], [3, 4]]}, {}
            yield CANCEL, "attention", dtype, {"q": [[0, 0, 0], [0, 0, 0], [b, b, 1]], "k": [[b, -b, 2], [b, -b, 0], [b, -b, 1]], "v": [[1, 2, 0], [3, 4, 0], [-5, 7, 0]]}, {}
            yield CANCEL, "attention", dtype, {"q": [[b, 1, 1, 2], [b, 1, 1, 2]], "k": [[b, 0, 1, 0], [b, 0.5, 0, 1]], "v": [[1, 2, 3, 4], [5, 6, 7, 8]], "heads": 2}, {}
            yield CANCEL, "attention", dtype, {"q": [[b], [-b]], "k": [[b], [b]], "v": [[1], [3]]}, {}
        yield OVER, "attention", dtype, {"q": [[0]] * 7, "k": [[1]] * 7, "v": [[TOP[dtype]]] * 7}, {}
        yield OVER, "attention", dtype, {"q": [[1, 1]] * 5, "k": [[1, 0], [0, 1], [1, 0], [0.25, 0], [0, 0.125]], "v": [[TOP[dtype], NEGATIVE[dtype]]] * 5}, {}


def gradients_of_attention():
    for dtype in WIDE:
        b, s, c = HUGE[dtype], SMALL[dtype], COARSE[dtype]
        tiny = N("5e-324") if dtype == "float64" else N("1e-45")

        def of(kind, q, k, v, up, **more):
            return kind, "attention", dtype, {"q": q, "k": k, "v": v, "grad_y": up, **more}, {}

        # dy v past the largest number, the gradients are not.
        yield of(OVER, [[s], [s]], [[s], [3 * s]], [[b], [2 * b]], [[0], [b]])
        yield of(OVER, [[s, s], [s, 2 * s], [2 * s, s]], [[s, 0], [3 * s, s], [0, s]], [[b, -b], [b, b], [0, b]], [[b, 0], [b, b], [-b, b]])
        yield of(OVER, [[0, s], [0, s]], [[0, s], [0, 2 * s]], [[b, b], [b, -b]], [[b, b], [b, b]])
        yield of(OVER, [[s], [s], [s]], [[1], [2], [3]], [[b], [b], [b]], [[b], [b], [b]])
        # Two heads of which one is ordinary.
        yield of(OVER, [[s, 1], [s, 2]], [[s, 1], [3 * s, 0.5]], [[b, 1], [2 * b, 3]], [[1, 1], [b, 2]], heads=2)
        # dy v below the smallest number.
        yield of(UNDER, [[1 / b], [1 / b]], [[b], [-b]], [[s], [2 * s]], [[0], [s]])
        yield of(UNDER, [[b, 0], [0, b]], [[0, 0], [0, s]], [[s, s], [-s, s]], [[s, 0], [s, 2 * s]])
        yield of(UNDER, [[1, 1], [0.5, 1]], [[c, -c], [c, -c]], [[s, 0], [0, s]], [[0, 0], [s * 1e5, s]])
        yield of(UNDER, [[1], [2], [1]], [[1], [0.5], [2]], [[s], [2 * s], [-s]], [[1], [s], [1]])
        yield of(UNDER, [[0], [0]], [[1], [2]], [[tiny], [0]], [[0], [b]])
        # Scores past the largest number.
        yield of(OVER, [[b, 1], [b, 1]], [[b, 1], [b, 0]], [[1, 2], [3, 4]], [[1, 1], [1, -1]])
        yield of(OVER, [[b], [b]], [[b], [-b]], [[1], [2]], [[1], [1]])
        yield of(CANCEL, [[c, 1], [c, 1]], [[c, 1], [c, 0]], [[1, 2], [3, 4]], [[1, 1], [s, -s]])
        # Sums over positions that pass the largest number and come back.
        top, down = TOP[dtype], NEGATIVE[dtype]
        yield of(OVER, [[0]] * 4, [[1]] * 4, [[1]] * 4, [[top], [top], [down], [down]])
        yield of(OVER, [[1]] * 3, [[0]] * 3, [[1], [2], [4]], [[top], [down], [top]])
        yield of(OVER, [[top], [top]], [[s], [s]], [[1], [-1]], [[1], [2]])
        least = N("5.6e-309") if dtype == "float64" else N("2.9e-39")
        yield of(OVER, [[least], [least]], [[top], [down]], [[1], [-1]], [[1], [2]])
        yield of("infinities", [[0], [0]], [[1], [1]], [[1], [2]], [[0], [0]])


def gradients_of_layer_norm():
    for dtype in WIDE:
        b, s, top, down = HUGE[dtype], SMALL[dtype], TOP[dtype], NEGATIVE[dtype]

        def of(kind, x, up, gain=None, **more):
            return kind, "layer_norm", dtype, {"x": x, "gain": gain or [1] * len(x[0]), "bias": [0] * len(x[0]), "grad_y": up, **more}, {}

        # Sums over rows that pass the largest number and come back.
        yield of(OVER, [[1, 2, 4]] * 4, [[top, down, 1], [top, down, 2], [down, top, 3], [down, top, 4]])
        yield of(OVER, [[1, 2], [2, 1], [1, 2], [2, 1]], [[top, 1], [top, 1], [top, 2], [top, down]])
        yield of(OVER, [[3, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 3]], [[top] * 7, [down] * 7])
        # Means of a row's gradients past the largest number.
        yield of(OVER, [[b, 2 * b, -b, 0]], [[top, top, top, top]])
        yield of(OVER, [[b, 2 * b, -b, 0]], [[top, down, top, 1]])
        yield of(OVER, [[b, -b, b / 2, -b, 0]], [[top, top, top, down, down]])
        # The gain takes the gradient out of the range, the deviation brings it back.
        yield of(OVER, [[b, 2 * b, -b]], [[b, -b, 1]], [b, 2 * b, 1])
        yield of(OVER, [[b, 2 * b, -b], [1, 2, 3]], [[b, -b, 1], [1 / b, 2 / b, 1]], [b, 2 * b, s])
        yield of(UNDER, [[s, 2 * s, -s]], [[s, -s, 3 * s]], [s, 2 * s, s], eps=0)
        yield of(UNDER, [[s, 2 * s, -s]], [[0, s, 3 * s]], [b, 2 * s, s], eps=0)
        yield of(UNDER, [[s, 2 * s, -s], [b, 0, 0]], [[0, s, 3 * s], [b, -b, 0]], [b, 2 * s, s], eps=0)


def second_moments():
    """Gradients whose squares no tensor of the dtype holds: the moment is lost, the step is not."""
    for op in ("adam.step", "adamw.step", "lamb.step"):
        for dtype in WIDE:
            for g in (HUGE[dtype], 1e-200 if dtype == "float64" else 1e-30):
                yield "a state that the type can't hold", op, dtype, {"params": [[1, 1]], "grads": [[g, 1]], "lr": 0.5, "weight_decay": 0}, {}
            # Beside an epsilon that is as small, or none.
            tiny = (1e-200, 2.0 ** -1060) if dtype == "float64" else (1e-30, 2.0 ** -140)
            for more in ({"eps": 0}, {"eps": tiny[1]}) + (({"eps": 0, "eps_inside_root": True}, {"eps": tiny[1], "eps_inside_root": True}) if op != "lamb.step" else ()):
                yield "a state that the type can't hold", op, dtype, {"params": [[1, 1, 1]], "grads": [[tiny[0], -tiny[0] / 3, 1]], "lr": 0.5, "weight_decay": 0, **more}, {}
            if op != "lamb.step":
                yield "a state that the type can't hold", op, dtype, {"params": [[1, 1]], "grads": [[HUGE[dtype], -HUGE[dtype]]], "lr": 0.5, "weight_decay": 0, "eps_inside_root": True}, {}
            kind = "lamb" if op == "lamb.step" else "adam"
            yield "a state that the type can't hold", op, dtype, {"params": [[0]], "grads": [[HUGE[dtype]]], "lr": 0.5, "weight_decay": 0, "state": adam_state(dtype, 3, 2.0 ** (990 if dtype == "float64" else 126), TOP[dtype], kind)}, {}
            yield "a state that the type can't hold", op, dtype, {"params": [[0]], "grads": [[tiny[0]]], "lr": 0.5, "weight_decay": 0, "eps": 0, "state": adam_state(dtype, 3, 2.0 ** -(664 if dtype == "float64" else 99), 2.0 ** -(1060 if dtype == "float64" else 145), kind)}, {}
        # With the usual epsilon a second moment of 0 is no loss.
        for dtype, g in (("float64", 1e-170), ("float32", 1e-25)):
            if op != "lamb.step":
                yield "underflow on the way", op, dtype, {"params": [[0]], "grads": [[g]], "lr": 0.5, "weight_decay": 0}, {}
