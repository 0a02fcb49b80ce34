import type { Compat } from "../core/compat.ts";
import { fenced } from "../core/fenced.ts";
import { extractNumber } from "../tasks/answers/extract_number.ts";
import { extractLabel } from "../tasks/answers/extract_label.ts";
import { normaliseResponse, verifierText } from "../tasks/answers/normalise_response.ts";
import type { Question } from "../tasks/task.ts";
import { withoutChatMarkers } from "../text/chat_markers.ts";
import type { DiscussionFormat, DiscussionView, Quoted } from "./discussion_format.ts";
import { feedbackText } from "./feedback_text.ts";

/** Settings of {@link makePaperFormat}. */
export interface PaperFormatConfig {
  /** What is asked for: a number (GSM8K, TinyGSM) or one of the three labels (ANLI). */
  readonly answers: "number" | "label";
  /**
   * `official` keeps what the released code does differently: no word about the box in the first prompt
   * for labels, and the clause on rewards also where no rewards are shown. Default `"paper"`.
   */
  readonly compat?: Compat;
}

const ASK_BOX =
  "Close with one line of the form `Answer: \\boxed{XX}`, where XX is the final answer.";

const ASK: Readonly<Record<PaperFormatConfig["answers"], string>> = {
  number:
    "Solve the problem step by step. Keep the reasoning clear, short and to the point, and write " +
    "nothing but the solution.",
  label:
    "Decide which holds: the hypothesis follows from the premise ('entailment'), the two cannot both " +
    "be true ('contradiction'), or neither ('neutral'). Reason briefly first and answer last; do not repeat " +
    "the texts.",
};

const EXPLAIN_REWARD =
  "Each reward is a verifier's estimate, between 0 and 1, of the probability that a solution is correct. " +
  "It helps, but it can be mistaken.";

const WEIGH_REWARD = "Take the rewards into account, but do not mention them.";

const REVISE = [
  "Give a well-reasoned answer that considers your own earlier solutions and those of the others.",
  "If you think you were wrong, correct yourself; do not merely repeat a solution that is already there.",
];

const JUSTIFY = "Your explanation must justify your answer. Keep the reasoning very simple.";

/**
 * Discussions as the paper has them (G.4, G.5), in words of our own. Quoted solutions and the own
 * history are normalised to end in `Answer: \boxed{X}`.
 *
 * @param config What is asked for, and the rule where paper and code differ.
 * @returns The format.
 */
export function makePaperFormat(
  { answers, compat = "paper" }: PaperFormatConfig,
): DiscussionFormat {
  const asksBox = answers === "number" || compat === "paper";
  const extract = answers === "number" ? extractNumber : extractLabel;

  function firstMessage(question: Question): string {
    const ask = asksBox ? `${ASK[answers]} ${ASK_BOX}` : ASK[answers];
    return `${askAgain(question)}\n\n${ask}`;
  }

  function askAgain({ text }: Question): string {
    return answers === "number" ? `Question: ${text}` : text;
  }

  function discussMessage(view: DiscussionView): string {
    const { question, own, others, showScores } = view;
    const parts: string[] = [];
    if (showScores && own.score !== null) parts.push(feedbackText(own.score, "your"));
    if (others.length > 0) {
      parts.push("Other agents solved the same question as follows.");
      parts.push(...others.map((quoted, k) => quote(quoted, k + 1, showScores)));
    }
    if (showScores) parts.push(EXPLAIN_REWARD);
    const weigh = showScores || (compat === "official" && others.length > 0) ? [WEIGH_REWARD] : [];
    const revise = others.length > 0 ? REVISE : [];
    parts.push([...revise, ...weigh, JUSTIFY, ASK_BOX].join(" "));
    parts.push(askAgain(question));
    return parts.join("\n\n");
  }

  // A model's special tokens written out as text must not open a message of the next prompt.
  const clean = compat === "paper" ? withoutChatMarkers : (response: string) => response;

  function historyText(response: string): string {
    const text = clean(response);
    // Once more, as a box that is unwrapped may leave a marker.
    return clean(normaliseResponse(text, { answer: extract(text, compat).answer, compat }));
  }

  function solutionOf(response: string): string {
    const { answer } = extract(clean(response), compat);
    return verifierText(historyText(response), { answer, compat });
  }

  return {
    firstMessage,
    discussMessage,
    historyText,
    solutionOf,
    annotations: [],
    annotationsOf: () => ({}),
  };
}

function quote({ text, score }: Quoted, number: number, showScores: boolean): string {
  const quoted = `Agent ${number}'s solution:\n${fenced(text)}`;
  if (!showScores || score === null) return quoted;
  return `${quoted}\n${feedbackText(score, `agent ${number}'s`)}`;
}
