"""Training steps: all weights with AdamW, and the step of PPO with LoRA."""

import time

import torch
import torch.nn.functional as F

from decoder import compiled, precision, random_decoder, stored_decoder
from ppo import Learner

WARMUPS = 2


class TrainStep:
    """Next-token cross-entropy over all tokens, backward, AdamW over all weights."""

    def __init__(self, settings):
        self.settings = settings
        self.model = random_decoder(settings["sizes"]).train()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True
        )
        self.ids = torch.tensor(settings["ids"]).reshape(settings["num_rows"], -1)
        self.loss = compiled(self.loss_of, settings["how"])
        for _ in range(WARMUPS):
            self.run()

    def notes(self):
        return {"parameters": sum(p.numel() for p in self.model.parameters())}

    def loss_of(self, ids):
        logits = self.model(ids, use_cache=False).logits[:, :-1]
        return F.cross_entropy(logits.reshape(-1, logits.shape[-1]).float(), ids[:, 1:].reshape(-1))

    def run(self):
        start = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        with precision(self.settings["dtype"]):
            loss = self.loss(self.ids)
        loss.backward()
        self.optimizer.step()
        value = loss.item()
        return {"seconds": time.perf_counter() - start, "loss": value}


class PpoStep:
    """One optimiser step of PPO over one mini-batch: policy and value losses, LoRA, AdamW."""

    def __init__(self, settings):
        base = stored_decoder(settings["base"])
        self.learner = Learner(base, settings)
        rows = settings["rows"]
        self.batch = self.learner.batch(rows)
        self.learner.prepare(self.batch, [row["reward"] for row in rows])
        for _ in range(WARMUPS):
            self.run()

    def notes(self):
        return {"policy_tokens": list(self.batch.policy_ids.shape), "value_tokens": list(self.batch.value_ids.shape)}

    def run(self):
        start = time.perf_counter()
        self.learner.step(self.batch, list(range(len(self.batch.rows))))
        return {"seconds": time.perf_counter() - start}
