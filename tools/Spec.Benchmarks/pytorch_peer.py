import statistics
import sys
import time

try:
    import torch
except ImportError:
    print("none", flush=True)
    sys.exit(0)

elements, part_length = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
torch.manual_seed(1)
steps = []
for start in range(0, elements, part_length):
    theta = torch.nn.Parameter(torch.randn(min(part_length, elements - start)))
    theta.grad = torch.randn_like(theta)
    steps.append((theta.numel(), torch.optim.AdamW([theta], lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)))
print("torch", torch.__version__, flush=True)
for _ in sys.stdin:
    seconds = []
    for count, optimizer in steps:
        start = time.perf_counter()
        optimizer.step()
        seconds.append((time.perf_counter() - start) / count)
    print(statistics.median(seconds), flush=True)
