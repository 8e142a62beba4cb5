s/| `weight_average` | `x` | `y`: TODO: what it is |/| `weight_average` | `average`, `theta`, `beta` in [0, 1) | `average`: β·average + (1 − β)·theta |/
