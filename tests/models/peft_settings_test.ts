import { assertEquals, assertThrows } from "@std/assert";
import { loraOptionsFromPeft } from "../../lib/models/peft_settings.ts";

/** What PEFT 0.18 writes for `LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"])`. */
const PLAIN = {
  alora_invocation_tokens: null,
  alpha_pattern: {},
  arrow_config: null,
  auto_mapping: null,
  base_model_name_or_path: "HuggingFaceTB/SmolLM2-135M",
  bias: "none",
  corda_config: null,
  ensure_weight_tying: false,
  eva_config: null,
  exclude_modules: null,
  fan_in_fan_out: false,
  inference_mode: true,
  init_lora_weights: true,
  layer_replication: null,
  layers_pattern: null,
  layers_to_transform: null,
  loftq_config: {},
  lora_alpha: 16,
  lora_bias: false,
  lora_dropout: 0.05,
  megatron_config: null,
  megatron_core: "megatron.core",
  modules_to_save: null,
  peft_type: "LORA",
  peft_version: "0.18.0",
  qalora_group_size: 16,
  r: 8,
  rank_pattern: {},
  revision: null,
  target_modules: ["q_proj", "v_proj"],
  target_parameters: null,
  task_type: "CAUSAL_LM",
  trainable_token_indices: null,
  use_dora: false,
  use_qalora: false,
  use_rslora: false,
};

Deno.test("loraOptionsFromPeft() reads what PEFT writes for a plain adapter", () => {
  const options = { r: 8, alpha: 16, targetModules: ["q_proj", "v_proj"] };
  assertEquals(loraOptionsFromPeft(PLAIN), options);
  const same: object[] = [
    { init_lora_weights: "gaussian" },
    { init_lora_weights: false },
    { task_type: null },
    { lora_dropout: 0 },
    { layers_to_transform: [] },
    { auto_mapping: { base_model_class: "LlamaForCausalLM", parent_library: "transformers" } },
    { a_switch_of_a_later_version: false },
  ];
  for (const change of same) assertEquals(loraOptionsFromPeft({ ...PLAIN, ...change }), options);
});

Deno.test("loraOptionsFromPeft() refuses every setting that makes it another adapter, by name", () => {
  const cases: [key: string, value: unknown][] = [
    ["peft_type", "IA3"],
    ["peft_type", null],
    ["task_type", "SEQ_CLS"],
    ["bias", "all"],
    ["bias", "lora_only"],
    ["fan_in_fan_out", true],
    ["init_lora_weights", "pissa"],
    ["init_lora_weights", "pissa_niter_16"],
    ["init_lora_weights", "olora"],
    ["init_lora_weights", "loftq"],
    ["init_lora_weights", "eva"],
    ["init_lora_weights", "corda"],
    ["init_lora_weights", "lora_ga"],
    ["init_lora_weights", ["gaussian"]],
    ["modules_to_save", ["lm_head"]],
    ["exclude_modules", ["layers.0"]],
    ["exclude_modules", ".*layers.0.*"],
    ["layers_to_transform", 0],
    ["layers_to_transform", [0, 1]],
    ["layer_replication", [[0, 4], [2, 5]]],
    ["rank_pattern", { q_proj: 4 }],
    ["alpha_pattern", { q_proj: 4 }],
    ["use_rslora", true],
    ["use_dora", true],
    ["use_qalora", true],
    ["lora_bias", true],
    ["megatron_config", { tensor_model_parallel_size: 2 }],
    ["loftq_config", { loftq_bits: 4 }],
    ["eva_config", { rho: 2 }],
    ["corda_config", { corda_method: "ipm" }],
    ["lora_ga_config", { direction: "ArB2r" }],
    ["alora_invocation_tokens", [128000, 78191]],
    ["trainable_token_indices", [5]],
    ["trainable_token_indices", { embed_tokens: [5] }],
    ["target_parameters", ["mlp.experts"]],
    ["arrow_config", { top_k: 3 }],
    ["ensure_weight_tying", true],
    ["use_bdlora", { nblocks: 2 }],
    ["something_of_a_later_version", 1],
    ["something_of_a_later_version", "on"],
    ["__proto__", 1],
  ];
  for (const [key, value] of cases) {
    const json = JSON.parse(
      `${JSON.stringify({ ...PLAIN, [key]: undefined }).slice(0, -1)},` +
        `"${key}":${JSON.stringify(value)}}`,
    );
    const error = assertThrows(() => loraOptionsFromPeft(json), RangeError, key);
    assertEquals(error.message.endsWith(`got ${JSON.stringify(value)}`), true, error.message);
  }
});

Deno.test("loraOptionsFromPeft() checks what it reads, and shortens what it shows", () => {
  const cases: [json: unknown, problem: string][] = [
    [[], "an object is expected, got []"],
    [null, "an object is expected, got null"],
    [{ ...PLAIN, r: "8" }, "r and lora_alpha must be numbers"],
    [{ ...PLAIN, target_modules: "all-linear" }, "target_modules must list names"],
    [{ ...PLAIN, target_modules: null }, "target_modules must list names"],
    [{ ...PLAIN, ["x".repeat(1000)]: 1 }, `xxx... is not supported, got 1`],
    [{ ...PLAIN, use_dora: "x".repeat(1000) }, `use_dora is not supported, got "xxx`],
  ];
  for (const [json, problem] of cases) {
    const { message } = assertThrows(() => loraOptionsFromPeft(json), RangeError, problem);
    assertEquals(message.length < 200, true);
  }
});
