"""Rollouts: the turns of a discussion through Hugging Face `generate`."""

import time

import torch
from transformers import LogitsProcessor, LogitsProcessorList
from transformers.generation import CompileConfig

from decoder import stored_decoder
from ppo import padded


class EndAt(LogitsProcessor):
    """Lets each row end exactly at its length: end-of-sequence is impossible before, certain there."""

    def __init__(self, eos, width, lengths):
        self.eos, self.width = eos, width
        self.lengths = torch.tensor(lengths)

    def __call__(self, ids, scores):
        ends = ids.shape[1] - self.width + 1 >= self.lengths
        scores = scores.clone()
        scores[:, self.eos] = float("-inf")
        scores[ends] = float("-inf")
        scores[ends, self.eos] = 0.0
        return scores


def sample(model, prompts, lengths, *, how="eager", even=False):
    """Samples a response of the given length to every prompt.

    `even` spends the same number of tokens without a wasted one: every row gets the mean length.
    """
    config = model.config
    ids, mask = padded(prompts, [[]] * len(prompts), config.pad_token_id)
    if even:
        most = max(1, round(sum(lengths) / len(lengths)))
        limits = {"min_new_tokens": most, "max_new_tokens": most}
        processors = None
    else:
        limits = {"max_new_tokens": max(lengths)}
        processors = LogitsProcessorList([EndAt(config.eos_token_id, ids.shape[1], lengths)])
    extra = {}
    if how == "compile":
        compile_config = CompileConfig(fullgraph=False, mode="default", dynamic=False)
        compile_config._compile_all_devices = True
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
            pad_token_id=config.pad_token_id,
            logits_processor=processors,
            **limits,
            **extra,
        )
    return out[:, ids.shape[1] :]


def sampling_error(model, turn):
    """Largest distance of a token's log-probability from what the other side sampled it with, in nats."""
    ids, mask = padded(turn["prompts"], turn["responses"], model.config.pad_token_id)
    tail = max(map(len, turn["responses"]))
    positions = (mask.long().cumsum(1) - 1).clamp(min=0)
    with torch.inference_mode():
        logits = model(input_ids=ids, attention_mask=mask, position_ids=positions).logits[:, -tail - 1 : -1]
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
            sample(self.model, turn["prompts"], lengths, how=self.settings["how"], even=self.settings["even"])
            tokens += sum(lengths)
        return {"seconds": time.perf_counter() - start, "tokens": tokens}
