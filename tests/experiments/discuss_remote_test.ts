import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { discussSchema } from "../../experiments/discuss/config.ts";
import { planDiscussions } from "../../experiments/discuss/plan.ts";
import { experiment } from "../../experiments/discuss/run.ts";
import { registry } from "../../experiments/registry.ts";
import { CheckpointError, ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import { RemoteError } from "../../lib/remote/mod.ts";
import { writeRunPage } from "../../lib/report/mod.ts";
import { loadExperiment, readFrame } from "../../lib/tracking/mod.ts";
import { ownEnvironment } from "../device/own_environment.ts";
import { type Answering, completion, fakeServer, KEY, refusal } from "../remote/fake_server.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";

await startTestDevice();

const configOf = (model: string, change: object = {}) => ({
  model,
  task: { name: "arithmetic" },
  limit: 5,
  questionsAtOnce: 2,
  discussion: { numAgents: 2, numTurns: 2 },
  resamples: 100,
  ...change,
});

/** Answers with a number that its seed decides; says the key back, as a server should not. */
const answering: Answering = ({ path, body }) =>
  path.endsWith("/models")
    ? Response.json({ data: [{ id: "llama" }] })
    : completion(`${KEY} \\boxed{${body.seed % 7}}`, {}, {
      logprobs: { content: [{ logprob: -1 }, { logprob: -3 }] },
    });

const rowsOf = async (path: string) => (await readFrame(`${path}/evaluations.parquet`)).toRecords();

Deno.test("discuss: a model behind a server leaves rows, transcript, tables and a page, and its key nowhere", async () => {
  using _own = ownEnvironment({ MAPORL_API_KEY: KEY });
  await using there = fakeServer(answering);
  await withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = configOf(there.address, { server: { apiKeyEnv: "MAPORL_API_KEY" } });
    const lines = await runExperiment(experiment, { path, config });
    const rows = await rowsOf(path);
    assertEquals(rows.length, 5 * 2 * 2);
    for (const row of rows) {
      assertEquals([row.baseModel, row.version], ["llama", 0]);
      assertEquals([row.promptLength, row.computedPromptTokens, row.responseLength], [7, 7, 3]);
      assertEquals([row.meanLogProb, row.promptFlops, row.responseFlops], [-2, null, null]);
    }
    assert(new Set(rows.map(({ answer }) => answer)).size > 3);
    const transcript = await Deno.readTextFile(`${path}/transcript.md`);
    assertEquals(transcript.match(/^\*\*Agent /gm)?.length, 20);
    assertStringIncludes(await Deno.readTextFile(`${path}/summary.md`), "5 test questions");
    await writeRunPage(path);
    const chats = there.asked.filter(({ path }) => path.endsWith("/chat/completions"));
    assertEquals(chats.length, 20);
    assert(chats.every(({ headers }) => headers.get("authorization") === `Bearer ${KEY}`));
    assertEquals(chats[0]!.body.temperature, 0.7);
    assert(lines.every((line) => !line.includes(KEY)));
    for (const name of filesOf(path)) {
      const bytes = await Deno.readFile(`${path}/${name}`);
      assert(!new TextDecoder("latin1").decode(bytes).includes(KEY), name);
    }
  });
});

