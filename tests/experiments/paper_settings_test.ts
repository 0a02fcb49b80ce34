import { assertEquals, assertStringIncludes } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { readYaml, resolveConfig } from "../../lib/core/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const root = new URL("../../experiments/", import.meta.url);
const GSM8K = ["off_the_shelf/paper.yaml"];
const ANLI = [...GSM8K, "off_the_shelf/paper_anli.yaml"];

/** Settings as the command line resolves them from these files. */
async function configOf(files: readonly string[], layer: object = {}): Promise<MaporlConfig> {
  const layers = await Promise.all(files.map((file) => readYaml(new URL(file, root))));
  return resolveConfig(maporlSchema, [...layers, layer], []) as MaporlConfig;
}

Deno.test("the paper's settings are those of its appendix G, and no file has a setting without effect", async () => {
  const { algorithm, reward, sampling, discussion, evaluation, task } = await configOf(GSM8K);
  // 12,800 questions of training, 1,319 of the test.
  assertEquals(algorithm.updates * algorithm.questionsPerUpdate, 12_800);
  assertEquals([evaluation.numQuestions, evaluation.numAgents], [1319, 3]);
  assertEquals([discussion.numAgents, discussion.numTurns], [2, 3]);
  assertEquals([sampling.temperature, sampling.maxNewTokens, reward.minTokens], [0.7, 300, 50]);
  assertEquals([algorithm.loraR, algorithm.loraAlpha], [8, 16]);
  assertEquals([algorithm.learningRate, algorithm.klCoef, algorithm.vfCoef], [1e-5, 2e-4, 0.1]);
  assertEquals([algorithm.numPpoEpochs, algorithm.betas], [4, [0.9, 0.95]]);
  assertEquals([reward.penaltyValue, reward.compat], [-10, "paper"]);
  assertEquals(task.name, "jsonl");
  const anli = await configOf(ANLI);
  assertEquals(anli.task.name === "jsonl" && anli.task.answers, "label");
  assertEquals([anli.sampling.maxNewTokens, anli.evaluation.numQuestions], [250, 1200]);
  assertEquals(anli.algorithm, algorithm);
  const second = await configOf([...GSM8K, "incentives/paper.yaml"], {
    reward: { followOthers: 2 },
  });
  assertEquals([second.discussion.numTurns, second.algorithm.trainGroups], [2, ["all"]]);
  const third = await configOf([...GSM8K, "transfer/paper.yaml"]);
  assertEquals([third.algorithm.updates, third.seats!.length], [0, 3]);
});

const tokenizer = sharedPath("data/tokenizers/phi-3-mini");

/** Phi-3-mini's sizes, as those of a llama. */
const PHI_3 = {
  model_type: "llama",
  vocab_size: 32_064,
  hidden_size: 3072,
  intermediate_size: 8192,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  max_position_embeddings: 131_072,
  eos_token_id: 32_000,
  bos_token_id: 1,
  pad_token_id: 32_000,
  rms_norm_eps: 1e-5,
};

Deno.test({
  name: "the paper's settings pass the plan with a model of its sizes and its tokenizer",
  ignore: tokenizer === undefined,
  fn: () =>
    withTempFolder(async (folder) => {
      const base = `${folder}/base`;
      await Deno.mkdir(base);
      await Deno.writeTextFile(`${base}/config.json`, JSON.stringify(PHI_3));
      for (const file of ["tokenizer.json", "tokenizer_config.json"]) {
        await Deno.copyFile(`${tokenizer}/${file}`, `${base}/${file}`);
      }
      const write = async (split: string, count: number, answerOf: (i: number) => unknown) => {
        const path = `${folder}/${split}.jsonl`;
        const lines = Array.from(
          { length: count },
          (_, i) => JSON.stringify({ question: `What is ${split} ${i} ?`, answer: answerOf(i) }),
        );
        await Deno.writeTextFile(path, lines.join("\n"));
        return path;
      };
      // One update and few questions: a plan reads all of them.
      const planOf = async (files: readonly string[], answer: unknown) => {
        const train = await write("train", 256, (i) => answer ?? i);
        const test = await write("test", 20, (i) => answer ?? i);
        const config = await configOf(files, {
          base,
          verifier: { kind: "oracle" },
          task: { files: { train, test } },
          algorithm: { updates: 1 },
          evaluation: { numQuestions: 20 },
        });
        const seen = { seed: 0, resumed: false, device: "webgpu" } as const;
        return (await planMaporl(config, seen)).join("\n");
      };
      for (const plan of [await planOf(GSM8K, undefined), await planOf(ANLI, "neutral")]) {
        // 256 questions, 2 agents, 3 turns; evaluations: 3 agents, 3 turns.
        assertStringIncludes(plan, "1 update of 1536 answers");
        assertStringIncludes(plan, `2 evaluations of ${20 * 9} answers`);
        assertStringIncludes(plan, "3821079552 weights");
      }
    }),
});
