import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { checkDocuments, type Repository, updateDocuments } from "../../experiments/documents.ts";
import { mendDocuments } from "../../experiments/mend_documents.ts";
import { arms } from "../../experiments/quickstart/arms.ts";
import { allResults, resultOfArms } from "../../experiments/results.ts";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import {
  accuracyByArm,
  type ArmRun,
  frameOf,
  framesOfRuns,
  reportProgress,
  type Result,
  writeResultFrames,
} from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";

const root = new URL("../..", import.meta.url).pathname;

Deno.test("documents show what the committed frames give, and no other measurement", async () => {
  assertEquals(await checkDocuments({ root, results: await allResults() }), []);
});

const FOLDER = "experiments/credit_proofs";

/** Runs a test on a copy of the documents and frames of a result that is committed. */
const withCopy = (test: (copy: Repository) => Promise<void>) =>
  withTempFolder(async (folder) => {
    await Deno.mkdir(`${folder}/${FOLDER}/results`, { recursive: true });
    const names = [...Deno.readDirSync(`${root}/${FOLDER}/results`)].map(({ name }) => name);
    for (const path of ["README.md", ...names.map((name) => `results/${name}`)]) {
      await Deno.copyFile(`${root}/${FOLDER}/${path}`, `${folder}/${FOLDER}/${path}`);
    }
    await test({ root: folder, results: await allResults() });
  });

/** Changes a text of a copy. */
async function change(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const changed = text.replace(from, to);
  assert(changed !== text, `${path} has no ${from}`);
  await Deno.writeTextFile(path, changed);
}

Deno.test("checkDocuments() finds each change of a document, and updateDocuments() mends it", () =>
  withCopy(async (copy) => {
    const path = `${FOLDER}/README.md`;
    const file = `${copy.root}/${path}`;
    const before = await Deno.readTextFile(file);
    const lineOf = (part: string) =>
      before.split("\n").findIndex((line) => line.includes(part)) + 1;
    const table = lineOf("<!-- table: credit_proofs/proofs");
    const value = lineOf("[0.9506]");
    const mend = "(deno task reproduce --documents)";
    assertEquals(await checkDocuments(copy), []);
    for (
      const [from, to, expected] of [
        [
          /(\| rloo .*)0\.78/,
          "$10.77",
          `${path}:${table}: the table credit_proofs/proofs is another`,
        ],
        ["| counterfactual, max ", "| counterfactual, least ", `${path}:${table}: the table`],
        [
          "[0.9506]",
          "[0.9507]",
          `${path}:${value}: credit_proofs/grpo_by_agent_turn.cosine must be`,
        ],
        ['results "cosine of', 'results "sine of', "links of its numbers are others"],
      ] as const
    ) {
      await change(file, from, to);
      const problems = await checkDocuments(copy);
      assertEquals(problems.length, 1, problems.join("\n"));
      assertStringIncludes(problems[0]!, expected);
      assertStringIncludes(problems[0]!, mend);
      assertEquals(await updateDocuments(copy), [path]);
      assertEquals(await Deno.readTextFile(file), before);
    }
    assertEquals(await updateDocuments(copy), []);
  }));

Deno.test("updateDocuments() removes what a process that was killed left of the same document", () =>
  withCopy(async (copy) => {
    const folder = `${copy.root}/${FOLDER}`;
    const [left, ofAnother, mine] = [
      "README.md.0123abcd.tmp",
      "notes.md.0123abcd.tmp",
      "README.md.tmp",
    ];
    for (const name of [left, ofAnother, mine]) {
      await Deno.writeTextFile(`${folder}/${name}`, "half");
      await Deno.utime(`${folder}/${name}`, 0, 0);
    }
    await change(`${folder}/README.md`, "[0.9506]", "[0.9507]");
    assertEquals(await updateDocuments(copy), [`${FOLDER}/README.md`]);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals([left, ofAnother, mine].filter((name) => names.includes(name)), [ofAnother, mine]);
  }));

Deno.test("mendDocuments() says what it does, which files it wrote, and that nothing changed", () =>
  withCopy(async (copy) => {
    const said = async () => {
      const { result, out, err } = await captureOutput(() => mendDocuments(copy));
      assertEquals(result, 0, err);
      return out.trimEnd().split("\n");
    };
    const [first, last] = [
      "Filling documents and pictures from the committed frames",
      "Checking all documents",
    ];
    assertEquals(await said(), [first, "Nothing changed", last]);
    const file = `${copy.root}/${FOLDER}/README.md`;
    await change(file, "[0.9506]", "[0.9507]");
    assertEquals(await said(), [first, file, last]);
    // On the way it shows which results are read: they take a minute where there are many.
    const shown: string[] = [];
    const output = { isTerminal: true, hasColor: false, columns: () => 200, print: () => {} };
    let now = 0;
    const progress = reportProgress({
      ...output,
      write: (text) => void shown.push(text),
      now: () => now += 1000,
    });
    await updateDocuments({ ...copy, progress });
    assertStringIncludes(shown.join("\n"), "reading 0/1 results · credit_proofs");
  }));

Deno.test("the committed report is one of the documents, where there is one", () =>
  withCopy(async (copy) => {
    const path = "experiments/report/index.html";
    await Deno.mkdir(`${copy.root}/experiments/report`);
    const missing =
      `${path}: not the report that the frames give (deno task reproduce --documents)`;
    assertEquals(await checkDocuments(copy), [missing]);
    assertEquals(await updateDocuments(copy), [path]);
    assertEquals(await checkDocuments(copy), []);
    const page = await Deno.readTextFile(`${copy.root}/${path}`);
    assertStringIncludes(page, 'href="../credit_proofs/README.md"');
    await change(`${copy.root}/${path}`, "0.78", "0.87");
    assertEquals(await checkDocuments(copy), [missing]);
    assertEquals(await updateDocuments(copy), [path]);
    assertEquals(await Deno.readTextFile(`${copy.root}/${path}`), page);
  }));

