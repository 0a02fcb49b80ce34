/**
 * What clients send to a server of ours; nothing goes over a network.
 *
 * @module
 */
import { isMapping, type Random } from "../../lib/core/mod.ts";
import { loadLanguageModel } from "../../lib/models/mod.ts";
import { ServingApp } from "../../lib/serving/mod.ts";
import { saveByteModel } from "../support/byte_model.ts";
import { busyVerifier } from "../serving/served.ts";
import { judgeMessage, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { anyText, mutateJson } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 1));
const CHAT = json({
  model: "tiny",
  messages: [
    { role: "system", content: "Be short." },
    { role: "user", content: [{ type: "text", text: "1 + 1 ?" }] },
  ],
  max_tokens: 2,
  temperature: 0.5,
  top_p: 0.9,
  seed: 3,
  n: 1,
  stream: false,
  stream_options: null,
  logprobs: false,
  stop: ["\n"],
});
const STREAM = json({
  ...{ model: "tiny", messages: [{ role: "user", content: "Hi" }], max_completion_tokens: 2 },
  ...{ stream: true, stream_options: { include_usage: true }, logprobs: true, n: 2 },
});
const SCORE = json({
  items: [{ question: "1 + 1 ?", solution: "2" }, { question: "a", solution: "b" }],
});
const CHATS = "/v1/chat/completions", SCORES = "/score";
const PATHS = [
  "/",
  "/v1/models",
  "/v1/models/tiny",
  "/v1/models/%00",
  "/health",
  "/v1/../score",
  "/v1/x",
];
const METHODS = ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"];
const TYPES = ["text/plain", "application/json;x", "multipart/form-data", "", "APPLICATION/JSON"];
const HOST = "127.0.0.1:8000";
const HOSTS = ["localhost:80", "evil.example", "127.0.0.1.evil.example", "[::1]:80", "\u00e4"];

/** What is sent. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

function strangeRequest(random: Random): Sent {
  const [path, good] = random.choice([[CHATS, CHAT], [CHATS, STREAM], [SCORES, SCORE]] as const);
  const kind = random.uniform();
  const body = kind < 0.8
    ? mutateJson(random, good)
    : kind < 0.9
    ? mutateBytes(random, good)
    : new TextEncoder().encode(anyText(random).repeat(random.choice([1, 1, 200])));
  const isUsual = random.uniform() < 0.85;
  return {
    body,
    path: isUsual || random.uniform() < 0.5 ? path : random.choice(PATHS),
    method: isUsual || random.uniform() < 0.5 ? "POST" : random.choice(METHODS),
    headers: {
      "content-type": isUsual || random.uniform() < 0.5 ? "application/json" : random.choice(TYPES),
      host: isUsual || random.uniform() < 0.5 ? HOST : random.choice(HOSTS),
    },
  };
}

/**
 * A server of a small model.
 *
 * @param folder An empty folder.
 * @returns The target.
 */
export async function servingTargets(folder: string): Promise<Target[]> {
  const model = await loadLanguageModel(await saveByteModel(`${folder}/model`));
  const { verifier, release } = busyVerifier(model);
  release();
  const failures: unknown[] = [];
  const app = new ServingApp({ id: "tiny", model, verifier }, {
    ...{ maxTokens: 3, maxBodyBytes: 100_000, isLoopback: true },
    onFailure: (error) => void failures.push(error),
  });
  return [{
    name: "served requests",
    errors: [],
    attempt(random) {
      const { method, path, headers, body } = strangeRequest(random);
      const shown = new TextDecoder().decode(body.subarray(0, 250));
      return {
        input: `${method} ${path} ${JSON.stringify(headers)} ${shown}`,
        async take() {
          failures.length = 0;
          let request: Request;
          try {
            const hasBody = method !== "GET" && method !== "HEAD";
            const init = { method, headers, ...(hasBody ? { body } : {}) };
            request = new Request(`http://${HOST}${path}`, init);
          } catch {
            return { outcome: "clear error" }; // no HTTP: it never arrives
          }
          const verdict = await judgeResponse(await app.fetch(request));
          const [failure] = failures;
          if (failure === undefined) return verdict;
          return {
            outcome: "stack",
            detail: String((failure as Error).stack ?? failure).slice(0, 600),
          };
        },
      };
    },
  }];
}

async function judgeResponse(response: Response): Promise<Verdict> {
  const text = await response.text();
  const { status, headers } = response;
  if (status === 200) {
    if (headers.get("content-type")?.startsWith("text/event-stream")) return judgeStream(text);
    if (text !== "") JSON.parse(text);
    return { outcome: "other input" };
  }
  if (status < 400 || status >= 500) return silent(`status ${status}: ${text.slice(0, 200)}`);
  if (text === "") return { outcome: "clear error" }; // to HEAD
  const said: unknown = JSON.parse(text);
  const error = isMapping(said) && isMapping(said.error) ? said.error : {};
  if (typeof error.message !== "string" || typeof error.type !== "string") {
    return silent(`no error of the protocol: ${text.slice(0, 200)}`);
  }
  return judgeMessage(error.message);
}

function judgeStream(text: string): Verdict {
  const lines = text.split("\n\n").filter((line) => line !== "");
  if (lines.at(-1) !== "data: [DONE]") {
    return silent(`a stream that does not end: ${text.slice(-100)}`);
  }
  for (const line of lines.slice(0, -1)) {
    const { choices } = JSON.parse(line.replace(/^data: /, ""));
    if (!Array.isArray(choices)) return silent(`a stream without choices: ${line.slice(0, 200)}`);
  }
  return { outcome: "other input" };
}
