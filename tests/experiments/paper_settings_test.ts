import { assertEquals, assertStringIncludes } from "@std/assert";
import { answersCommand } from "../../experiments/answers.ts";
import { dataCommand } from "../../experiments/data.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { planSupervised } from "../../experiments/supervised/plan.ts";
import { type SupervisedConfig, supervisedSchema } from "../../experiments/supervised/config.ts";
import {
  type TrainVerifierConfig,
  trainVerifierSchema,
} from "../../experiments/train_verifier/config.ts";
import { planVerifier } from "../../experiments/train_verifier/plan.ts";
import { type ConfigSchema, readYaml, resolveConfig } from "../../lib/core/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const root = new URL("../../experiments/", import.meta.url);
const GSM8K = ["off_the_shelf/paper.yaml"];
const FOURTH = [...GSM8K, "heterogeneous/paper.yaml"];
const ANLI = [...GSM8K, "off_the_shelf/paper_anli.yaml"];
const SINGLE = [...GSM8K, "single_agent/paper.yaml"];
const WITHOUT_VERIFIER = [...GSM8K, "verifier/paper.yaml"];
const VERIFIER = ["train_verifier/paper.yaml"];
const ANLI_VERIFIER = ["train_verifier/paper_anli.yaml"];

/** Settings as the command line resolves them from these files. */
async function settingsOf<C>(
  schema: ConfigSchema<C>,
  files: readonly string[],
  layer: object = {},
): Promise<C> {
  const layers = await Promise.all(files.map((file) => readYaml(new URL(file, root))));
  return resolveConfig(schema, [...layers, layer]);
}
const configOf = (files: readonly string[], layer: object = {}): Promise<MaporlConfig> =>
  settingsOf(maporlSchema, files, layer);
const supervisedOf = (layer: object = {}): Promise<SupervisedConfig> =>
  settingsOf(supervisedSchema, ["sft/paper.yaml"], layer);
const verifierOf = (files: readonly string[], layer: object = {}): Promise<TrainVerifierConfig> =>
  settingsOf(trainVerifierSchema, files, layer);

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
  assertEquals(task.name === "tinygsm" && task.train, 12_800);
  assertEquals(evaluation.task?.name, "gsm8k");
  const anli = await configOf(ANLI);
  assertEquals(anli.task.name === "anli" && [anli.task.rounds, anli.task.verifier], [[3], 10_000]);
  assertEquals(anli.evaluation.task?.name, "anli");
  assertEquals([anli.sampling.maxNewTokens, anli.evaluation.numQuestions], [250, 1200]);
  assertEquals(anli.algorithm, algorithm);
  const second = await configOf([...GSM8K, "incentives/paper.yaml"], {
    reward: { followOthers: 2 },
  });
  assertEquals([second.discussion.numTurns, second.algorithm.trainGroups], [2, ["all"]]);
  const third = await configOf([...GSM8K, "transfer/paper.yaml"]);
  assertEquals([third.algorithm.updates, third.seats!.length], [0, 3]);
  const fourth = await configOf(FOURTH);
  assertEquals([fourth.discussion.numAgents, fourth.discussion.numTurns], [2, 2]);
  assertEquals([fourth.seats!.length, fourth.algorithm.shareAgents], [2, false]);
  assertEquals(fourth.algorithm.learningRate, algorithm.learningRate);
  const single = await configOf(SINGLE);
  assertEquals([single.discussion.numAgents, single.discussion.numTurns], [1, 1]);
  const unscored = await configOf(WITHOUT_VERIFIER);
  assertEquals([unscored.reward.source, unscored.reward.horizon], ["label", "last"]);
  assertEquals(unscored.discussion.showScores, false);
});

Deno.test("the paper's settings of imitation and of verifiers are those of Experiment 5 and appendix E", async () => {
  const { imitation, sampling, task, evaluation } = await supervisedOf();
  assertEquals([task.name, evaluation.task?.name], ["tinygsm", "gsm8k"]);
  assertEquals([imitation.questions, imitation.questions * imitation.keep], [12_800, 1280]);
  assertEquals(sampling.maxNewTokens, 600);
  const { questions, samplesPerQuestion, perClass, ...verifier } = await verifierOf(VERIFIER);
  assertEquals([questions, samplesPerQuestion, perClass], [7463, 100, 20]);
  assertEquals(
    verifier.task.name === "gsm8k" && [verifier.task.verifier, verifier.task.validation],
    [7463, 10],
  );
  assertEquals([verifier.lora.r, verifier.lora.alpha], [16, 32]);
  assertEquals([verifier.learningRate, verifier.batchSize, verifier.epochs], [2e-4, 2, 1]);
  assertEquals([verifier.balance, verifier.tokens], ["question", "latter_half"]);
  const anli = await verifierOf(ANLI_VERIFIER);
  assertEquals([anli.questions, anli.samplesPerQuestion, anli.perClass], [10_000, 50, 10]);
  assertEquals(anli.task.name === "anli" && anli.task.verifier, 10_000);
  // All else is as in that of GSM8K.
  for (
    const key of ["base", "lora", "learningRate", "batchSize", "epochs", "warmupSteps"] as const
  ) {
    assertEquals(anli[key], verifier[key], key);
  }
});

