import { assert, assertEquals } from "@std/assert";
import { bestOf, candidatesOf } from "../../experiments/supervised/best.ts";
import { Random, resolveCompat } from "../../lib/core/mod.ts";
import { OracleScorer, withTokens } from "../../lib/discussion/mod.ts";
import { loadLanguageModel, sequenceLogProbs } from "../../lib/models/mod.ts";
import { responseSequence } from "../../lib/rl/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import {
  discussionSchema,
  holdDiscussions,
  makeSeats,
  policyRows,
  rewardDiscussions,
  rewardSchema,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { loadTask, taskSchema } from "../../lib/worlds/mod.ts";
import { saveByteModel } from "../support/byte_model.ts";
import { startTestDevice } from "../support/device.ts";
import { testPolicies } from "../support/policy_seats.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { assertClose } from "../support/tensors.ts";

await startTestDevice();

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?";
/** Any two letters are one token, so what a random model samples letter by letter is never encoded as it was. */
const MERGES = [...LETTERS].flatMap((one) => [...LETTERS].map((other) => [one, other] as const));

Deno.test("what is trained on are the sampled tokens, never their text encoded again", () =>
  withTempFolder(async (folder) => {
    const model = await loadLanguageModel(await saveByteModel(`${folder}/base`, MERGES));
    const { task, format } = await loadTask(
      resolveCompat({ task: taskSchema.parse({ name: "word_problems" }), compat: "paper" as const })
        .task,
      0,
    );
    const sampling = samplingSchema.parse({ temperature: 1, maxNewTokens: 12 });
    const policies = testPolicies(model.decoder, {
      ...{ numAgents: 2, numTurns: 2, shareAgents: true, turnGroups: "all", trainGroups: ["all"] },
      ...{ frozenAgents: [], critic: null },
      lora: { r: 2, alpha: 2, targetModules: ["q_proj"] },
      adam: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 },
    }, Random.fromSeed(2));
    const seat = { model, temperature: 1, scorer: new OracleScorer(task) };
    const discussions = await holdDiscussions({
      ...{ task, format, discussion: discussionSchema.parse({ numAgents: 2, numTurns: 2 }) },
      reward: resolveCompat(rewardSchema.parse({})),
    }, {
      questions: takeQuestions(task.questions("train"), { count: 6 }),
      seats: makeSeats([seat, seat], { sampling, policies }),
      ...{ numTurns: 2, update: 0, random: Random.fromSeed(4) },
    });
    const answers = discussions.flatMap(({ answersTA }) => answersTA.flat()).map((answer) =>
      withTokens(answer)
    );
    const encodedAgain = ({ tokens }: typeof answers[number]) =>
      model.tokenizer.encode(model.tokenizer.decode(tokens));
    const changed = answers.filter((answer) =>
      encodedAgain(answer).join() !== [...answer.tokens].join()
    );
    assert(changed.length > answers.length / 2, `${changed.length} of ${answers.length}`);

    const rewarded = rewardDiscussions(discussions, {
      ...{ reward: resolveCompat(rewardSchema.parse({})), numTurns: 2, trainsFirstTurn: true },
      tokenizerOf: () => model.tokenizer,
    });
    const { rows } = policyRows(rewarded, policies, { turns: [0, 1], valueInput: "full" }).get(
      "shared/all",
    )!;
    assertEquals(rows.length, answers.length);
    for (const { tokens, answer, promptTokens } of rows) {
      assertEquals([...tokens], [...withTokens(answer).tokens]);
      assertEquals([...promptTokens], [...withTokens(answer).promptTokens]);
    }
    // The sequences have the log-probabilities that were sampled with: prompts were not encoded otherwise, either.
    const [group] = policies.groups.values();
    const logProbs = await sequenceLogProbs(
      { decoder: model.decoder, adapter: group!.policy },
      rows.map(({ promptTokens, tokens }) => responseSequence(promptTokens, tokens)),
      { maxTokens: 4096, temperature: 1 },
    );
    for (const [i, { sampledLogProbs }] of rows.entries()) {
      assertClose(logProbs[i]!, sampledLogProbs!, 1e-4);
    }
    // And imitation trains on the same tokens.
    const all = candidatesOf(discussions, "discussions").map((one) => ({
      ...one,
      isWellFormed: true,
      isRight: true,
    }));
    const imitated = bestOf(all, 1).flatMap((one) => one.answers);
    assertEquals(new Set(imitated), new Set(answers));
    policies.dispose();
    model.decoder.dispose();
  }));
