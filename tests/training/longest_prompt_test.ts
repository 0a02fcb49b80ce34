import { assert, assertEquals, assertThrows } from "@std/assert";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { ConfigError, Random } from "../../lib/core/mod.ts";
import { type Agent, OracleScorer, runDiscussions } from "../../lib/discussion/mod.ts";
import { NO_COST } from "../../lib/generation/mod.ts";
import { SMALL_WORLD_TASKS, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import { longestPrompt, tokenRatio } from "../../lib/training/mod.ts";

const { tokenizer, template, format } = smallWorldText;

/** Answers with so many words that are drawn at random, markers and prefaces among them. */
function babbler(numTokens: (random: Random) => number): Agent & { longest: number } {
  return {
    name: "babbler",
    longest: 0,
    respond(requests) {
      return Promise.resolve(requests.map(({ messages, ...request }) => {
        const random = Random.fromState(request.random);
        const promptTokens = encodeChat(tokenizer, template, messages, {
          addGenerationPrompt: true,
        });
        this.longest = Math.max(this.longest, promptTokens.length);
        const tokens = Int32Array.from(
          { length: numTokens(random) },
          () => random.integer(0, tokenizer.vocabSize),
        );
        const logProbs = new Float32Array(tokens.length);
        const text = tokenizer.decode(tokens);
        const given = { promptTokens, tokens, logProbs, text, finished: false };
        return { ...given, model: "babbler", version: 0, cost: NO_COST };
      }));
    },
  };
}

Deno.test("longestPrompt() is never below a prompt, and is one where every answer is as long as it may be", async () => {
  for (const name of ["arithmetic", "entailment"] as const) {
    for (
      const [numAgents, numTurns, showScores] of [[3, 3, true], [1, 4, false], [
        9,
        2,
        true,
      ]] as const
    ) {
      const task = SMALL_WORLD_TASKS[name]({ seed: 0, difficulty: 3 });
      const answerLength = 12;
      const bound = longestPrompt({
        ...{ task, splits: ["test"], text: smallWorldText },
        ...{ numTurns, showScores },
        answerLengths: Array(numAgents).fill(answerLength),
      });
      const hold = (agent: Agent, numQuestions: number) =>
        runDiscussions({
          ...{ task, format, showScores, numTurns },
          questions: takeQuestions(task.questions("test"), { count: numQuestions }),
          seats: Array(numAgents).fill({ agent, scorer: new OracleScorer(task) }),
          random: Random.fromSeed(1),
        });
      const random = babbler((random) => random.integer(0, answerLength + 1));
      await hold(random, 20);
      assert(random.longest <= bound, `${random.longest} ${bound}`);

      // Words alone: a marker or a stray space takes no place in what is quoted.
      const full = babbler(() => 0);
      const respond = full.respond.bind(full);
      full.respond = async (requests) =>
        (await respond(requests)).map((response) => ({
          ...response,
          text: Array(answerLength).fill("pens").join(" "),
        }));
      await hold(full, 256);
      assertEquals(full.longest, bound, `${name} ${numAgents} ${numTurns}`);
    }
  }
});

Deno.test("tokenRatio() says how much longer a text is in another model's tokens, and never that it is shorter", () => {
  const words = { encode: (text: string) => Int32Array.from(text.split(" "), () => 0) };
  const signs = { encode: (text: string) => Int32Array.from(text, () => 0) };
  const texts = ["two words", "and three more"];
  // 9 + 14 signs for 2 + 3 words.
  assertEquals(tokenRatio(signs, words, texts), 23 / 5);
  assertEquals(tokenRatio(words, signs, texts), 1);
  assertEquals(tokenRatio(words, words, texts), 1);
});

Deno.test("longestPrompt() says which words the model does not know, and needs a word of one token", () => {
  const task = SMALL_WORLD_TASKS.arithmetic({ seed: 0, difficulty: 1 });
  const sizes = { answerLengths: [4, 4], numTurns: 2, showScores: false };
  const bound = (text: Partial<typeof smallWorldText>) => () =>
    longestPrompt({ task, splits: ["test"], text: { ...smallWorldText, ...text }, ...sizes });
  const foreign = { ...format, discussMessage: () => "another's answer" };
  assertThrows(bound({ format: foreign }), ConfigError, "must write the longest discussion");
  const unknown = { ...format, firstMessage: () => "Question" };
  assertThrows(bound({ format: unknown }), ConfigError, "the model must know its words");
  const twice = (ids: Int32Array) => Int32Array.from([...ids, ...ids]);
  const double = { ...tokenizer, encode: (text: string) => twice(tokenizer.encode(text)) };
  assertThrows(bound({ tokenizer: double }), ConfigError, "a word that it reads as one token");
});
