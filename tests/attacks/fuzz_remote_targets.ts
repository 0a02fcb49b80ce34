/**
 * Readers of what servers reply; nothing is asked of a network.
 *
 * @module
 */
import { Random, RunError } from "../../lib/core/mod.ts";
import { type DataSource, hubModel, KNOWN_DATA_SETS, listFiles } from "../../lib/data/mod.ts";
import { ChatServer, RemoteError, retryDelay } from "../../lib/remote/mod.ts";
import { retryAfterSeconds } from "../../lib/remote/retry_delay.ts";
import { type Attempt, HARMLESS, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { mutateJson } from "./json_mutations.ts";
import { type Reply, replyOf, strangeReply, withReplies } from "./strange_replies.ts";

const KEY = "sk-fuzz-0123456789abcdef";
const ADDRESS = "http://127.0.0.1:9/v1";
/** More than any reply that is meant. */
const MAX_REPLY = 2 ** 18;

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 1));
const COMPLETION = json({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "llama",
  choices: [{
    index: 0,
    message: { role: "assistant", content: `The answer is \\boxed{12}, not ${KEY}` },
    finish_reason: "stop",
    logprobs: {
      content: [
        { token: "a", logprob: -0.5, bytes: null, top_logprobs: [] },
        { token: "b", logprob: -1.25, bytes: [98], top_logprobs: [] },
      ],
    },
  }],
  usage: {
    prompt_tokens: 20,
    completion_tokens: 2,
    total_tokens: 22,
    prompt_tokens_details: { cached_tokens: 4 },
  },
});
const MODELS = json({ object: "list", data: [{ id: "llama", object: "model", owned_by: KEY }] });
const REFUSAL = json({ error: { message: `Bad key ${KEY}`, type: "x", param: null, code: "y" } });
const BODY = {
  model: "llama",
  messages: [{ role: "user" as const, content: "1 + 1 ?" }],
  ...{ max_tokens: 4, temperature: 1, top_p: 1, seed: 0 },
};

/** Values that JSON cannot hold, or that are none of what they stand for. */
const NUMBERS = ["1e39", "-1e39", "-1e999", "1e999", "0.5", "7", "-0", "NaN", "null", "2147483648"];

function completionBytes(random: Random): Uint8Array<ArrayBuffer> {
  if (random.uniform() < 0.25) {
    const name = random.choice(["logprob", "prompt_tokens", "completion_tokens", "cached_tokens"]);
    const text = new TextDecoder().decode(COMPLETION);
    const number = random.choice(NUMBERS);
    return new TextEncoder().encode(
      text.replace(new RegExp(`"${name}": [-\\d.]+`), () => `"${name}": ${number}`),
    );
  }
  return mutateJson(random, random.choice([COMPLETION, COMPLETION, MODELS, REFUSAL]));
}

const chats: Target = {
  name: "replies of servers",
  errors: [RemoteError],
  attempt(random): Attempt {
    const reply = strangeReply(random, completionBytes(random), MAX_REPLY);
    const wantsModels = random.uniform() < 0.15;
    return {
      input: `${wantsModels ? "models: " : ""}${reply.shown}`,
      async take() {
        const server = new ChatServer({
          ...{ address: ADDRESS, apiKey: KEY, maxRetries: 0, firstDelay: 0 },
          ...{ maxReplyBytes: MAX_REPLY, timeoutSeconds: 1 },
        });
        const ask = { random: Random.fromSeed(0) };
        const wait = retryAfterSeconds(reply.headers["retry-after"] ?? null, Date.now());
        const pause = retryDelay(1, { first: 0, retryAfter: wait, ...ask });
        if (!(pause >= 0 && pause <= 60)) return silent(`a pause of ${pause} s`);
        return await withReplies(() => replyOf(reply), async (): Promise<Verdict> => {
          try {
            if (!wantsModels) return judgeReply(await server.complete(BODY, ask));
            const names = await server.models(ask);
            return names.some((name) => name.includes(KEY)) ? silent("it tells the key") : OTHER;
          } catch (error) {
            if (String((error as Error).message).includes(KEY)) return silent("it tells the key");
            throw error;
          }
        });
      },
    };
  },
};

const OTHER: Verdict = { outcome: "other input" };

