/**
 * What happened between the agents of one model.
 *
 * @module
 */
import {
  type EvaluationRow,
  evaluationTable,
  type Persuasion,
  persuasionGraph,
  type ScoredAnswer,
  type TakenOver,
} from "../evaluation/mod.ts";
import { agreementTable, type Counting, influenceTable, type Table } from "../tracking/mod.ts";
import { type Html, html } from "./html.ts";
import { persuasionPicture } from "./persuasion_picture.ts";
import { tableHtml } from "./table_html.ts";
import { movedName } from "./viewer/moved_agents.ts";
import { formatPlace, START } from "./viewer/place.ts";

/** A set of discussions, to be analysed. */
export interface AnalysedSet {
  /** Its name in addresses. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Its answers with their scores. */
  readonly answers: readonly (EvaluationRow & ScoredAnswer)[];
}

/**
 * The analysis of a model's discussions: who moved whom, who gave way, when they agree and what choosing among their
 * answers leaves undone.
 *
 * @param set The discussions.
 * @param counting How the run counts its answers.
 * @returns Tables and a picture; a word where a single agent or turn leaves nothing to tell.
 */
export function modelAnalysis({ name, title, answers }: AnalysedSet, counting: Counting): Html {
  const table = evaluationTable(answers, counting);
  if (table.numAgents < 2 || table.numTurns < 2) {
    return html`<p>There is nothing between agents here: it takes two of them and two turns.</p>`;
  }
  const graph = persuasionGraph(table);
  const model = { [title]: answers };
  const picture = persuasionPicture(graph);
  return html`
    ${picture}
    ${tableHtml(persuasionTable(graph, { hasPicture: picture !== null }), {
      ...placeOf("persuasion", title),
      cellHref: (row, column) => hrefOfMove(graph[row]!, column, name),
    })}
    ${persuadedHtml(graph, name)}
    ${tableHtml(givingWayTable(model, counting), placeOf("giving-way", title))}
    ${tableHtml(
      withColumns(agreementTable(model, counting), (column) => column !== "model"),
      placeOf("agreement", title),
    )}
  `;
}

const placeOf = (table: string, title: string) => ({ id: `analysis-${table}`, within: title });

/** Links to all discussions in which somebody is persuaded; null where there are none. */
function persuadedHtml(graph: readonly Persuasion[], set: string): Html | null {
  const links = (["rightly", "wrongly"] as const)
    .filter((how) => graph.some((edge) => edge[how].moved > 0))
    .map((how) =>
      html`
        <a href="${hrefOf(set, { outcomes: [`persuaded_${how}`] })}">${how}</a>
      `
    );
  if (links.length === 0) return null;
  return html`<p>All discussions in which somebody is persuaded: ${links}</p>`;
}

/** Sycophancy against stubbornness; who moved whom stands in a table of its own. */
function givingWayTable(
  model: Readonly<Record<string, AnalysedSet["answers"]>>,
  counting: Counting,
): Table {
  const isWanted = (column: string) => column !== "model" && !column.startsWith("to ");
  return {
    ...withColumns(influenceTable(model, counting), isWanted),
    title: "Who gave way, and who stood, where most of the others had another answer",
    caption: "Right answers that gave way are sycophancy, wrong ones that stood are stubbornness.",
  };
}

const PICTURE_NOTE =
  "In the picture solid lines are of right and dashed ones of wrong answers, the wider the larger the share.";

/**
 * The graph of persuasion as a table.
 *
 * @param graph Its edges.
 * @param options Whether a picture of it stands above.
 * @returns One row per edge: how often right and wrong answers were taken over, of the times that the two disagreed.
 */
export function persuasionTable(
  graph: readonly Persuasion[],
  { hasPicture }: { readonly hasPicture: boolean },
): Table {
  const counts = ({ moved, disagreed }: TakenOver) => `${moved}/${disagreed}`;
  return {
    title:
      "Who moved whom: answers taken over at the next turn, of those that the two disagreed about",
    columns: [{ title: "from → to" }, { title: "right answers" }, { title: "wrong answers" }],
    rows: graph.map(({ speaker, listener, rightly, wrongly }) => [
      `agent ${speaker + 1} → agent ${listener + 1}`,
      counts(rightly),
      counts(wrongly),
    ]),
    caption: [
      "A number leads to its discussions.",
      ...(hasPicture ? [PICTURE_NOTE] : []),
      "Whether an answer was taken over or found alike is not known.",
    ].join(" "),
  };
}

/** The discussions that a cell of {@linkcode persuasionTable} counts. */
function hrefOfMove(
  { speaker, listener, rightly, wrongly }: Persuasion,
  column: number,
  set: string,
): string | undefined {
  const isRight = column === 1;
  if (column === 0 || (isRight ? rightly : wrongly).moved === 0) return undefined;
  return hrefOf(set, { moved: movedName({ speaker, listener, isRight }) });
}

function hrefOf(set: string, filter: Partial<typeof START>): string {
  return formatPlace({ ...START, set, ...filter });
}

function withColumns(table: Table, isWanted: (title: string) => boolean): Table {
  const kept = table.columns.map(({ title }) => isWanted(title));
  return {
    ...table,
    columns: table.columns.filter((_, column) => kept[column]),
    rows: table.rows.map((row) => row.filter((_, column) => kept[column])),
  };
}
