"""Hostile requests for the further kinds of schedules."""
from exact import N
from rows_training import LARGEST, OVER, UNDER, WIDE

END, COUNTERS, ROUNDED = "end of a schedule", "counters", "hyperparameter rounded to the tensor's type"


def of(what, kind, dtype, steps, **args):
    return what, "schedule", dtype, {"kind": kind, **args, "steps": steps}, {}


def shapes():
    for dtype in WIDE:
        top, low = LARGEST[dtype], 1e-300 if dtype == "float64" else 1e-37
        yield of(ROUNDED, "exponential", dtype, [1, 1000000], lr=0.1, gamma=0.99999999)
        yield of(COUNTERS, "exponential", dtype, [9007199254740993, 1], lr=0.3, gamma=0.5, every=9007199254740993)
        yield of(UNDER, "exponential", dtype, [1, 2], lr=top, gamma=low)
        yield of(ROUNDED, "exponential", dtype, [1, 7], lr=0.1, gamma=0.3, every=9)
        yield of(UNDER, "multi_step", dtype, [0, 5, 6], lr=top, gamma=low, milestones=[5, 6])
        yield of(COUNTERS, "multi_step", dtype, [9007199254740992, 9007199254740993, 9223372036854775807], lr=0.1, milestones=[9007199254740993, 9007199254740993, 9223372036854775807])
        for total in (1000, 1_000_000_007, 9223372036854775807):
            for p in (1, 2, 0.5, 3.5, 100):
                yield of(END, "polynomial", dtype, [total - 1, total // 2, 1, total], lr_max=0.3, lr_min=1e-30 if p == 2 else 0, total=total, power=p)
            yield of(END, "linear_factor", dtype, [total - 1, 1, total], lr=0.3, start_factor=1, end_factor=0, total=total)
            yield of(END, "one_cycle", dtype, [0, 1, total // 3, total - 2, total - 1, total], lr_max=0.1, total=total)
            yield of(END, "one_cycle", dtype, [1, total - 2], lr_max=0.1, total=total, three_phase=True, anneal_strategy="linear")
            yield of(END, "warmup_linear", dtype, [1, 99, 100, total - 1], lr_max=0.3, warmup=100, total=total)
            yield of(END, "warmup_polynomial", dtype, [1, 101, total - 1], lr_max=0.3, warmup=100, total=total, power=2, start_factor=0.1)
            yield of(END, "warmup_hold_linear", dtype, [99, 300, total - 1], lr_max=0.3, lr_min=1e-9, warmup=100, decay_start=300, total=total)
        yield of(OVER, "polynomial", dtype, [1, 5], lr_max=top, total=10, power=2)
        yield of(OVER, "linear_factor", dtype, [1, 5], lr=top, total=10)
        yield of(UNDER, "linear_factor", dtype, [1, 5], lr=low, total=10)
        yield of(OVER, "inverse_sqrt", dtype, [1, 5, 1000], lr_max=top, warmup=4)
        for big in (16777217, 9007199254740993, 4611686018427387904):
            yield of(COUNTERS, "inverse_sqrt", dtype, [1, big, 2 * big - 2, 9223372036854775807], lr_max=0.3, warmup=big)
            yield of(COUNTERS, "cosine_restarts", dtype, [big - 1, big, big + 1, 9223372036854775807], lr_max=0.3, t_0=big)
            yield of(COUNTERS, "cyclic", dtype, [1, big, 2 * big - 1, 9223372036854775807], lr_max=0.3, step_size_up=big, step_size_down=big - 1)
            yield of(COUNTERS, "sequence", dtype, [big - 1, big, big + 1], schedules=[{"kind": "constant", "lr": 0.1}, {"kind": "linear_decay", "lr": 0.3, "total": 2}], milestones=[big])
        yield of(COUNTERS, "cosine_restarts", dtype, [0, 1, 2, 6, 1000, 9223372036854775807], lr_max=0.3, lr_min=0.1, t_0=1, t_mult=2)
        yield of(COUNTERS, "cosine_restarts", dtype, [9223372036854775806], lr_max=0.3, t_0=3, t_mult=9223372036854775807)
        yield of(COUNTERS, "cyclic", dtype, [1, 9223372036854775807], lr_max=0.3, step_size_up=9223372036854775807, step_size_down=9223372036854775807)
        yield of(UNDER, "cyclic", dtype, [2, 402, 4002], lr_max=top, step_size_up=2, mode="triangular2")
        yield of(UNDER, "cyclic", dtype, [2, 1002, 100002], lr_min=0.25, lr_max=1, step_size_up=2, mode="exp_range", gamma=0.9999)
        yield of(OVER, "one_cycle", dtype, [0, 5, 9], lr_max=top, total=10)
        yield of(END, "one_cycle", dtype, [0, 1, 2, 5, 9, 10], lr_max=top, total=10, cycle_momentum=True, three_phase=dtype == "float32")
        yield of(ROUNDED, "cyclic", dtype, [0, 1, 3, 9], lr_max=0.1, step_size_up=3, mode="exp_range", gamma=0.9999999, cycle_momentum=True, base_momentum=0.1, max_momentum=N("0.9999999999999999") if dtype == "float64" else 0.9999999)
        yield of("contract", "cyclic", dtype, [0, 1, 3, 9], lr_max=0.1, step_size_up=3, cycle_momentum=True, base_momentum=1, max_momentum=5)
        yield of(OVER, "one_cycle", dtype, [0, 1, 3, 9], lr_max=0.1, total=10, cycle_momentum=True, base_momentum=low, max_momentum=top)
        for more in ({}, {"every": 7}, {"every": 7, "staircase": True}):
            yield of(ROUNDED, "inverse_time", dtype, [0, 1, 6, 7, 1000, 9223372036854775807], lr=0.1, lr_decay=0.3, **more)
        yield of(COUNTERS, "inverse_time", dtype, [9007199254740992, 9007199254740993], lr=0.3, lr_decay=1e-3, every=9007199254740993, staircase=True)
        yield of(OVER, "inverse_time", dtype, [1, 5], lr=top, lr_decay=top)
        yield of(UNDER, "inverse_time", dtype, [1, 5], lr=low, lr_decay=low)
        for gamma in (0.9, 0.9999999, low):
            yield of(ROUNDED, "cosine_restarts", dtype, [0, 6, 7, 8, 70, 71], lr_max=0.3, lr_min=0.1, t_0=7, gamma=gamma)
            yield of(ROUNDED, "cosine_restarts", dtype, [0, 6, 7, 8, 70, 71], lr_max=0.3, t_0=7, t_mult=2, gamma=gamma)
        yield of(COUNTERS, "polynomial", dtype, [0, 9, 10, 11, 15, 20, 21, 9223372036854775807], lr_max=0.3, lr_min=0.1, total=10, power=2, cycle=True)
        yield of(COUNTERS, "polynomial", dtype, [9007199254740993, 9007199254740994, 9223372036854775807], lr_max=0.3, total=9007199254740993, cycle=True)
        for part in (0, 1, 0.1, 0.5):
            yield of(END, "one_cycle", dtype, [0, 1, 4, 5, 9, 10], lr_max=0.1, total=10, pct_start=part)
        yield of(ROUNDED, "constant_factor", dtype, [3, 4], lr=0.1, factor=N("0.9999999999"), total=4)
        yield of(ROUNDED, "warmup", dtype, [0, 3, 10], lr_max=0.1, warmup=10, start_factor=0.3)
        yield of(ROUNDED, "warmup_cosine", dtype, [0, 3, 11, 99], lr_max=0.1, warmup=10, total=100, start_factor=0.3)
        yield of(ROUNDED, "warmup_hold_cosine", dtype, [0, 3, 11, 99], lr_max=0.1, warmup=10, decay_start=50, total=100, start_factor=0.3)
        bad = ["NaN", 3, "NaN", "Infinity", 3, 3, "-Infinity", "-Infinity", "NaN"]
        yield of("infinities", "plateau", dtype, list(range(10)), lr=0.3, metrics=bad, patience=0, factor=0.5)
        yield of("infinities", "plateau", dtype, list(range(10)), lr=0.3, metrics=bad, patience=1, factor=0.5, mode="max", threshold=0, cooldown=1)
        yield of(OVER, "plateau", dtype, [1, 2, 3, 4], lr=0.3, metrics=[-top, -top, top, -top], patience=0, threshold=3)
        yield of("contract", "plateau", dtype, list(range(7)), lr=0.3, metrics=[-1, -1.00005, -1.001, -1.001, -2, -1], patience=0, eps=0)
        yield of("contract", "plateau", dtype, list(range(7)), lr=1e-7, metrics=[1, 1, 1, 1, 1, 1], patience=0)


def growth():
    """Rates that grow or rise, and products of them."""
    for dtype in WIDE:
        top, low, far, least = LARGEST[dtype], 1e-300 if dtype == "float64" else 1e-37, 2000 if dtype == "float64" else 260, N("5e-324") if dtype == "float64" else N("1e-45")
        yield of(OVER, "exponential", dtype, [0, far - 1, far, far + 1], lr=low, gamma=2)
        yield of(OVER, "exponential", dtype, [far, far // 2, 9223372036854775807], lr=least, gamma=2)
        yield of(ROUNDED, "exponential", dtype, [1, 7, 100000], lr=0.1, gamma=N("1.0000000001"), every=3)
        yield of(OVER, "exponential", dtype, [1000000, 9223372036854775807], lr=0, gamma=top)
        yield of(OVER, "step_decay", dtype, [3 * far, 3 * far + 2, 9223372036854775807], lr=low, gamma=2, every=3)
        yield of(OVER, "step_decay", dtype, [2, 5, 9], lr=low, gamma=1e155 if dtype == "float64" else 1e19, every=3)
        yield of(OVER, "multi_step", dtype, [3, 6, 9], lr=low, gamma=1e100 if dtype == "float64" else 1e12, milestones=[3, 4, 5, 5, 6, 9])
        yield of(COUNTERS, "multi_step", dtype, [9007199254740992, 9007199254740993], lr=0.1, gamma=3, milestones=[9007199254740993])
        for total in (1000, 9223372036854775807):
            for p in (1, 2, 0.5, 100, 1e-9):
                yield of(END, "polynomial", dtype, [0, 1, total // 2, total - 1, total], lr_max=0 if p == 2 else 0.1, lr_min=0.3, total=total, power=p)
        yield of(OVER, "polynomial", dtype, [1, 5, 9, 10], lr_max=1, lr_min=top, total=10, power=2)
        yield of(UNDER, "polynomial", dtype, [1, 5, 9], lr_max=0, lr_min=top, total=10, power=low)
        yield of(COUNTERS, "polynomial", dtype, [9, 10, 11, 15], lr_max=0.1, lr_min=0.3, total=10, power=2, cycle=True)
        for gamma in (0.9, 1.1):
            yield of(ROUNDED, "exponential", dtype, [0, 3, 30, 9223372036854775807], lr=0.3, gamma=gamma, lr_end=0.1 if gamma < 1 else 0.7)
            yield of(ROUNDED, "step_decay", dtype, [0, 3, 30, 9223372036854775807], lr=0.3, gamma=gamma, every=2, lr_end=0.1 if gamma < 1 else 0.7)
        for p in (2, 0.5, 3.5, 100):
            yield of(END, "cosine", dtype, [0, 1, 500, 999, 1000, 1001], lr_max=0.3, lr_min=0 if p < 100 else 0.1, total=1000, power=p)
        warm, root = {"kind": "linear_factor", "lr": 0.3, "start_factor": 0.1, "total": 7}, {"kind": "inverse_sqrt", "lr_max": 1, "warmup": 0, "timescale": 9007199254740993}
        yield of(COUNTERS, "product", dtype, [0, 3, 7, 9007199254740993, 9223372036854775807], schedules=[warm, root])
        yield of(COUNTERS, "product", dtype, [2, 3, 5], schedules=[{"kind": "sequence", "schedules": [warm, root], "milestones": [3]}, {"kind": "product", "schedules": [root, {"kind": "exponential", "lr": 1, "gamma": 0.9}]}])
        yield of(OVER, "product", dtype, [0, 5], schedules=[{"kind": "constant", "lr": top}, {"kind": "linear_factor", "lr": 4, "start_factor": 0.125, "total": 4}])
        yield of(UNDER, "product", dtype, [0], schedules=[{"kind": "constant", "lr": low}, {"kind": "constant", "lr": low}])
        yield of(ROUNDED, "product", "float32", [0], schedules=[{"kind": "constant", "lr": 1e30 if dtype == "float64" else 1e39}, {"kind": "constant", "lr": 1e-39}])
    yield "hyperparameter that the type can't hold", "schedule", "float32", {"kind": "polynomial", "lr_max": 1, "lr_min": N("1e39"), "total": 4, "steps": [4]}, {"refusal": "lr_min"}
