/**
 * How long discussions can get, before any is held.
 *
 * @module
 */
import { ConfigError, named } from "../core/mod.ts";
import { messagesFor, type TextFormat } from "../discussion/mod.ts";
import { type Question, takeQuestions, type Task } from "../tasks/mod.ts";
import { encodeChat, type Message, messageCleaner, type Tokenizer } from "../text/mod.ts";

/** Questions of a split without end that are read to find the longest. */
const READ_QUESTIONS = 256;

/** What discusses about what. */
export interface DiscussionBounds {
  /** Questions. */
  readonly task: Task;
  /** Splits that are asked about. */
  readonly splits: readonly string[];
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
  /** T. */
  readonly numTurns: number;
  /** Shape [A], most tokens of each agent's answer as it is quoted, in those of this tokenizer. */
  readonly answerLengths: readonly number[];
  /** Whether verdicts are quoted too. */
  readonly showScores: boolean;
}

/**
 * Tokens of the longest prompt of a discussion: the longest question, and every agent's longest answer at
 * every turn before the last, with all that is written around them. Exact where a word is a token and
 * the questions of a split without end are as long as its first 256; a longer one is met by an empty answer.
 *
 * @param bounds Sizes of the discussion.
 * @returns Their number.
 * @throws {ConfigError} If the tokenizer cannot encode a question, or what is written around answers.
 */
export function longestPrompt(bounds: DiscussionBounds): number {
  const { text, numTurns, answerLengths, showScores } = bounds;
  const word = oneToken(text);
  const answers = answerLengths.map(() => ({ text: word, solution: word, score: 0.5 }));
  const question = longestQuestion(bounds);
  const [, ...later] = messagesFor({
    question,
    answersTA: new Array(numTurns - 1).fill(answers),
    format: text.format,
    showScores,
  }, { agent: 0, numAgents: answers.length });
  // Nobody is told more than all of it.
  const messages = [
    { role: "user" as const, content: text.format.firstMessage(question) },
    ...later,
  ];
  const length = lengthOf(messages, bounds);
  // Every answer stands there once, by a token; the others of its tokens make as many more.
  const more = answerLengths.reduce((sum, length) => sum + length - 1, 0);
  return length + (numTurns - 1) * more;
}

/**
 * How many tokens of a reader one of a writer takes, as measured on some texts.
 *
 * @param reader Reads what the writer wrote.
 * @param writer Whose tokens are counted as one.
 * @param texts Texts that both can write.
 * @returns At least 1; 1 for the same tokenizer.
 */
export function tokenRatio(
  reader: Pick<Tokenizer, "encode">,
  writer: Pick<Tokenizer, "encode">,
  texts: readonly string[],
): number {
  const count = ({ encode }: Pick<Tokenizer, "encode">) =>
    texts.reduce((sum, text) => sum + encode(text).length, 0);
  return Math.max(1, count(reader) / Math.max(1, count(writer)));
}

function lengthOf(messages: readonly Message[], { task, text }: DiscussionBounds): number {
  try {
    return encodeChat(text.tokenizer, text.template, messages, { addGenerationPrompt: true })
      .length;
  } catch (cause) {
    throw new ConfigError(
      `Cannot discuss as the model's tokenizer and chat template must write the longest discussion ` +
        `(${(cause as Error).message})`,
      { thing: task.name, cause, remedy: "Take a base model or a task that fits the other" },
    );
  }
}

/** The longest question of some splits, as a model reads it. */
interface LongestQuestion extends Pick<TextFormat, "tokenizer" | "format"> {
  readonly splits: string;
  readonly question: Question;
}

/** What was found of a task: a plan asks for the same many times. */
const found = new WeakMap<Task, LongestQuestion[]>();

function longestQuestion(bounds: DiscussionBounds): Question {
  const { task, text: { tokenizer, format } } = bounds;
  const splits = bounds.splits.join();
  const ofTask = found.get(task) ?? [];
  found.set(task, ofTask);
  const known = ofTask.find((other) =>
    other.tokenizer === tokenizer && other.format === format && other.splits === splits
  );
  if (known) return known.question;
  const question = findLongestQuestion(bounds);
  ofTask.push({ tokenizer, format, splits, question });
  return question;
}

function findLongestQuestion({ task, splits, text }: DiscussionBounds): Question {
  const lengthOf = (question: Question) => {
    try {
      return text.tokenizer.encode(text.format.firstMessage(question)).length;
    } catch (cause) {
      throw new ConfigError(
        `Cannot ask question ${named(question.id)} as the model must know its words ` +
          `(${(cause as Error).message})`,
        { thing: task.name, cause, remedy: "Take a base model or a task that fits the other" },
      );
    }
  };
  const questions = splits.flatMap((split) => {
    const set = task.questions(split);
    return takeQuestions(set, { count: set.size ?? READ_QUESTIONS });
  });
  return questions.map((question) => ({ question, length: lengthOf(question) }))
    .reduce((a, b) => b.length > a.length ? b : a).question;
}

/** A text that is one token: alone and among others, or where spaces are tokens, alone. */
function oneToken({ tokenizer, template }: TextFormat): string {
  const clean = messageCleaner(tokenizer, template);
  let alone: string | undefined;
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const text = tokenizer.decode([id]);
    if (text.trim() === "" || lengthOf(text) !== 1 || clean(text) !== text) continue;
    if (lengthOf(`${text} ${text}`) === 2) return text;
    alone ??= text;
  }
  if (alone !== undefined) return alone;
  throw new ConfigError(
    `Cannot bound prompts as the base model's tokenizer must have a word that it reads as one token: ` +
      `of ${tokenizer.vocabSize} ids none is`,
    { thing: "base", remedy: "Take a base model with its own tokenizer" },
  );

  /** Undefined for what a tokenizer decodes but cannot encode, such as half a character. */
  function lengthOf(text: string): number | undefined {
    try {
      return tokenizer.encode(text).length;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
