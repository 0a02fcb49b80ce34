"""The model of both sides in PyTorch: Hugging Face's llama, and LoRA as a plain module."""

import contextlib
import copy

import torch
import torch.nn.functional as F
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def random_decoder(sizes, device="cpu"):
    """A decoder of these sizes (the keys of Hugging Face's config.json) with random weights."""
    with torch.device(device):
        return LlamaForCausalLM(LlamaConfig(**sizes, attn_implementation="sdpa"))


def stored_decoder(folder):
    """The decoder of a checkpoint folder, in float32."""
    return LlamaForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="sdpa", local_files_only=True
    ).eval()


class LoraLinear(nn.Module):
    """y = W x + (alpha / r) B A x; W is frozen, B starts at zero (Hu et al. 2022, eq. 3)."""

    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.empty(r, base.in_features, device=base.weight.device))
        self.b = nn.Parameter(torch.zeros(base.out_features, r, device=base.weight.device))
        self.scale = alpha / r
        self.reset()

    def reset(self):
        nn.init.kaiming_uniform_(self.a, a=5**0.5)
        nn.init.zeros_(self.b)

    def forward(self, x):
        return self.base(x) + self.scale * F.linear(F.linear(x, self.a), self.b)


def adapted(model, r, alpha):
    """A copy of the model with LoRA on all seven projections; only LoRA is trained."""
    model = copy.deepcopy(model)
    model.requires_grad_(False)
    for layer in model.model.layers:
        for block in (layer.self_attn, layer.mlp):
            for name in PROJECTIONS:
                if hasattr(block, name):
                    setattr(block, name, LoraLinear(getattr(block, name), r, alpha))
    return model


def adapted_by_peft(model, r, alpha):
    """The same with PEFT's modules in the place of ours."""
    from peft import LoraConfig, get_peft_model
    from peft.tuners.lora import LoraLayer

    config = LoraConfig(r=r, lora_alpha=alpha, target_modules=list(PROJECTIONS), lora_dropout=0.0, bias="none")
    model = get_peft_model(copy.deepcopy(model), config).base_model.model
    for module in model.modules():
        if isinstance(module, LoraLayer):
            module.reset = lambda module=module: module.reset_lora_parameters("default", True)
    return model


ADAPTED = {"plain": adapted, "peft": adapted_by_peft}


def lora_parameters(model):
    """What is trained: the model itself is frozen."""
    return [p for p in model.parameters() if p.requires_grad]


def precision(dtype, device="cpu"):
    """Autocast for bfloat16 and float16, nothing for float32."""
    if dtype == "float32":
        return contextlib.nullcontext()
    return torch.autocast(device, dtype=getattr(torch, dtype))


def compiled(function, how):
    """The function as it is ("eager"), or through torch.compile with fixed shapes."""
    return function if how == "eager" else torch.compile(function, dynamic=False)
