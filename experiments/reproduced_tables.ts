/**
 * Tables over several runs, from their frames and files.
 *
 * @module
 */
import { Random } from "../lib/core/mod.ts";
import { compareSystems, type EvaluationRow, summarise } from "../lib/evaluation/mod.ts";
import { type EvaluationsRow, readFrame, type Table } from "../lib/tracking/mod.ts";

/** Where the runs lie. */
export interface RunPlaces {
  /** Their common folder. */
  readonly folder: string;
}

/** Where checkpoints lie that are compared. */
export interface CheckpointPlaces {
  /** The folder that holds those made anew. */
  readonly folder: string;
  /** The folder that holds the committed ones. */
  readonly committed: string;
}

/**
 * Mean accuracy before and after training, turn by turn, and by how much training raised what the turns
 * add.
 *
 * @param names The runs of the quickstart.
 * @param places Where they lie.
 * @returns Two rows per run.
 */
export async function gainBySeed(
  names: readonly string[],
  { folder }: RunPlaces,
): Promise<Table> {
  const rows: Table["rows"][number][] = [];
  for (const name of names) {
    const frame = await readFrame(`${folder}/${name}/evaluations.parquet`);
    const all = (frame.toRecords() as EvaluationsRow[])
      .filter(({ evaluation }) => evaluation === "test");
    const last = Math.max(...all.map(({ update }) => update));
    const models = [...new Set(all.map(({ model }) => model))].map((model) => ({
      model,
      rows: all.filter((row) => row.model === model && (row.update === 0 || row.update === last))
        .map(toEvaluationRow),
    }));
    const options = { random: Random.fromSeed(0).split("intervals", name) };
    for (const [i, { model, rows: answers }] of models.entries()) {
      const { turns, gain } = summarise(answers, options);
      const before = models[0]!.rows;
      rows.push([
        name,
        [...new Set(all.map(({ questionSeed }) => questionSeed))].join(", "),
        model,
        ...turns.map(({ meanAccuracy }) => meanAccuracy),
        gain.meanAccuracy,
        i === 0 ? null : compareSystems(answers, before, options).turns.at(-1)!.meanAccuracy,
      ]);
    }
  }
  const numTurns = Math.max(...rows.map((row) => row.length - 5));
  return {
    title: "Mean accuracy on held-out questions (95 % intervals over questions)",
    columns: [
      { title: "run" },
      { title: "questions of seed" },
      { title: "model" },
      ...Array.from({ length: numTurns }, (_, turn) => ({ title: `turn ${turn + 1}`, digits: 3 })),
      { title: "last - first", digits: 3 },
      { title: "last turn: trained - untrained", digits: 3 },
    ],
    rows,
  };
}

function toEvaluationRow(row: EvaluationsRow): EvaluationRow {
  const { questionId, agent, turn, answer, gold, correct, responseLength } = row;
  return { question: questionId, agent, turn, answer, gold, correct, length: responseLength };
}

/**
 * Compares checkpoints that were made anew with the committed ones.
 *
 * @param names Their folders' names.
 * @param places Where the new ones lie.
 * @returns One row per file.
 */
export async function comparedCheckpoints(
  names: readonly string[],
  { folder, committed }: CheckpointPlaces,
): Promise<Table> {
  const rows: Table["rows"][number][] = [];
  for (const name of names) {
    const files = [...Deno.readDirSync(`${folder}/${name}`)].map((entry) => entry.name).sort();
    for (const file of files) {
      const [old, made] = await Promise.all([
        Deno.readFile(`${committed}/${name}/${file}`),
        Deno.readFile(`${folder}/${name}/${file}`),
      ]);
      const isSame = old.length === made.length && old.every((byte, i) => byte === made[i]);
      rows.push([`${name}/${file}`, made.length, isSame ? "same bytes" : "other bytes"]);
    }
  }
  return {
    title: "Checkpoints made anew against the committed ones",
    columns: [{ title: "file" }, { title: "bytes", digits: 0 }, { title: "comparison" }],
    rows,
  };
}
