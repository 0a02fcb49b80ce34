"""Tiny models of each family as transformers makes, saves and computes them, and adapters as PEFT does.

    python make.py [NAME ...]     writes a folder for each; all by default
    python make.py --check FOLDER compares what transformers computes of a saved decoder with its reference

Made with torch 2.15.0, transformers 5.24.0 and peft 0.21.2, in float32 on the processor. Weights are drawn large
enough to matter, norms and biases too, which transformers would make 1 and 0.
"""

import sys
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
SIZES = dict(
    vocab_size=64,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    bos_token_id=None,
    eos_token_id=1,
    pad_token_id=0,
    attn_implementation="eager",
)
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# transformers' configuration, what differs from the sizes above, and what is adapted.
CASES = {
    "llama": ("LlamaConfig", dict(), ALL),
    "llama_bias": ("LlamaConfig", dict(attention_bias=True, tie_word_embeddings=True), ALL),
    "qwen2": ("Qwen2Config", dict(tie_word_embeddings=True, rope_theta=1e6), ALL),
    "qwen3": ("Qwen3Config", dict(head_dim=6, rope_theta=1e6), ALL),
    "smollm3": ("SmolLM3Config", dict(num_hidden_layers=3, no_rope_layer_interval=2), ALL),
    "olmo2": ("Olmo2Config", dict(), ALL),
    "mistral": ("MistralConfig", dict(sliding_window=None), ALL),
    # Windows are shorter than the texts of 7 tokens, or 4 behind padding.
    "mistral_window": ("MistralConfig", dict(sliding_window=3), ALL),
    "qwen2_window": (
        "Qwen2Config",
        dict(use_sliding_window=True, sliding_window=4, max_window_layers=1),
        ALL,
    ),
    "phi3_window": ("Phi3Config", dict(sliding_window=2), ["o_proj", "down_proj"]),
    # Caps are low enough to bend what the tiny models say.
    "gemma2": (
        "Gemma2Config",
        dict(
            num_hidden_layers=3,
            head_dim=6,
            query_pre_attn_scalar=5,
            sliding_window=3,
            attn_logit_softcapping=1.5,
            final_logit_softcapping=2.0,
            tie_word_embeddings=True,
        ),
        ALL,
    ),
    "gemma3": (
        "Gemma3TextConfig",
        dict(
            num_hidden_layers=3,
            head_dim=6,
            query_pre_attn_scalar=5,
            sliding_window=3,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
            tie_word_embeddings=True,
            rope_by_layer=dict(
                sliding_attention=dict(rope_type="default", rope_theta=100.0),
                full_attention=dict(rope_type="linear", factor=4.0, rope_theta=1e6),
            ),
        ),
        ALL,
    ),
    "phi3": ("Phi3Config", dict(), ["o_proj", "down_proj"]),
    "phi3_longrope": (
        "Phi3Config",
        dict(
            original_max_position_embeddings=19,
            rope=dict(rope_type="longrope", short_factor=[1.1, 1.6], long_factor=[1.5, 4.0]),
        ),
        ["o_proj", "down_proj"],
    ),
}


def make(name):
    config_class, changes, targets = CASES[name]
    random = torch.Generator().manual_seed(sum(map(ord, name)))
    sizes = {**SIZES, **changes}
    rope = dict(rope_type="default", rope_theta=sizes.pop("rope_theta", 10000.0))
    rope = sizes.pop("rope_by_layer", rope | sizes.pop("rope", {}))
    config = getattr(transformers, config_class)(**sizes, rope_parameters=rope)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    fill(model, random)
    folder = HERE / name
    model.save_pretrained(folder)
    reference = base_reference(model, random)

    lora = LoraConfig(r=2, lora_alpha=3, target_modules=targets, lora_dropout=0.0, task_type="CAUSAL_LM")
    adapted = get_peft_model(model, lora)
    with torch.no_grad():
        for key, weight in adapted.named_parameters():
            if "lora_" in key:
                weight.copy_(0.4 * torch.randn(weight.shape, generator=random))
    adapted.save_pretrained(folder)
    reference.update(adapter_reference(adapted, reference["ids"]))
    save_file(reference, folder / "reference.safetensors")
    (folder / "README.md").unlink(missing_ok=True)


def fill(model, random):
    with torch.no_grad():
        for key, weight in model.named_parameters():
            drawn = torch.randn(weight.shape, generator=random)
            is_one = "norm" in key and "Gemma" not in type(model).__name__
            weight.copy_(1 + 0.3 * drawn if is_one else 0.3 * drawn)


def base_reference(model, random):
    """Logits and states of two rows of 7 tokens; logits with 3 and 0 pad tokens on the left; a greedy continuation."""
    ids = torch.randint(2, 64, (2, 7), generator=random)
    padded = ids.clone()
    padded[0, :3] = 0
    mask = torch.ones_like(ids)
    mask[0, :3] = 0
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    with torch.no_grad():
        logits = model(ids).logits
        states = model.model(ids).last_hidden_state
        padded_logits = model(padded, attention_mask=mask, position_ids=positions).logits
        greedy = model.generate(
            ids[:1], max_new_tokens=12, do_sample=False, attention_mask=torch.ones_like(ids[:1])
        )
    return dict(ids=ids, logits=logits, states=states, padded_ids=padded, padded_logits=padded_logits, greedy=greedy)


def adapter_reference(adapted, ids):
    """Logits, the mean of the next tokens' negative log-probabilities, and its gradient by the adapter."""
    output = adapted(ids, labels=ids)
    output.loss.backward()
    grads = {
        f"grad.{key.replace('.default', '')}": weight.grad
        for key, weight in adapted.named_parameters()
        if weight.grad is not None
    }
    return dict(adapted_logits=output.logits.detach(), loss=output.loss.detach().reshape(1), **grads)


def check(folder):
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    reference = load_file(HERE / Path(folder).name / "reference.safetensors")
    with torch.no_grad():
        off = (model(reference["ids"]).logits - reference["logits"]).abs().max().item()
    print(f"{type(model).__name__}: logits off by {off:.1e}")
    assert off < 1e-4


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(sys.argv[2])
    else:
        for name in sys.argv[1:] or CASES:
            make(name)