Deno.test("discuss: a run whose server broke down goes on to the rows of an undisturbed one", async () => {
  let isBroken = false;
  await using there = fakeServer((asked, index) =>
    isBroken ? refusal(500, "out of memory") : answering(asked, index)
  );
  await withTempFolder(async (folder) => {
    const [whole, broken] = [`${folder}/whole`, `${folder}/broken`];
    const configWith = (maxConcurrency: number) =>
      configOf(there.address, { server: { maxRetries: 0, maxConcurrency } });
    const config = configWith(3);
    await runExperiment(experiment, { path: whole, config });
    const before = there.asked.length;
    const run = runExperiment(experiment, { path: broken, config });
    // In the second batch: a batch has 8 answers, and the list of models is asked for first.
    while (there.asked.length < before + 11) await new Promise((wake) => setTimeout(wake, 1));
    isBroken = true;
    const error = await assertRejects(() => run, RemoteError);
    assertStringIncludes(error.message, "status 500: out of memory");
    const early = await rowsOf(broken);
    assertEquals(early.length % 8, 0);
    isBroken = false;
    await runExperiment(experiment, { path: broken, config: configWith(1), resume: true });
    const rows = await rowsOf(broken);
    assertEquals(rows, await rowsOf(whole));
    assertEquals(rows.slice(0, early.length), early);
  });
});

Deno.test("discuss: a run does not go on with another model of its server", async () => {
  let id = "llama";
  await using there = fakeServer((asked, index) =>
    asked.path.endsWith("/models") ? Response.json({ data: [{ id }] }) : answering(asked, index)
  );
  await withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config: configOf(there.address, { limit: 2 }) });
    id = "gemma";
    await assertRejects(
      () => runExperiment(experiment, { path, config: configOf(there.address), resume: true }),
      CheckpointError,
      "its model must be that of its start",
    );
  });
});

const OPTIONS = { seed: 0, resumed: false, device: "cpu" } as const;
const planned = (config: object) =>
  planDiscussions(resolveConfig(discussSchema, [config], []), OPTIONS);

Deno.test("discuss: the plan asks the server, and tells whether it is sent a key", async () => {
  await using there = fakeServer(answering);
  const { address } = there;
  {
    // Of OpenAI's key no other server hears.
    using _own = ownEnvironment({ OPENAI_API_KEY: KEY });
    const [line] = await planned(configOf(address));
    assertStringIncludes(line!, "5 questions, 20 answers of at most 40 tokens by llama at");
    assertStringIncludes(line!, "16 at a time, without a key");
  }
  assert(there.asked.every(({ headers }) => !headers.has("authorization")));
  using _own = ownEnvironment({ MAPORL_API_KEY: KEY });
  const lines = await planned(configOf(address, { server: { apiKeyEnv: "MAPORL_API_KEY" } }));
  assertStringIncludes(lines[0]!, "with the key of MAPORL_API_KEY");
  assert(!lines.join().includes(KEY));
  assertEquals(there.asked.map(({ path }) => path), ["/v1/models", "/v1/models"]);
});

Deno.test("discuss: what a server cannot do is refused before anything is made", async () => {
  const address = "http://127.0.0.1:9/v1";
  const refused = (config: object, part: string) =>
    assertRejects(() => planned(config), ConfigError, part);
  await refused(configOf(address, { verifier: { kind: "trained" } }), "verifier.kind=trained");
  const base = new URL("../../data/checkpoints/arithmetic/base", import.meta.url).pathname;
  await refused(configOf(base, { server: { stop: ["x"] } }), "model must then be an address");
  await refused(configOf(address, { server: { apiKeyEnv: "NO_SUCH_KEY" } }), "NO_SUCH_KEY");
  await assertRejects(
    () => planned(configOf(address, { server: { maxRetries: 0 } })),
    RemoteError,
    "a server must answer there",
  );
});

Deno.test("what trains a model refuses one behind a server by its address", async () => {
  for (const name of ["maporl", "supervised", "train_verifier"]) {
    const { schema, plan } = (await loadExperiment(name, registry)).experiment;
    const base = "http://localhost:8000/v1";
    const config = resolveConfig(schema, [{ base, ...TRAINING[name] }], []);
    const error = await assertRejects(() => plan!(config, OPTIONS), CheckpointError);
    assertStringIncludes(error.message, `Cannot load ${base} as a model must be a folder`);
    assertStringIncludes(error.message, "deno task remote discuss");
  }
});

const TRAINING: Record<string, object> = { maporl: { verifier: { kind: "oracle" } } };
