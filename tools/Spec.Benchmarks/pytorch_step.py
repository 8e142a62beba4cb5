"""One measurement for each line that it is sent: seconds, of PyTorch's own parts on a number of threads."""
import math
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    print("none", flush=True)
    sys.exit(0)

print("torch", torch.__version__, flush=True)
threads = int(sys.argv[1])
torch.set_num_threads(threads)
torch.manual_seed(1)
made = {}


class Block(nn.Module):
    def __init__(self, width, heads, context, gelu):
        super().__init__()
        self.heads, self.gelu = heads, gelu
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.fc, self.out = nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)
        self.register_buffer("later", torch.ones(context, context).triu(1).bool())

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (a.view(batch, length, self.heads, width // self.heads).transpose(1, 2) for a in self.qkv(self.ln1(x)).split(width, 2))
        w = (q @ k.transpose(2, 3) / math.sqrt(width // self.heads)).masked_fill(self.later[:length, :length], -math.inf).softmax(3)
        x = x + self.proj((w @ v).transpose(1, 2).reshape(batch, length, width))
        return x + self.out(F.gelu(self.fc(self.ln2(x)), approximate=self.gelu))


class Gpt(nn.Module):
    def __init__(self, vocabulary, width, layers, heads, context, gelu):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads, context, gelu) for _ in range(layers))
        self.lnf = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return F.linear(self.lnf(x), self.wte.weight)


def step(vocabulary, width, layers, heads, context, batch, gelu):
    vocabulary, width, layers, heads, context, batch = map(int, (vocabulary, width, layers, heads, context, batch))
    model = Gpt(vocabulary, width, layers, heads, context, gelu)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, foreach=True)
    ids, targets = torch.randint(0, vocabulary, (batch, context)), torch.randint(0, vocabulary, (batch * context,))

    def run():
        optimizer.zero_grad()
        F.cross_entropy(model(ids).view(batch * context, vocabulary), targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return run


def matmul(kind, rows, inner, columns):
    a, b = torch.randn(rows, inner) if kind[0] == "n" else torch.randn(inner, rows).t(), torch.randn(inner, columns) if kind[1] == "n" else torch.randn(columns, inner).t()
    c = torch.empty(rows, columns)
    return lambda: torch.mm(a, b, out=c)


def cross_entropy(rows, classes):
    logits, targets = torch.randn(rows, classes, requires_grad=True), torch.randint(0, classes, (rows,))

    def run():
        logits.grad = None
        F.cross_entropy(logits, targets).backward()
    return run


def adamw(count):
    theta = nn.Parameter(torch.randn(count))
    theta.grad = torch.randn(count)
    return torch.optim.AdamW([theta], lr=1e-3, weight_decay=0.1, foreach=True).step


def work(words):
    kind, sizes = words[0], words[1:]
    if kind == "step":
        return step(*sizes)
    if kind == "matmul":
        return matmul(sizes[0], *map(int, sizes[1:]))
    return {"cross_entropy": cross_entropy, "adamw": adamw}[kind](*map(int, sizes))


for line in sys.stdin:
    repeats, *words = line.split()
    key = tuple(words)
    if key not in made:
        made[key] = work(words)
        made[key]()
        made[key]()
    processor, start = time.process_time(), time.perf_counter()
    for _ in range(int(repeats)):
        made[key]()
    seconds = time.perf_counter() - start
    # A library that keeps threads of its own would be compared with fewer of ours.
    if time.process_time() - processor > (threads + 0.25) * seconds:
        sys.exit(f"PyTorch worked on more than {threads} threads: {line}")
    print(seconds / int(repeats), flush=True)
