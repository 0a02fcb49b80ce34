"""The PyTorch side of the comparison.

Reads one JSON request per line from standard input and answers each with one JSON line on standard
output. Between requests it waits on the pipe and computes nothing. Times are taken here, around the
work alone.

    {"do": "hello"}
    {"do": "setup", "workload": "step", "settings": {...}}   builds, compiles, warms up
    {"do": "run"}                                            one measurement of what was set up
    {"do": "drop"}
"""

import gc
import json
import os
import sys
import traceback

# Libraries print to standard output: only answers may go there.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

import torch
import transformers

try:
    import peft
except ImportError:  # only the real model is trained with it
    peft = None

from products import Products
from rollout import Rollout
from train_step import PpoStep, TrainStep
from whole_update import WholeUpdate

WORKLOADS = {
    "step": TrainStep,
    "ppo_step": PpoStep,
    "rollout": Rollout,
    "update": WholeUpdate,
    "products": Products,
}


def libraries():
    """Versions, threads and what multiplies matrices."""
    found = {
        "python": sys.version.split()[0],
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__ if peft else "none",
        "threads": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "products": [
            line.strip(" -")
            for line in torch.__config__.show().splitlines()
            if "Math Kernel" in line or "MKL-DNN" in line or "OpenBLAS" in line
        ],
    }
    try:
        from threadpoolctl import threadpool_info

        found["pools"] = [
            f"{pool['internal_api']} {pool.get('version') or ''} on {pool['num_threads']}".strip()
            for pool in threadpool_info()
        ]
    except ImportError:
        pass
    return found


def main():
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    workload = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            do = request["do"]
            if do == "hello":
                answer = libraries()
            elif do == "setup":
                workload = WORKLOADS[request["workload"]](request["settings"])
                answer = workload.notes()
            elif do == "run":
                answer = workload.run()
            elif do == "drop":
                workload, answer = None, {}
                torch._dynamo.reset()
                gc.collect()
            else:
                raise ValueError(f"unknown request: {do}")
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:400]}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
