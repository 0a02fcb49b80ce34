/**
 * All discussions of a run as a text to read.
 *
 * @module
 */
import { fenced, named, printable } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/discussion_format.ts";
import type { EvaluationsRow } from "./frame_columns.ts";
import { readFrame } from "./read_frame.ts";
import { recordsOf } from "./records_of.ts";
import type { RunFolder } from "./run_folder.ts";
import { gradeOf, type ShownRow, toldApart } from "./shown_discussion.ts";

/** The file that {@linkcode writeTranscript} writes. */
export const TRANSCRIPT_FILE = "transcript.md";

/** An answer of a transcript. */
export type TranscriptRow = ShownRow & Pick<EvaluationsRow, "finished">;

/** What a transcript tells besides answers. */
export interface TranscriptOptions {
  /** How the agents were asked; tells what each of them was told. */
  readonly format: DiscussionFormat;
  /** Whether scores are a verifier's: those of the gold answers tell no more than the grade. */
  readonly hasVerifier: boolean;
}

/**
 * Writes every discussion of a run whose frames are merged to `transcript.md`.
 *
 * @param run The run.
 * @param options How the agents were asked, and who scored them.
 * @returns When it is on the disk.
 * @throws {RunError} If the frame cannot be read or the disk refuses.
 */
export async function writeTranscript(run: RunFolder, options: TranscriptOptions): Promise<void> {
  const rows = recordsOf(await readFrame(run.file("evaluations.parquet"))) as EvaluationsRow[];
  await run.writeText(TRANSCRIPT_FILE, transcriptOf(rows, options));
}

/**
 * Discussions as Markdown: the question, and turn by turn what every agent answered.
 *
 * @param rows Answers of one model, in the order of their questions.
 * @param options How the agents were asked, and who scored them.
 * @returns The text.
 */
export function transcriptOf(
  rows: readonly TranscriptRow[],
  { format, hasVerifier }: TranscriptOptions,
): string {
  const byQuestion = [...Map.groupBy(rows, ({ questionId }) => questionId).values()];
  const parts = byQuestion.flatMap((answers, index) => {
    const { questionId, questionText, gold } = answers[0]!;
    return [
      `## Question ${index + 1} of ${byQuestion.length} (${named(questionId)})`,
      block(questionText),
      ...toldApart(answers, format).map((line) => block(line)),
      `Right answer: ${named(gold)}`,
      ...[...Map.groupBy(answers, ({ turn }) => turn)].flatMap(([turn, ofTurn]) => [
        `### Turn ${turn + 1}`,
        ...ofTurn.flatMap((row) => [
          [
            `**Agent ${row.agent + 1}**`,
            gradeOf(row) + (row.answer === null ? "" : `: ${named(row.answer)}`),
            ...(hasVerifier ? [`score ${row.score.toFixed(2)}`] : []),
            ...(row.finished ? [] : ["cut off at the token limit"]),
          ].join(", "),
          block(row.text),
        ]),
      ]),
    ];
  });
  return ["# Discussions", ...parts].join("\n\n") + "\n";
}

/** What a model or a file says, as it is, so that neither a terminal nor Markdown obeys it. */
const block = (text: string) => fenced(printable(text.trim(), Infinity));
