import sys
import time

try:
    import torch
except ImportError:
    print("none", flush=True)
    sys.exit(0)

torch.set_num_threads(1)
torch.manual_seed(1)
theta = torch.nn.Parameter(torch.randn(int(sys.argv[1])))
theta.grad = torch.randn_like(theta)
optimizer = torch.optim.AdamW([theta], lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)
print("torch", torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.step()
    print(time.perf_counter() - start, flush=True)
