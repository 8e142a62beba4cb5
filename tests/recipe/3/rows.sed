s/| `shadow_weights` | `x` | `y`: TODO: what it is |/| `shadow_weights` | `average`, `theta`, `beta` in [0, 1) | `average`: β·average + (1 − β)·theta |/
s/| `shadow_weights` | `y` | 8 |  |/| `shadow_weights` | `average` | 8 | `average`, `theta` |/
s/Near("shadow_weights", "y", 0, 8)/Near("shadow_weights", "average", 0, 8, "average", "theta")/
s/"op": "shadow_weights", "args": {"x": 1}/"op": "shadow_weights", "args": {"average": 1, "theta": 3, "beta": 0.75}/
s/"id":"shadow_weights","ok":true,"result":{"y":1}/"id":"shadow_weights","ok":true,"result":{"average":1.5}/
/^# Operations that compute and have no row/a shadow_weights
