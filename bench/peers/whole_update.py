"""One whole MAPoRL update: discussions, scores of the verifier, PPO."""

import time

import torch
from safetensors.torch import load_file

from decoder import precision, stored_decoder
from ppo import Learner, padded
from rollout import sample


class WholeUpdate:
    """The same questions, prompts, lengths and settings as the other side; rewards are given."""

    def __init__(self, settings):
        self.settings = settings
        self.base = stored_decoder(settings["base"])
        self.learner = Learner(self.base, settings)
        self.head = load_file(settings["verifier"]) if settings["verifier"] else None
        self.run()

    def notes(self):
        return {"rows": sum(len(turn["prompts"]) for turn in self.settings["turns"] if turn["trained"])}

    @torch.no_grad()
    def score(self, items):
        """Verifier: a linear layer on the last state, and the least and mean log-probability.

        One pass gives both; where the other side reads the answers twice, this one does so once.
        """
        ids, mask = padded([item["prompt"] for item in items], [item["answer"] for item in items], self.learner.pad)
        tail = max(len(item["answer"]) for item in items)
        positions = (mask.long().cumsum(1) - 1).clamp(min=0)
        with precision(self.settings["dtype"]):
            states = self.base.model(
                input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False
            ).last_hidden_state
            logits = self.base.lm_head(states[:, -tail - 1 : -1])
        log_probs = logits.float().log_softmax(-1).gather(-1, ids[:, -tail:, None]).squeeze(-1)
        counted = mask[:, -tail:]
        least = torch.where(counted, log_probs, 0.0).min(1).values
        mean = (log_probs * counted).sum(1) / counted.sum(1)
        last = states[:, -tail:][torch.arange(len(items)), counted.sum(1) - 1]
        features = torch.cat([last.float(), least[:, None], mean[:, None]], 1)
        weight, bias = self.head["score.weight"], self.head["score.bias"]
        return torch.sigmoid(features @ weight.T + bias).squeeze(-1).tolist()

    def run(self):
        self.learner.reset()
        start = time.perf_counter()
        rows, rewards = [], []
        for number, turn in enumerate(self.settings["turns"]):
            lengths = list(map(len, turn["responses"]))
            model = self.learner.policy if turn["trained"] else self.base
            with precision(self.settings["dtype"]):
                sampled = sample(model, turn["prompts"], lengths).tolist()
            if self.head is not None:
                self.score(turn["scored"])
            if turn["trained"]:
                for i, length in enumerate(lengths):
                    rows.append({
                        "prompt": turn["prompts"][i],
                        "value_prompt": turn["value_prompts"][i],
                        "response": sampled[i][:length],
                        "turn": number,
                        "agent": turn["agents"][i],
                        "question": turn["questions"][i],
                    })
                rewards += turn["rewards"]
        rollout = time.perf_counter()
        batch = self.learner.batch(rows)
        self.learner.prepare(batch, rewards)
        self.learner.update(batch, self.order(rows))
        end = time.perf_counter()
        return {"seconds": end - start, "rollout": rollout - start, "ppo": end - rollout}

    def order(self, rows):
        """Mini-batches over questions, drawn anew in every epoch."""
        questions = sorted({row["question"] for row in rows})
        count = self.settings["num_mini_batches"]
        epochs = []
        for _ in range(self.settings["num_ppo_epochs"]):
            drawn = [questions[i] for i in torch.randperm(len(questions)).tolist()]
            parts = [set(drawn[len(drawn) * i // count : len(drawn) * (i + 1) // count]) for i in range(count)]
            epochs.append([[i for i, row in enumerate(rows) if row["question"] in part] for part in parts])
        return epochs
