/**
 * llama.cpp as a peer, by node-llama-cpp of the folder that this runs in. Reads one JSON request per line and answers
 * each with a line, as `peer.py` does; times are taken here, around the work alone.
 *
 * @module
 */

/** As much of node-llama-cpp as is used here. */
interface LlamaModule {
  getLlama(options: Record<string, unknown>): Promise<Llama>;
}

interface Llama {
  readonly systemInfo: string;
  readonly llamaCppRelease: { readonly release: string };
  loadModel(options: Record<string, unknown>): Promise<LlamaModel>;
}

interface LlamaModel {
  createContext(options: Record<string, unknown>): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

interface LlamaContext {
  getSequence(): LlamaSequence;
}

interface LlamaSequence {
  evaluate(
    tokens: readonly number[],
    options: Record<string, unknown>,
  ): AsyncIterableIterator<number>;
  clearHistory(): Promise<void>;
}

/** What a rollout needs. */
interface RolloutSettings {
  readonly path: string;
  readonly prompts: readonly (readonly number[])[];
  readonly new_tokens: number;
  readonly temperature: number;
  readonly threads: number;
}

/** Tokens of prompts that it reads at once: as many as its own default. */
const BATCH_TOKENS = 512;

const { href } = new URL(`file://${Deno.cwd()}/node_modules/node-llama-cpp/dist/index.js`);
const { getLlama } = await import(href) as LlamaModule;
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
let model: LlamaModel | undefined;
let rollout: (() => Promise<number>) | undefined;

/** All prompts at once, each a sequence of one context, none of which ends by itself. */
async function prepare(settings: RolloutSettings): Promise<() => Promise<number>> {
  const { path, prompts, new_tokens: numNew, temperature, threads } = settings;
  model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({
    sequences: prompts.length,
    contextSize: Math.max(...prompts.map(({ length }) => length)) + numNew,
    batchSize: BATCH_TOKENS,
    threads,
  });
  const sequences = prompts.map(() => context.getSequence());
  return async () => {
    const start = performance.now();
    await Promise.all(sequences.map(async (sequence, row) => {
      let count = 0;
      const options = { temperature, topK: 0, topP: 1, minP: 0, seed: row, yieldEogToken: true };
      for await (const _ of sequence.evaluate(prompts[row]!, options)) {
        if (++count === numNew) break;
      }
      if (count !== numNew) throw new RangeError(`row ${row} ended after ${count} tokens`);
    }));
    const seconds = (performance.now() - start) / 1000;
    for (const sequence of sequences) await sequence.clearHistory();
    return seconds;
  };
}

async function answer(request: Record<string, unknown>): Promise<Record<string, unknown>> {
  switch (request.do) {
    case "hello":
      return { llamaCpp: llama.llamaCppRelease.release, system: llama.systemInfo };
    case "setup":
      rollout = await prepare(request.settings as RolloutSettings);
      await rollout(); // warms up
      return {};
    case "run":
      return { seconds: await rollout!() };
    case "drop":
      await model?.dispose();
      model = rollout = undefined;
      return {};
    default:
      throw new RangeError(`unknown request: ${request.do}`);
  }
}

const encoder = new TextEncoder();
let rest = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream() as never)) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop()!;
  for (const line of lines) {
    let reply: Record<string, unknown>;
    try {
      reply = await answer(JSON.parse(line));
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) };
    }
    Deno.stdout.writeSync(encoder.encode(`${JSON.stringify(reply)}\n`));
  }
}
Deno.exit(0);