/** Folders of few questions of the three data sets. */
async function writeSets(folder: string): Promise<Record<"gsm8k" | "tinygsm" | "anli", string>> {
  const write = async (path: string, count: number, rowOf: (i: number) => object) => {
    const lines = Array.from({ length: count }, (_, i) => JSON.stringify(rowOf(i)));
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, lines.join("\n"));
  };
  const [gsm8k, tinygsm, anli] = ["gsm8k", "tinygsm", "anli"].map((name) => `${folder}/${name}`);
  for (const [part, count] of [["train", 12], ["test", 20]] as const) {
    await write(`${gsm8k}/${part}.jsonl`, count, (i) => (
      { question: `What is ${part} ${i} ?`, answer: `#### ${i}` }
    ));
  }
  for (const [part, count] of [["train", 264], ["dev", 4], ["test", 20]] as const) {
    await write(`${anli}/R3/${part}.jsonl`, count, (i) => (
      { context: `It is ${part} ${i} .`, hypothesis: "It is .", label: "n" }
    ));
  }
  await write(`${folder}/from/part.jsonl`, 256, (i) => (
    { question: `What is tiny ${i} ?`, code: `def simple_math_problem():\n    return ${i}` }
  ));
  const here = { root: folder, print: () => {} };
  await dataCommand(["get", "tinygsm", "--mirror", `${folder}/from`], here);
  await answersCommand(["tinygsm"], here);
  return { gsm8k: gsm8k!, tinygsm: tinygsm!, anli: anli! };
}

const tokenizer = sharedPath("data/tokenizers/phi-3-mini");
const otherTokenizer = sharedPath("data/tokenizers/qwen2.5");

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

/** Qwen2.5-3B's sizes, as those of a llama too. */
const QWEN = {
  model_type: "llama",
  vocab_size: 151_936,
  hidden_size: 2048,
  intermediate_size: 11_008,
  num_hidden_layers: 36,
  num_attention_heads: 16,
  num_key_value_heads: 2,
  max_position_embeddings: 32_768,
  eos_token_id: 151_645,
  bos_token_id: 151_643,
  pad_token_id: 151_643,
  rms_norm_eps: 1e-6,
  rope_theta: 1e6,
  tie_word_embeddings: true,
};

/** Writes what a plan reads of a base model: its sizes and its tokenizer. */
async function writeBase(base: string, config: object, tokenizer: string): Promise<void> {
  await Deno.mkdir(base);
  await Deno.writeTextFile(`${base}/config.json`, JSON.stringify(config));
  for (const file of ["tokenizer.json", "tokenizer_config.json"]) {
    await Deno.copyFile(`${tokenizer}/${file}`, `${base}/${file}`);
  }
}

Deno.test({
  name: "the paper's settings pass the plan with a model of its sizes and its tokenizer",
  ignore: tokenizer === undefined || otherTokenizer === undefined,
  fn: () =>
    withTempFolder(async (folder) => {
      const [base, other] = [`${folder}/base`, `${folder}/other`];
      await writeBase(base, PHI_3, tokenizer!);
      await writeBase(other, QWEN, otherTokenizer!);
      const seen = { seed: 0, resumed: false, device: "webgpu" } as const;
      const sets = await writeSets(folder);
      const ofGsm8k = {
        task: { folder: sets.tinygsm, train: 256 },
        evaluation: { task: { folder: sets.gsm8k }, numQuestions: 20 },
      };
      const ofAnli = {
        task: { folder: sets.anli, verifier: 8 },
        evaluation: { task: { folder: sets.anli, verifier: 8 }, numQuestions: 20 },
      };
      // One update and few questions: a plan reads all of them.
      const planOf = async (files: readonly string[], layer: object = {}) => {
        const config = await configOf(files, {
          base,
          verifier: { kind: "oracle" },
          algorithm: { updates: 1 },
          ...(files === ANLI ? ofAnli : ofGsm8k),
          ...layer,
        });
        return (await planMaporl(config, seen)).join("\n");
      };
      for (const plan of [await planOf(GSM8K), await planOf(ANLI)]) {
        // 256 questions, 2 agents, 3 turns; evaluations: 3 agents, 3 turns.
        assertStringIncludes(plan, "1 update of 1536 answers");
        assertStringIncludes(plan, `2 evaluations of ${20 * 9} answers`);
        assertStringIncludes(plan, "3821079552 weights");
      }
      const seats = [{}, { base: other, verifier: { kind: "oracle" } }];
      const pair = await planOf(FOURTH, { seats });
      // 256 questions, 2 agents, 2 turns, each agent with sizes and tokens of its own.
      assertStringIncludes(pair, "1 update of 1024 answers");
      assertStringIncludes(pair, `2 evaluations of ${20 * 4} answers`);
      for (const [seat, name] of [base, other].entries()) {
        assertStringIncludes(pair, `plan: ${name} (seat ${seat}): prompts of at most`);
      }
      assertStringIncludes(await planOf(SINGLE), "1 update of 256 answers");
      assertStringIncludes(await planOf(WITHOUT_VERIFIER), "1 update of 1536 answers");

      const imitating = await supervisedOf({
        base,
        verifier: { kind: "oracle" },
        ...ofGsm8k,
        imitation: { questions: 256 },
      });
      // 2 agents, 3 turns.
      const imitatingPlan = (await planSupervised(imitating, seen)).join("\n");
      assertStringIncludes(imitatingPlan, `${256 * 6} answers`);
      const ofVerifiers = [
        [VERIFIER, { folder: sets.gsm8k, verifier: 8, validation: 4 }, 100],
        [ANLI_VERIFIER, { folder: sets.anli, verifier: 8 }, 50],
      ] as const;
      for (const [files, task, perQuestion] of ofVerifiers) {
        const few = { questions: 8, heldOutQuestions: 4 };
        const plan = (await planVerifier(await verifierOf(files, { base, task, ...few }), seen))
          .join("\n");
        assertStringIncludes(plan, String(8 * perQuestion));
      }
    }),
});
