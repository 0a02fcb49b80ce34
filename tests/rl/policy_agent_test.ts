import * as tf from "@tensorflow/tfjs";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { InterruptedError, Random } from "../../lib/core/mod.ts";
import { type AgentRequest, OracleScorer, runDiscussions } from "../../lib/discussion/mod.ts";
import { PolicyAgent, type PolicySet, responseSequence } from "../../lib/rl/mod.ts";
import { Decoder, sequenceLogProbs } from "../../lib/models/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { testPolicies } from "../support/policy_seats.ts";
import { numHeapBlocks, smallWorldDecoder } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";
import { scatter } from "./ppo_toys.ts";

await startTestDevice();

const task = makeArithmetic({ seed: 0, difficulty: 1 });
const questions = takeQuestions(task.questions("test"), { count: 3 });
const decoder = smallWorldDecoder();
const SAMPLING = { maxNewTokens: 6, temperature: 0.9, topK: 0, topP: 1 };

/** Agent 0 is frozen, agents 1 and 2 have parameters of their own from turn 1 on. */
function policies(): PolicySet {
  return testPolicies(decoder, {
    numAgents: 3,
    numTurns: 2,
    shareAgents: false,
    turnGroups: "first_vs_rest",
    trainGroups: ["rest"],
    frozenAgents: [0],
    critic: null,
    lora: { r: 2, alpha: 4, targetModules: ["q_proj", "v_proj", "up_proj"] },
    adam: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 },
  }, Random.fromSeed(2));
}

