"""Matrix products alone: y = x Wᵀ, as a linear layer computes it."""

import time

import torch
import torch.nn.functional as F


class Products:
    """Repeats one product for a while; the median is one measurement."""

    def __init__(self, settings):
        m, k, n = settings["m"], settings["k"], settings["n"]
        dtype = getattr(torch, settings["dtype"])
        self.milliseconds = settings["milliseconds"]
        self.x = torch.randn(m, k).to(dtype)
        self.w = torch.randn(n, k).to(dtype)
        self.run()

    def notes(self):
        return {}

    def run(self):
        times = []
        with torch.inference_mode():
            end = time.perf_counter() + self.milliseconds / 1000
            while not times or time.perf_counter() < end:
                start = time.perf_counter()
                F.linear(self.x, self.w)
                times.append(time.perf_counter() - start)
        times.sort()
        return {"seconds": times[len(times) // 2]}
