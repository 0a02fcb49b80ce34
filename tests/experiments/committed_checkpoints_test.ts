import { assert, assertEquals } from "@std/assert";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { CheckedFolder, MANIFEST_FILE, Random, resolveConfig } from "../../lib/core/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { PolicyAgent } from "../../lib/rl/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import { loadLanguageModel } from "../../lib/models/mod.ts";
import { loadVerifier, verifierMetrics } from "../../lib/verifier/mod.ts";
import { startTestDevice } from "../support/device.ts";

await startTestDevice();

const root = new URL("../../", import.meta.url).pathname;

Deno.test("the committed checkpoints are listed in manifests, byte by byte", async () => {
  for (const [name, files] of [["base", 4], ["verifier", 2]] as const) {
    const folder = `${root}/data/checkpoints/arithmetic/${name}`;
    const listed = await CheckedFolder.open(folder, { remedy: "Make them anew" });
    assert(listed !== undefined, folder);
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name)
      .filter((file) => file !== MANIFEST_FILE);
    assertEquals(names.length, files);
    for (const file of names) await listed.read(file);
  }
});

Deno.test("the committed base model and verifier are what the quickstart's defaults need", async () => {
  const { base, verifier: { path }, task: taskConfig, sampling } = resolveConfig(
    maporlSchema,
    [{}],
    [],
  );
  const { task } = await loadTask(taskConfig, 0);
  const { decoder } = await loadLanguageModel(`${root}/${base}`);
  const verifier = await loadVerifier(`${root}/${path}`, decoder, smallWorldText); // of this base
  const agent = new PolicyAgent({
    model: { ...smallWorldText, name: "base model", decoder },
    sampling,
    maxRows: sampling.maxRows,
  });
  const questions = takeQuestions(task.questions("validation"), { count: 100 });
  const answers = await agent.respond(questions.map(({ id, text }) => ({
    messages: [{ role: "user", content: text }],
    agent: 0,
    turn: 0,
    sample: 0,
    random: Random.fromSeed(3).split(id).state(),
  })));
  const solutions = answers.map(({ text }) => smallWorldText.format.solutionOf(text));
  const correct = solutions.map((solution, i) =>
    task.isCorrect(task.extract(solution).answer, questions[i]!.gold)
  );
  // About 0.6, so that there is room to gain; 4 deviations of √(0.24 / 100) are 0.2.
  const accuracy = correct.filter((isRight) => isRight).length / questions.length;
  assert(accuracy > 0.4 && accuracy < 0.8, `${accuracy}`);
  const scores = await verifier.score(
    questions.map((question, i) => ({ question, solution: solutions[i]! })),
  );
  const { auroc } = verifierMetrics(scores, correct);
  assert(auroc! > 0.75, `${auroc}`);
  verifier.dispose();
  decoder.dispose();
});