function agent(set?: PolicySet, signal?: AbortSignal): PolicyAgent {
  return new PolicyAgent({
    model: { ...smallWorldText, name: "tiny", decoder },
    sampling: SAMPLING,
    maxRows: 4,
    ...(set ? { policies: set } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** One request per question, agent and turn, in a mixed order. */
function requests(): AgentRequest[] {
  return questions.flatMap((question, q) =>
    [2, 0, 1].flatMap((place) =>
      [1, 0].map((turn): AgentRequest => ({
        messages: [{ role: "user", content: question.text }],
        agent: place,
        turn,
        sample: 0,
        random: Random.fromSeed(9).split(q, place, turn).state(),
      }))
    )
  );
}

Deno.test("PolicyAgent.respond() answers in the order of the requests, as if each was asked alone", async () => {
  const set = policies();
  scatter(set.variables(), 0.3);
  const together = await agent(set).respond(requests());
  for (const [i, request] of requests().entries()) {
    const [alone] = await agent(set).respond([request]);
    assertEquals([...together[i]!.tokens], [...alone!.tokens], `request ${i}`);
  }
  set.dispose();
});

Deno.test("PolicyAgent.respond() uses the parameters of the request's agent and turn", async () => {
  const set = policies();
  scatter(set.variables(), 0.3);
  const all = requests();
  const answers = await agent(set).respond(all);
  const { tokenizer, template } = smallWorldText;
  for (const [i, { promptTokens, tokens, logProbs, text, finished }] of answers.entries()) {
    const { agent: place, turn, messages } = all[i]!;
    assertEquals(
      promptTokens,
      encodeChat(tokenizer, template, messages, { addGenerationPrompt: true }),
    );
    assertEquals(text, tokenizer.decode(tokens));
    assertEquals(finished, tokens.at(-1) === tokenizer.eosTokenId);
    const options = { temperature: SAMPLING.temperature, maxTokens: 1000 };
    const sequences = [responseSequence(promptTokens, tokens)];
    const adapter = set.group(place, turn)?.policy;
    assertEquals(adapter === undefined, place === 0 || turn === 0);
    const [own] = await sequenceLogProbs({ decoder, adapter }, sequences, options);
    assertClose(logProbs, own!, 1e-4);
    if (!adapter) continue;
    const [base] = await sequenceLogProbs({ decoder }, sequences, options);
    assert(base!.some((value, k) => Math.abs(value - own![k]!) > 1e-3), "not the base model");
  }
  set.dispose();
});

Deno.test("PolicyAgent.respond() of fresh policies says what the base model says", async () => {
  const set = policies();
  const [trained, base] = [await agent(set).respond(requests()), await agent().respond(requests())];
  assertEquals(trained.map(({ tokens }) => tokens), base.map(({ tokens }) => tokens));
  set.dispose();
});

Deno.test("PolicyAgent.respond() stops at an aborted signal and frees what it held", async () => {
  const controller = new AbortController();
  const numTensors = tf.memory().numTensors;
  const reason = new InterruptedError("stop");
  controller.abort(reason);
  const error = await assertRejects(() => agent(undefined, controller.signal).respond(requests()));
  assertEquals(error, reason);
  assertEquals(tf.memory().numTensors, numTensors);
});

Deno.test("a whole discussion with PolicyAgent leaks no tensors and no native memory", async () => {
  const set = policies();
  const all = [agent(set), agent(set), agent()];
  const discuss = () =>
    runDiscussions({
      task,
      questions,
      seats: all.map((agent) => ({ agent, scorer: new OracleScorer(task) })),
      numTurns: 3,
      format: smallWorldText.format,
      showScores: true,
      random: Random.fromSeed(4),
    });
  await assertNoLeak(discuss);
  const blocks = numHeapBlocks();
  await discuss();
  assertEquals(numHeapBlocks(), blocks);
  set.dispose();
});

Deno.test("PolicyAgent gives an empty answer where prompt and answer do not fit, and the others as before", async () => {
  const alone = await agent().respond(requests().slice(1)); // each call draws from streams of its own
  const { maxPositionEmbeddings } = decoder.config;
  const message = (numWords: number) => [
    { role: "user" as const, content: Array(numWords).fill("pens").join(" ") },
  ];
  const [empty] = await agent().respond([{ ...requests()[0]!, messages: message(1) }]);
  const frame = empty!.promptTokens.length - 1;
  const most = maxPositionEmbeddings - SAMPLING.maxNewTokens - frame;
  for (const [numWords, isTooLong] of [[most, false], [most + 1, true], [9000, true]] as const) {
    const [long, ...others] = await agent().respond([
      { ...requests()[0]!, messages: message(numWords) },
      ...requests().slice(1),
    ]);
    assertEquals(long!.tokens.length === 0, isTooLong, `${numWords}`);
    if (isTooLong) {
      assertEquals([long!.text, long!.finished, long!.logProbs.length], ["", false, 0]);
    }
    assertEquals(long!.promptTokens.length, numWords + frame);
    assertEquals(others.map(({ text }) => text), alone.map(({ text }) => text));
  }
});

Deno.test("PolicyAgent.respond() begins answers with the prefill of their turn, and samples what follows", async () => {
  const { tokenizer } = smallWorldText;
  const parts = { model: { ...smallWorldText, name: "tiny", decoder }, maxRows: 4 };
  const prefilled = new PolicyAgent({
    ...parts,
    sampling: SAMPLING,
    prefill: ["tell :", "", "solve :"],
  });
  const [base] = requests();
  const turns = [0, 1, 2, 3].map((turn) => ({ ...base!, turn }));
  const answers = await prefilled.respond(turns);
  const begun = ["tell :", "", "solve :", "solve :"].map((text) => tokenizer.encode(text));
  assertEquals(begun.map(({ length }) => length), [2, 0, 2, 2]);
  for (const [turn, { promptTokens, tokens, logProbs, text }] of answers.entries()) {
    const words = begun[turn]!;
    assertEquals([...tokens.slice(0, words.length)], [...words]);
    assertEquals(text, tokenizer.decode(tokens));
    assertEquals([...logProbs.slice(0, words.length)], words.length === 0 ? [] : [0, 0]);
    assertEquals(logProbs.length, tokens.length);
    assert(tokens.length > words.length && tokens.length <= SAMPLING.maxNewTokens);
    // The prompt is the chat alone, and what follows is what the same words in the prompt lead to.
    const options = { temperature: SAMPLING.temperature, maxTokens: 1000 };
    const [expected] = await sequenceLogProbs(
      { decoder },
      [responseSequence(promptTokens, tokens)],
      options,
    );
    assertClose([...logProbs.slice(words.length)], [...expected!.slice(words.length)], 1e-4);
  }
  // Prefills are tokens of answers: what was computed of prompts is what was computed of the chats.
  const plain = await agent().respond(turns);
  const costs = (those: typeof answers) =>
    those.map(({ cost: { promptTokens, computedTokens, paddedTokens, reusedTokens } }) => ({
      promptTokens,
      computed: computedTokens - paddedTokens,
      reusedTokens,
    }));
  for (const [turn, { computed, promptTokens }] of costs(answers).entries()) {
    assertEquals(promptTokens, answers[turn]!.promptTokens.length);
    assert(computed <= promptTokens, `turn ${turn} computed ${computed} of ${promptTokens}`);
    assertEquals(answers[turn]!.cost.newTokens, answers[turn]!.tokens.length);
  }
  assertEquals(costs(answers)[1], costs(plain)[1]);
  // Without a prefill nothing differs.
  assertEquals([...answers[1]!.tokens], [...(await agent().respond([turns[1]!]))[0]!.tokens]);
});

Deno.test("PolicyAgent leaves what ends an answer out of its text, special to the tokenizer or not", async () => {
  const { eosTokenId, padTokenId, vocabSize } = decoder.config;
  const others = [...Array(vocabSize).keys()].filter((id) =>
    id !== eosTokenId && id !== padTokenId
  );
  // Whatever is sampled first ends the answer.
  const config = { ...decoder.config, otherEosTokenIds: others };
  const ending = Decoder.initialize(config, Random.fromSeed(3));
  const model = { ...smallWorldText, name: "ending", decoder: ending };
  const responses = await new PolicyAgent({ model, sampling: SAMPLING, maxRows: 4 })
    .respond(requests().slice(0, 6));
  assert(responses.some(({ tokens }) => others.includes(tokens[0]!))); // words of the tokenizer
  for (const { tokens, finished, text } of responses) {
    assertEquals([tokens.length, finished, text], [1, true, ""]);
  }
  ending.dispose();
});
