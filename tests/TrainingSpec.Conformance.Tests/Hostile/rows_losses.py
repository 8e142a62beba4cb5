"""Hostile requests to the losses of single numbers."""
from exact import N
from rows_models import LARGEST, TINY, WIDE


def losses():
    """Losses of single numbers."""
    for dtype in WIDE:
        for mode in ("min", "max"):
            # Near ties of a share: 0.1 is more than a tenth in binary.
            yield "near ties", "early_stopping", dtype, {"losses": [1, 0.9, 0.89, 1.1, 1.2100001, -1, -0.9, -1.1], "patience": 0 if mode == "min" else 4, "min_delta": 0.1, "mode": mode, "delta_mode": "rel"}, {}
            yield "near ties", "early_stopping", dtype, {"losses": ["NaN", -10, -11, -9, -12.1, -8], "patience": 5, "min_delta": 0.1, "mode": mode, "delta_mode": "rel"}, {}
            yield "near ties", "early_stopping", dtype, {"losses": [0.3, 0.2, 0.4, 0.1], "patience": 3, "min_delta": 0.1, "mode": mode}, {}
        top, tiny = LARGEST[dtype], TINY[dtype]
        root = 1.4e154 if dtype == "float64" else 1.9e19
        for reduction in ("mean", "sum", "none"):
            yield "contract", "mse", dtype, {"predictions": [0.1, 2, -3], "targets": [0.3, 2, 7], "reduction": reduction}, {}
            yield "contract", "huber", dtype, {"predictions": [0.1, 2, -3], "targets": [0.3, 2, 7], "delta": 0.1, "reduction": reduction}, {}
            yield "contract", "smooth_l1", dtype, {"predictions": [0.1, 2, -3], "targets": [0.3, 2, 7], "beta": 0.7, "reduction": reduction}, {}
            yield "contract", "bce_with_logits", dtype, {"logits": [[0.1, -3], [2, 0]], "targets": [[1, 0.25], [0, 0.1]], "pos_weight": [0.3, 7], "reduction": reduction}, {}
        yield "overflow on the way", "mse", dtype, {"predictions": [root, 0, 0], "targets": [-root / 4, 0, 1]}, {}
        yield "overflow on the way", "mse", dtype, {"predictions": [root] * 5, "targets": [root / 8] * 5}, {}
        yield "overflow on the way", "mse", dtype, {"predictions": [top, 1, 1, 1], "targets": [0, 1, 1, 1]}, {}
        yield "overflow on the way", "huber", dtype, {"predictions": [top, -top], "targets": [-top, top], "delta": 1e-10}, {}
        yield "overflow on the way", "huber", dtype, {"predictions": [top, 0, 0], "targets": [0, 0, 0], "delta": 2}, {}
        yield "overflow on the way", "smooth_l1", dtype, {"predictions": [top, top], "targets": [0, 0], "beta": 0.5}, {}
        yield "overflow on the way", "smooth_l1", dtype, {"predictions": [top, 0], "targets": [-top / 2, 0], "beta": top}, {}
        yield "underflow on the way", "smooth_l1", dtype, {"predictions": [1e-30, tiny], "targets": [0, 0], "beta": 1e-20, "reduction": "none"}, {}
        yield "underflow on the way", "huber", dtype, {"predictions": [1e10, tiny], "targets": [0, 0], "delta": 1e-25, "reduction": "none"}, {}
        yield "equal entries", "smooth_l1", dtype, {"predictions": [3, -2, 5], "targets": [3, -2, 4], "beta": 0, "reduction": "none"}, {}
        yield "hyperparameter that the type can't hold", "huber", "float32", {"predictions": [1 if dtype == "float64" else 2], "targets": [0], "delta": N("1e-50")}, {"refusal": "delta"}
        gaps = (17, 37, 40, 700) if dtype == "float64" else (9, 17, 40, 87)
        yield "confident rows", "bce_with_logits", dtype, {"logits": [list(gaps)], "targets": [[1] * 4], "reduction": "none"}, {}
        yield "confident rows", "bce_with_logits", dtype, {"logits": [[-g for g in gaps]], "targets": [[0] * 4], "reduction": "none"}, {}
        yield "confident rows", "bce_with_logits", dtype, {"logits": [list(gaps)], "targets": [[0.5, 1, 0, N("0.9999999")]], "pos_weight": [2, 0.1, 3, 1e-3], "reduction": "none"}, {}
        yield "overflow on the way", "bce_with_logits", dtype, {"logits": [[top], [-top], [top]], "targets": [[0], [1], [0]]}, {}
        yield "overflow on the way", "bce_with_logits", dtype, {"logits": [[-2], [2]], "targets": [[1], [0]], "pos_weight": [top]}, {}
        yield "underflow on the way", "bce_with_logits", dtype, {"logits": [[-top / 2]], "targets": [[1e-30]], "pos_weight": [1e-20]}, {}


def weighted():
    """Weights of single numbers, and smoothed labels."""
    for dtype in WIDE:
        top, tiny, root = LARGEST[dtype], TINY[dtype], 1.4e154 if dtype == "float64" else 1.9e19
        for reduction in ("mean", "sum", "none"):
            for op, more in (("mse", {}), ("huber", {"delta": 0.1}), ("smooth_l1", {"beta": 0.7})):
                yield "contract", op, dtype, {"predictions": [0.1, 2, -3], "targets": [0.3, 2, 7], "weight": [0.1, 3, 0], "reduction": reduction, **more}, {}
            yield "contract", "bce_with_logits", dtype, {"logits": [[0.1, -3], [2, 0]], "targets": [[1, 0.25], [0, 0.1]], "weight": [[0.1, 0], [2, 7]], "label_smoothing": 0.1, "reduction": reduction}, {}
            yield "contract", "bce_with_logits", dtype, {"logits": [[0.1, -3]], "targets": [[1, 0.25]], "weight": [[0.1, 3]], "pos_weight": [0.3, 7], "reduction": reduction}, {}
        yield "overflow on the way", "mse", dtype, {"predictions": [4 * root, 1, 0], "targets": [0, 0, 0], "weight": [0.01, 1, 1]}, {}
        yield "overflow on the way", "mse", dtype, {"predictions": [4 * root, root], "targets": [0, root], "weight": [0, top], "reduction": "none"}, {}
        yield "underflow on the way", "mse", dtype, {"predictions": [1e-25 if dtype == "float32" else 1e-170], "targets": [0], "weight": [1e30], "reduction": "none"}, {}
        yield "overflow on the way", "huber", dtype, {"predictions": [top], "targets": [-top], "weight": [0.1], "delta": 2, "reduction": "none"}, {}
        yield "underflow on the way", "huber", dtype, {"predictions": [1e10], "targets": [0], "weight": [1e-30], "delta": 1e-25, "reduction": "none"}, {}
        yield "overflow on the way", "smooth_l1", dtype, {"predictions": [top], "targets": [-top], "weight": [0.1], "beta": 2, "reduction": "none"}, {}
        yield "overflow on the way", "bce_with_logits", dtype, {"logits": [[-top]], "targets": [[1]], "weight": [[1e-3]], "pos_weight": [100]}, {}
        yield "confident rows", "bce_with_logits", dtype, {"logits": [[40, -40, 80]], "targets": [[1, 0, 1]], "weight": [[3, 0.1, 1e10]], "reduction": "none"}, {}
        for s in (0.1, 1e-9, 1e-30, 1):
            yield "hyperparameter rounded to the tensor's type", "bce_with_logits", dtype, {"logits": [[2, -3, top / 4]], "targets": [[1, 0, 1]], "label_smoothing": s, "reduction": "none"}, {}
