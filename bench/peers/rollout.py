"""Rollouts: the turns of a discussion through Hugging Face `generate`."""

import time

import torch
from transformers.generation import CompileConfig

from decoder import stored_decoder
from ppo import padded


def sample(model, prompts, lengths, how="eager"):
    """Samples as many tokens after every prompt as the longest row needs; shorter rows are cut.

    `generate` computes the rows that have ended on until the last one ends, so this is its work without
    looking for the end in every step.
    """
    ids, mask = padded(prompts, [[]] * len(prompts), model.config.pad_token_id, model.device)
    model.generation_config.eos_token_id = None
    extra = {}
    if how == "compile":
        compile_config = CompileConfig(fullgraph=False, mode="default", dynamic=False)
        compile_config._compile_all_devices = True  # by itself, transformers compiles on GPUs only
        extra = {"cache_implementation": "static", "compile_config": compile_config}
    with torch.inference_mode():
        out = model.generate(
            input_ids=ids,
            attention_mask=mask.long(),
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            use_cache=True,
            pad_token_id=model.config.pad_token_id,
            max_new_tokens=max(lengths),
            **extra,
        )
    return out[:, ids.shape[1] :]


def sampling_error(model, turn):
    """Largest distance of a token's log-probability from what the other side sampled it with, in nats."""
    ids, mask = padded(turn["prompts"], turn["responses"], model.config.pad_token_id)
    tail = max(map(len, turn["responses"]))
    positions = (mask.long().cumsum(1) - 1).clamp(min=0)
    with torch.inference_mode():
        logits = model(
            input_ids=ids, attention_mask=mask, position_ids=positions, logits_to_keep=tail + 1
        ).logits[:, :-1]
    log_probs = logits.float().log_softmax(-1).gather(-1, ids[:, -tail:, None]).squeeze(-1)
    return max(
        abs(log_probs[row, i].item() - theirs)
        for row, row_theirs in enumerate(turn["log_probs"])
        for i, theirs in enumerate(row_theirs)
    )


class Rollout:
    """All turns of a batch of discussions, from the prompts that the other side had."""

    def __init__(self, settings):
        self.settings = settings
        self.model = stored_decoder(settings["base"])
        self.error = sampling_error(self.model, settings["turns"][-1])
        if settings["dtype"] == "bfloat16":
            self.model = self.model.to(torch.bfloat16)
        self.run()

    def notes(self):
        return {"largest_log_prob_difference": self.error}

    def run(self):
        tokens = 0
        start = time.perf_counter()
        for turn in self.settings["turns"]:
            lengths = list(map(len, turn["responses"]))
            sample(self.model, turn["prompts"], lengths, self.settings["how"])
            tokens += sum(lengths)
        return {"seconds": time.perf_counter() - start, "tokens": tokens}