function judgeReply(
  { text, logProbs, usage, finished }: Awaited<ReturnType<ChatServer["complete"]>>,
): Verdict {
  if (typeof text !== "string" || typeof finished !== "boolean") return silent("no text");
  if (text.includes(KEY)) return silent("it tells the key");
  if (logProbs?.some((value) => !(Number.isFinite(value) && value <= 0))) {
    return silent(`log-probabilities ${logProbs.slice(0, 5)}`);
  }
  const counts = Object.values(usage);
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0) &&
      usage.cachedTokens <= usage.promptTokens
    ? OTHER
    : silent(`usage ${JSON.stringify(usage)}`);
}

const SOURCES: readonly DataSource[] = [
  hubModel("owner/model").sources.hub!,
  ...KNOWN_DATA_SETS.flatMap(({ sources }) => Object.values(sources)),
].filter(({ kind }) => kind === "hub");
const sha256 = "a".repeat(64);
const PATHS = [
  ...["config.json", "model.safetensors", "model-00001-of-00002.safetensors", "tokenizer.json"],
  ...[
    "main/train-00000-of-00001.parquet",
    "plain_text/test_r3-00000-of-00001.parquet",
    "data/a.jsonl",
  ],
];
/** Paths that lead elsewhere. */
const ASTRAY = [
  ...[
    "../config.json",
    "a/../../b.jsonl",
    "/etc/passwd",
    "C:\\x.jsonl",
    "..\\..\\a.jsonl",
    "a//b.jsonl",
  ],
  ...[
    "./a.jsonl",
    "a/./b.parquet",
    "model\u0000.safetensors",
    "\u001b[31m.jsonl",
    "%2e%2e/a.jsonl",
  ],
  ...[
    "model..safetensors",
    "c:a.jsonl",
    "\ud800.jsonl",
    "a\n.jsonl",
    ".git/config",
    "answers/a.jsonl",
  ],
];
const LINKS = [
  '<?page=2>; rel="next"',
  '<http://[>; rel="next"',
  '<//evil/x>; rel="next"',
  "<>",
  ";",
];

/** A name that leads out of its folder, or that a terminal or a file system takes for something else. */
// deno-lint-ignore no-control-regex
const ASTRAY_NAME = /(^|[\\/])\.{1,2}([\\/]|$)|^[\\/]|^[A-Za-z]:|[\\/]{2}|[\0-\x1f\x7f]/;

const lists: Target = {
  name: "lists of the hub",
  errors: [RunError],
  attempt(random): Attempt {
    const source = random.choice(SOURCES);
    const entries = Array.from({ length: random.integer(0, 6) }, () => ({
      type: "file",
      path: random.choice(random.uniform() < 0.5 ? PATHS : ASTRAY),
      size: random.choice([3, 0, -1, 0.5, 1e300]),
      ...(random.uniform() < 0.4 ? { lfs: { oid: sha256, size: 7 } } : {}),
    }));
    const bytes = random.uniform() < 0.5 ? json(entries) : mutateJson(random, json(entries));
    const reply = strangeReply(random, bytes, MAX_REPLY);
    const link = random.uniform() < 0.3 ? random.choice(LINKS) : undefined;
    const headers = { ...reply.headers, ...(link === undefined ? {} : { link }) };
    const isEndless = random.uniform() < 0.3;
    let asked = 0;
    const answer = () => replyOf(++asked > 1 && !isEndless ? LAST : { ...reply, headers });
    return {
      input: `${link ?? ""} ${reply.shown}`,
      take: () =>
        withReplies(answer, async () => {
          const files = await listFiles(source, { mirror: "http://127.0.0.1:9" });
          const astray = files.find(({ name, url, size }) =>
            ASTRAY_NAME.test(name) || !url.startsWith("http://127.0.0.1:9/") ||
            size !== undefined && !(size >= 0)
          );
          return astray === undefined ? HARMLESS : silent(`it takes ${JSON.stringify(astray)}`);
        }),
    };
  },
};

/** The last page of a list. */
const LAST: Reply = { status: 200, headers: {}, bytes: json([]), way: "whole", shown: "" };

/** Everything that reads replies. */
export const remoteTargets: readonly Target[] = [chats, lists];
