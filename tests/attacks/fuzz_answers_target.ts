/**
 * What programs of a data set returned, as it is kept.
 *
 * @module
 */
import {
  CheckpointError,
  ConfigError,
  digestOf,
  RunError,
  writeManifest,
} from "../../lib/core/mod.ts";
import { type AnswerFrameRow, answersToParquet } from "../../lib/data/answers_frame.ts";
import { TINYGSM } from "../../lib/data/mod.ts";
import { writeDataRecord } from "../../lib/data/data_record.ts";
import { loadTinygsmTask } from "../../lib/tasks/mod.ts";
import manifest from "../../deno.json" with { type: "json" };
import { DamagedFolder } from "./damaged_folder.ts";
import { HARMLESS, silent, type Target } from "./fuzz_target.ts";

const SOURCE = "a.jsonl", ANSWERS = "answers.parquet";
const INTERPRETER = manifest.imports["@micropython/micropython-webassembly-pyscript"];

/**
 * A folder as `deno task data get` and `deno task answers` leave it; what is taken must be the very questions.
 *
 * @param folder A folder that is not there yet.
 * @returns The target.
 */
export async function keptAnswers(folder: string): Promise<Target> {
  await Deno.mkdir(`${folder}/answers`, { recursive: true });
  const rows = Array.from({ length: 8 }, (_, i): AnswerFrameRow => ({
    ...{ file: SOURCE, row: i + 1, question: `What is ${i} + 1?` },
    ...(i % 4 === 3 ? { problem: "it must run" } : { value: i + 1 }),
  }));
  const source = new TextEncoder().encode(
    rows.map(({ question }) => `${JSON.stringify({ question })}\n`).join(""),
  );
  await Deno.writeFile(`${folder}/${SOURCE}`, source);
  const record = { dataSet: TINYGSM.name, source: "hub", licence: "MIT", wanted: [SOURCE] };
  await writeDataRecord(folder, { ...record, files: [{ name: SOURCE, ...digestOf(source) }] });
  const bytes = await answersToParquet(rows);
  await Deno.writeFile(`${folder}/answers/${ANSWERS}`, bytes);
  await writeManifest(`${folder}/answers`, {
    identity: {
      ...{ dataSet: TINYGSM.name, call: TINYGSM.programs.call, interpreter: INTERPRETER },
      sources: [{ name: SOURCE, sha256: digestOf(source).sha256 }],
      ...{ rows: rows.length, failed: 2, isWhole: true },
    },
    files: [{ name: ANSWERS, ...digestOf(bytes) }],
  });
  const sizes = { train: 2, validation: 1, test: 2, verifier: 1, decimals: 0, maxBadRows: 0.5 };
  const load = async () => (await loadTinygsmTask({ folder, ...sizes })).version;
  const expected = await load();
  const files = new DamagedFolder(folder);
  return {
    name: "kept answers of programs",
    errors: [ConfigError, CheckpointError, RunError],
    attempt(random) {
      files.restore();
      return {
        input: files.damage(random),
        async take() {
          return await load() === expected ? HARMLESS : silent("other questions");
        },
      };
    },
  };
}
