"""A client of the oracle protocol. Usage: python3 oracle.py COMMAND…, such as: python3 oracle.py spec oracle"""
import json
import subprocess
import sys


class Oracle:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.asked = 0

    def ask(self, op, dtype="float64", **args):
        """One question, one answer. NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity"."""
        self.asked += 1
        request = {"id": self.asked, "op": op, "dtype": dtype, "args": args}
        print(json.dumps(request, allow_nan=False), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if not answer["ok"]:
            raise ValueError(answer["error"]["kind"] + ": " + answer["error"]["message"])
        return answer["result"]


oracle = Oracle(sys.argv[1:])
print("softmax", *(f"{p:.4f}" for p in oracle.ask("softmax", logits=[1, 2, 3])["probs"]))
theta, state = [[1]], None
for step in range(3):  # f(θ) = θ²/2, so the gradient is θ
    theta, state = oracle.ask("sgd.step", params=theta, grads=theta, state=state, lr=0.5, momentum=0.5).values()
    print("step", step, f"{theta[0][0]:g}")
