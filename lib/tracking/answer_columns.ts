import type { Columns } from "./columns.ts";

/** What identifies an answer and what it is: in the frames of training, evaluation and baselines. */
export const answerColumns = {
  question: { type: "int", unit: "from 0", meaning: "index of the question in its batch" },
  questionSeed: { type: "text", unit: "", meaning: "seed of the question generator" },
  questionId: { type: "text", unit: "", meaning: "name of the question in its task" },
  questionHash: {
    type: "text",
    unit: "",
    meaning: "hash of the question's text: intervals take questions of the same text together",
  },
  sample: {
    type: "int",
    unit: "from 0",
    meaning: "index of the discussion among those about its question",
  },
  agent: { type: "int", unit: "from 0", meaning: "index of the agent" },
  baseModel: { type: "text", unit: "", meaning: "name of the model that answered" },
  version: { type: "int", unit: "updates", meaning: "updates that it had been trained for" },
  turn: {
    type: "int",
    unit: "from 0",
    meaning: "turn of the discussion; 0 is the answer on one's own",
  },
  questionText: { type: "text", unit: "", meaning: "the question" },
  gold: { type: "text", unit: "", meaning: "right answer" },
  text: { type: "text", unit: "", meaning: "the response as sampled, without special tokens" },
  solution: { type: "text", unit: "", meaning: "the part that is scored and shown to the others" },
  annotations: {
    type: "text",
    unit: "",
    meaning:
      'what the format reads of the response, as JSON: {"strategy":"best","choice":"agent2"}',
  },
  answer: { type: "text", unit: "", meaning: "extracted answer; empty if invalid", nullable: true },
  boxed: {
    type: "bool",
    unit: "",
    meaning: "whether the response states its answer in the asked form, such as in a box",
  },
  finished: {
    type: "bool",
    unit: "",
    meaning: "whether it ended by itself within the token limit",
  },
  correct: { type: "bool", unit: "", meaning: "whether the extracted answer is the right one" },
  score: {
    type: "float",
    unit: "probability in [0, 1]",
    meaning: "the scorer's word that the solution is right, before penalties",
  },
  promptLength: { type: "int", unit: "tokens", meaning: "length of the prompt" },
  computedPromptTokens: {
    type: "int",
    unit: "tokens",
    meaning:
      "tokens of the prompt that were computed and not copied; what is computed in one batch counts in equal " +
      "parts, so that sums are exact and a short prompt may have more than its length",
  },
  wordsLeftOut: {
    type: "int",
    unit: "words",
    meaning: "words of the discussion that its tokenizer cannot write, left out of the prompt",
  },
  responseLength: {
    type: "int",
    unit: "tokens",
    meaning: "length of the response, its end included",
  },
  meanLogProb: {
    type: "float",
    unit: "nats per token",
    meaning:
      "mean log-probability under the policy that sampled it; empty without a token, or where a server does not " +
      "tell",
    nullable: true,
  },
} as const satisfies Columns;

/** What an answer took to compute. */
export const costColumns = {
  promptFlops: {
    type: "float",
    unit: "operations",
    meaning:
      "floating-point operations of the forward pass over the computed tokens of the prompt; empty where the " +
      "model's sizes are not known, as behind a server",
    nullable: true,
  },
  responseFlops: {
    type: "float",
    unit: "operations",
    meaning:
      "floating-point operations of the forward passes over the response, without scoring; empty as those of the prompt",
    nullable: true,
  },
} as const satisfies Columns;
