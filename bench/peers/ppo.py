"""PPO as TRL's trainer does it, on padded batches: queries padded on the left, responses on the right.

Written from the algorithm for this comparison, with what makes it faster than the trainer itself:
logits only where responses are (`logits_to_keep`), a fused optimiser, no accelerator wrappers.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from decoder import ADAPTED, compiled, lora_parameters, precision


@dataclass
class Batch:
    """Padded rows. B rows, P prompt tokens, R response tokens; masks: True = counts."""

    rows: list
    policy_ids: torch.Tensor  # [B, P + R]
    policy_mask: torch.Tensor
    value_ids: torch.Tensor  # [B, P' + R]
    value_mask: torch.Tensor
    responses: torch.Tensor  # [B, R]
    response_mask: torch.Tensor  # [B, R]


def padded(prompts, responses, pad, device="cpu"):
    """Ids and mask of prompts padded on the left and responses padded on the right."""
    width = max(map(len, prompts))
    tail = max(map(len, responses))
    ids = torch.full((len(prompts), width + tail), pad)
    mask = torch.zeros((len(prompts), width + tail), dtype=torch.bool)
    for row, (prompt, response) in enumerate(zip(prompts, responses)):
        ids[row, width - len(prompt) : width + len(response)] = torch.tensor([*prompt, *response])
        mask[row, width - len(prompt) : width + len(response)] = True
    return ids.to(device), mask.to(device)


def masked_whiten(values, mask):
    counted = values[mask]
    return (values - counted.mean()) * torch.rsqrt(counted.var() + 1e-8)


class Learner:
    """Policy, value function and optimiser of one parameter group."""

    def __init__(self, base, settings):
        self.settings = settings
        self.pad = base.config.pad_token_id
        self.device = base.device
        self.reference = base
        if settings["dtype"] != "float32":
            base = base.to(getattr(torch, settings["dtype"]))  # the frozen weights need no cast in every pass
        adapted = ADAPTED[settings.get("lora", "plain")]
        self.policy = adapted(base, settings["r"], settings["alpha"])
        self.value = adapted(base, settings["r"], settings["alpha"])
        self.value_head = nn.Linear(base.config.hidden_size, 1, bias=False, device=self.device)
        self.policy_parameters = lora_parameters(self.policy)
        self.value_parameters = [*lora_parameters(self.value), *self.value_head.parameters()]
        self.parameters = [*self.policy_parameters, *self.value_parameters]
        self.reset()
        how = settings["how"]
        self.log_probs = compiled(self.log_probs_of, how)
        self.reference_log_probs = compiled(self.reference_log_probs_of, how)
        self.values = compiled(self.values_of, how)

    def reset(self):
        """Fresh adapters, value head and optimiser."""
        for model in (self.policy, self.value):
            for module in model.modules():
                if hasattr(module, "reset"):
                    module.reset()
        nn.init.zeros_(self.value_head.weight)
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=self.settings["learning_rate"], betas=(0.9, 0.95), weight_decay=0.0, fused=True
        )

    def batch(self, rows):
        responses = [row["response"] for row in rows]
        policy_ids, policy_mask = padded([row["prompt"] for row in rows], responses, self.pad, self.device)
        value_ids, value_mask = padded([row["value_prompt"] for row in rows], responses, self.pad, self.device)
        tail = max(map(len, responses))
        response_mask = policy_mask[:, -tail:]
        return Batch(rows, policy_ids, policy_mask, value_ids, value_mask, policy_ids[:, -tail:], response_mask)

    # ---- what the models say; each is compiled as a whole

    def token_log_probs(self, model, ids, mask, responses):
        """Log-probability and entropy of each response token, [B, R]."""
        positions = (mask.long().cumsum(1) - 1).clamp(min=0)
        keep = responses.shape[1] + 1
        logits = model(
            input_ids=ids, attention_mask=mask, position_ids=positions, logits_to_keep=keep, use_cache=False
        ).logits[:, :-1]
        log_probs = F.log_softmax(logits.float() / self.settings["temperature"], -1)
        chosen = log_probs.gather(-1, responses.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            entropy = -(log_probs.exp() * log_probs).sum(-1)
        return chosen, entropy

    def log_probs_of(self, ids, mask, responses):
        return self.token_log_probs(self.policy, ids, mask, responses)

    def reference_log_probs_of(self, ids, mask, responses):
        return self.token_log_probs(self.reference, ids, mask, responses)[0]

    def values_of(self, ids, mask, responses):
        positions = (mask.long().cumsum(1) - 1).clamp(min=0)
        states = self.value.model(
            input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False
        ).last_hidden_state
        return self.value_head(states[:, -responses.shape[1] - 1 : -1]).squeeze(-1).float()

    # ---- the update

    def prepare(self, batch, rewards):
        """Old and reference log-probabilities, old values, advantages and returns."""
        size = self.settings["micro_rows"] or len(batch.rows)
        parts = []
        with torch.no_grad(), precision(self.settings["dtype"], self.device.type):
            for at in range(0, len(batch.rows), size):
                part = slice(at, at + size)
                policy = (batch.policy_ids[part], batch.policy_mask[part], batch.responses[part])
                value = (batch.value_ids[part], batch.value_mask[part], batch.responses[part])
                parts.append((self.log_probs(*policy)[0], self.reference_log_probs(*policy), self.values(*value)))
        self.old_log_probs, reference, self.old_values = (torch.cat(part) for part in zip(*parts))
        mask = batch.response_mask
        token_rewards = -self.settings["kl_coef"] * (self.old_log_probs - reference) * mask
        last = mask.sum(1) - 1
        token_rewards[torch.arange(len(last), device=self.device), last] += torch.tensor(rewards, dtype=torch.float32, device=self.device)
        self.old_values = self.old_values * mask
        gamma, lam = self.settings["gamma"], self.settings["gae_lambda"]
        following, advantages = torch.zeros(len(last), device=self.device), []
        for t in reversed(range(mask.shape[1])):
            next_values = self.old_values[:, t + 1] if t + 1 < mask.shape[1] else 0.0
            delta = token_rewards[:, t] + gamma * next_values - self.old_values[:, t]
            following = delta + gamma * lam * following
            advantages.append(following)
        advantages = torch.stack(advantages[::-1], 1)
        self.returns = advantages + self.old_values
        self.advantages = torch.zeros_like(advantages)
        pairs = [(row["turn"], row["agent"]) for row in batch.rows]
        for pair in sorted(set(pairs)):
            members = torch.tensor([i for i, p in enumerate(pairs) if p == pair], device=self.device)
            self.advantages[members] = masked_whiten(advantages[members], mask[members])

    def step(self, batch, members):
        """One optimiser step over some rows of a prepared batch, in micro-batches."""
        size = self.settings["micro_rows"] or len(members)
        total = batch.response_mask[members].sum()
        self.optimizer.zero_grad(set_to_none=True)
        for at in range(0, len(members), size):
            part = members[at : at + size]
            mask, responses = batch.response_mask[part], batch.responses[part]
            with precision(self.settings["dtype"], self.device.type):
                new, _ = self.log_probs(batch.policy_ids[part], batch.policy_mask[part], responses)
                values = self.values(batch.value_ids[part], batch.value_mask[part], responses)
            ratio = (new - self.old_log_probs[part]).exp()
            gain = -self.advantages[part]
            clip = self.settings["cliprange"]
            policy_loss = torch.maximum(gain * ratio, gain * ratio.clamp(1 - clip, 1 + clip))
            value_loss = (values - self.returns[part]) ** 2
            loss = ((policy_loss + self.settings["vf_coef"] * value_loss) * mask).sum() / total
            loss.backward()
        for parameters in (self.policy_parameters, self.value_parameters):
            nn.utils.clip_grad_norm_(parameters, self.settings["max_grad_norm"])
        self.optimizer.step()

    def update(self, batch, order):
        """All epochs; `order` lists the mini-batches of each epoch as lists of rows."""
        for mini_batches in order:
            for members in mini_batches:
                self.step(batch, members)
