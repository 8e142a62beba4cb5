s/| `weight_average` | `x` | `y`: TODO: what it is |/| `weight_average` | `average`, `theta`, `beta` in [0, 1) | `average`: β·average + (1 − β)·theta |/
s/| `weight_average` | `y` | 8 |  |/| `weight_average` | `average` | 8 | `average`, `theta` |/
s/Near("weight_average", "y", 0, 8)/Near("weight_average", "average", 0, 8, "average", "theta")/
s/"op": "weight_average", "args": {"x": 1}/"op": "weight_average", "args": {"average": 1, "theta": 3, "beta": 0.75}/
s/"id":"weight_average","ok":true,"result":{"y":1}/"id":"weight_average","ok":true,"result":{"average":1.5}/
/^# Operations that compute and have no row/a weight_average