Deno.test("checkDocuments() finds unknown names and markers, typed numbers and what has no result", () =>
  withCopy(async (copy) => {
    const file = `${copy.root}/${FOLDER}/README.md`;
    const before = await Deno.readTextFile(file);
    const only = async (expected: string, checks = {}) => {
      const problems = await checkDocuments(copy, checks);
      assertEquals(problems.length, 1, problems.join("\n"));
      assertStringIncludes(problems[0]!, expected);
      await Deno.writeTextFile(file, before);
    };
    await change(file, "table: credit_proofs/proofs", "table: credit_proofs/proof");
    await only("(did you mean credit_proofs/proofs?)");
    await change(file, "# Credit proofs", "# It rose to [0.5][critic/gain]");
    await only(
      `${FOLDER}/README.md:1: no committed result has a value critic/gain ` +
        "(deno task reproduce critic --commit)",
    );
    await change(file, "# Credit proofs", "# It rose to 0.75");
    await only(`${FOLDER}/README.md:1: a number that is not made from frames: 0.75`);
    await change(file, "# Credit proofs", "<!-- tables: a -->");
    await only(":1: no marker that is known");
    await only("must have at most 3000 bytes together: 3", { maxBytes: 3000 });
    await Deno.mkdir(`${copy.root}/experiments/foreign/results`, { recursive: true });
    await Deno.writeTextFile(`${copy.root}/experiments/foreign/results/a.parquet`, "a");
    await only("experiments/foreign/results: no result has this name (remove the folder)");
  }));

Deno.test("checkDocuments() fails where frames are missing or damaged, with the command that makes them", () =>
  withCopy(async (copy) => {
    const results = `${copy.root}/${FOLDER}/results`;
    const command = "deno task reproduce credit_proofs --commit";
    const check = () => checkDocuments(copy);
    const bytes = await Deno.readFile(`${results}/proofs.parquet`);
    await Deno.writeFile(
      `${results}/proofs.parquet`,
      bytes.map((byte, i) => i === 99 ? ~byte : byte),
    );
    await assertRejects(check, CheckpointError, command);
    await Deno.remove(`${results}/proofs.parquet`);
    await assertRejects(check, CheckpointError, command);
    await Deno.writeFile(`${results}/proofs.parquet`, bytes);
    assertEquals(await check(), []);
    await change(`${results}/manifest.json`, "credit_proofs", "credit_prove");
    await assertRejects(check, CheckpointError, command);
    const frames = { proofs: frameOf({}, []) };
    await writeResultFrames(results, { frames, madeBy: { result: "critic" } });
    await assertRejects(check, CheckpointError, `it must be of credit_proofs: "critic"`);
    await writeResultFrames(results, { frames, madeBy: { result: "credit_proofs" } });
    await assertRejects(check, RunError, "they must have the column name of the frame proofs");
    await Deno.remove(results, { recursive: true });
    const [first] = await check();
    assertStringIncludes(
      first!,
      `no committed result has a table credit_proofs/proofs (${command})`,
    );
  }));

Deno.test("a document of an experiment with arms shows the table, numbers and picture of its runs", () =>
  withTempFolder(async (folder) => {
    const run = (seed: number, right: boolean): ArmRun => ({
      arm: "MAPoRL",
      seed,
      baselines: [],
      evaluations: smallRows([
        ...answersOf("off-the-shelf", 0, [[true, true], [false, false]]),
        ...answersOf("MAPoRL", 2, [[true, true], [false, right]]),
      ]),
    });
    const quickstart: Result = resultOfArms({
      ...arms,
      table: (runs) => accuracyByArm(runs),
      values: (runs) => ({ seeds: { value: runs.length, digits: 0, meaning: "seeds" } }),
    });
    const copy = { root: folder, results: { quickstart } };
    const commit = (runs: readonly ArmRun[]) =>
      writeResultFrames(`${folder}/experiments/quickstart/results`, {
        frames: framesOfRuns(runs),
        madeBy: { result: "quickstart" },
      });
    await commit([run(0, true), run(1, true)]);
    const path = `${folder}/README.md`;
    const marker = "<!-- table: quickstart/main -->\n<!-- /table -->\n";
    await Deno.writeTextFile(path, `Of [0][quickstart/seeds] seeds:\n\n${marker}`);
    const picture = "experiments/quickstart/picture.png";
    assertEquals(await updateDocuments(copy), ["README.md", picture]);
    const text = await Deno.readTextFile(path);
    // One of two questions is right in the last turn, then both.
    assertStringIncludes(text, "Of [2][quickstart/seeds] seeds:");
    assertEquals([...text.matchAll(/^\| MAPoRL \| +2 \| +0\.500 /gm)].length, 1);
    assertStringIncludes(text, '[quickstart/seeds]: experiments/quickstart/results "seeds"');
    assertEquals(await checkDocuments(copy), []);
    await commit([run(0, true), run(1, false)]);
    const problems = await checkDocuments(copy);
    assertEquals(problems.length, 2, problems.join("\n"));
    assertStringIncludes(problems[0]!, "README.md:3: the table quickstart/main is another");
    assertStringIncludes(problems[1]!, `${picture}: not the picture that its frames give`);
  }));
