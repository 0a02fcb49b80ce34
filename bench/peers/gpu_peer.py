"""The PyTorch side of the GPU's measurements; the same protocol as peer.py."""

import json
import os
import sys
import time
import traceback

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

import torch
import torch.nn.functional as F
import transformers

from decoder import random_decoder
from ppo import Learner
from rollout import sample


def wait(device):
    if device == "cuda":
        torch.cuda.synchronize()


def products(item, device):
    """TFLOP/s of square products, best of the sizes; float32 without TF32."""
    rates = []
    dtype = getattr(torch, item["dtype"])
    with torch.inference_mode():
        for n in item["sizes"]:
            x = torch.full((n, n), 0.5, dtype=dtype, device=device)
            count = 3
            for _ in range(2):  # the first round warms up and tells how many make half a second
                wait(device)
                start = time.perf_counter()
                for _ in range(count):
                    F.linear(x, x)
                wait(device)
                seconds = (time.perf_counter() - start) / count
                count = max(3, min(200, round(0.5 / seconds)))
            rates.append(2e-12 * n**3 / seconds)
    note = ", ".join(f"{n}³ {rate:.3g}" for n, rate in zip(item["sizes"], rates))
    return {"rate": max(rates), "note": note}


def rollout(item, device):
    """Tokens per second of `generate`, weights in the item's precision."""
    model = random_decoder(item["sizes_of_model"], device).to(getattr(torch, item["dtype"])).eval()
    prompts = torch.randint(3, model.config.vocab_size, (item["num_rows"], item["prompt_tokens"])).tolist()
    sample(model, prompts, [2] * len(prompts))
    wait(device)
    start = time.perf_counter()
    sample(model, prompts, [item["new_tokens"]] * len(prompts))
    wait(device)
    seconds = time.perf_counter() - start
    tokens = len(prompts) * item["new_tokens"]
    return {"rate": tokens / seconds, "note": f"{tokens} tokens in {seconds:.2f} s"}


def update(item, device):
    """Tokens per second of one optimiser step of PPO with LoRA."""
    model = random_decoder(item["sizes_of_model"], device).eval()
    tokens = lambda count: torch.randint(3, model.config.vocab_size, (count,)).tolist()
    rows = []
    for row in range(item["num_rows"]):
        prompt = tokens(item["prompt_tokens"])
        rows.append({
            "prompt": prompt, "value_prompt": prompt, "response": tokens(item["new_tokens"]),
            "turn": 0, "agent": 0, "question": row,
        })
    settings = {
        "r": 16, "alpha": 32, "learning_rate": 1e-4, "temperature": 1.0, "kl_coef": 5e-3, "gamma": 1.0,
        "gae_lambda": 1.0, "cliprange": 0.2, "vf_coef": 0.1, "max_grad_norm": 1.0, "how": "eager",
        "dtype": item["dtype"], "micro_rows": max(1, 4096 // (item["prompt_tokens"] + item["new_tokens"])),
    }
    learner = Learner(model, settings)
    batch = learner.batch(rows)
    learner.prepare(batch, [row / len(rows) for row in range(len(rows))])
    learner.step(batch, list(range(len(rows))))
    wait(device)
    start = time.perf_counter()
    learner.step(batch, list(range(len(rows))))
    wait(device)
    seconds = time.perf_counter() - start
    count = len(rows) * (item["prompt_tokens"] + item["new_tokens"])
    return {"rate": count / seconds, "note": f"{count} tokens in a step of {seconds:.2f} s"}


KINDS = {"products": products, "rollout": rollout, "update": update}


def hello(device):
    name = torch.cuda.get_device_name() if device == "cuda" and torch.cuda.is_available() else device
    available = device != "cuda" or torch.cuda.is_available()
    return {"torch": torch.__version__, "transformers": transformers.__version__, "name": name, "available": available}


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.manual_seed(0)
    for line in sys.stdin:
        request = json.loads(line)
        device = request.get("device", "cuda")
        try:
            if request["do"] == "hello":
                answer = hello(device)
            else:
                answer = KINDS[request["do"]](request["item"], device)
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:400]}
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
