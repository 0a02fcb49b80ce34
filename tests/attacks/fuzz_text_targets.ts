/**
 * Readers of text: answers, settings, command lines.
 *
 * @module
 */
import { experiment as pretrain } from "../../experiments/pretrain/run.ts";
import { experiment as quickstart } from "../../experiments/maporl/run.ts";
import { experiment as trainVerifier } from "../../experiments/train_verifier/run.ts";
import { ConfigError, parseYaml, type Random, resolveConfig } from "../../lib/core/mod.ts";
import {
  canonicalNumber,
  extractGsm8kGold,
  extractLabel,
  extractNumber,
  normaliseResponse,
  sameNumber,
  verifierText,
} from "../../lib/tasks/mod.ts";
import { withoutChatMarkers } from "../../lib/text/mod.ts";
import { parseCommandLine } from "../../lib/tracking/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { type Attempt, HARMLESS, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { anyText, mutateYaml, strangeValue } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";

const PIECES = [
  ...[
    "\\boxed{",
    "}",
    "{",
    "{,}",
    ",",
    ".",
    "-",
    "\u2212",
    "$",
    "%",
    "1",
    "12",
    "345",
    "007",
    "1e3",
  ],
  ...[
    "<|",
    "|>",
    "|",
    "user",
    "<|user|>",
    "<|end|>",
    "<",
    ">",
    "Answer: ",
    "The answer is: ",
    "####",
  ],
  ...[
    "entailment",
    "neutral",
    "\n",
    " ",
    "\t",
    "\\frac{1}{2}",
    "\\text{",
    "\u0661",
    "\ud835\udfd9",
  ],
  ...["\u0000", "\u001b[31m", "\ud800", "best", "agent1", "therefore", "+", "=", "/", "\\%", "½"],
];
const COMPATS = ["paper", "official"] as const;

/** Text as models write it at their worst. */
function answerText(random: Random): string {
  const kind = random.uniform();
  if (kind < 0.1) return anyText(random);
  const length = kind < 0.95 ? random.integer(1, 25) : random.integer(1000, 20_000);
  // Few pieces many times over: what makes patterns go back and forth.
  const pieces = kind < 0.93
    ? PIECES
    : Array.from({ length: random.integer(1, 4) }, () => random.choice(PIECES));
  return Array.from({ length }, () => random.choice(pieces)).join("");
}

const cut = (text: string) => JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);

function takeAnswer(text: string): Verdict {
  for (const compat of COMPATS) {
    const { answer } = extractNumber(text, compat);
    if (answer !== null && canonicalNumber(answer) !== answer) {
      return silent(`extractNumber() gives ${answer}, which is not canonical`);
    }
    if (answer !== null && !sameNumber(answer, answer)) return silent(`${answer} is not itself`);
    for (const taken of [answer, extractLabel(text, compat).answer]) {
      verifierText(normaliseResponse(text, { answer: taken, compat }), { answer: taken, compat });
    }
  }
  const bare = withoutChatMarkers(text);
  if (/<\|\w+\|>/.test(bare)) return silent(`a chat marker remains: ${cut(bare)}`);
  if (withoutChatMarkers(bare) !== bare) return silent("what has no markers loses more");
  return HARMLESS;
}

/** What a model wrote: data, never an error. */
const answers: Target = {
  name: "answers",
  errors: [],
  attempt(random) {
    const text = answerText(random);
    return { input: cut(text), take: () => takeAnswer(text) };
  },
};

const golds: Target = {
  name: "gold answers",
  errors: [SyntaxError],
  attempt(random) {
    const text = `${answerText(random)}\n#### ${answerText(random)}`;
    return {
      input: cut(text),
      take: () => {
        const gold = extractGsm8kGold(text);
        return canonicalNumber(gold) === gold ? HARMLESS : silent(`${gold} is not canonical`);
      },
    };
  },
};

const schemas = [quickstart.schema, pretrain.schema, trainVerifier.schema];
const DEFAULTS = schemas.map((schema) => resolveConfig<unknown>(schema as never, []));
const YAMLS = DEFAULTS.map((config) => new TextEncoder().encode(yamlOf(config as object)));

/** Plain YAML of a configuration, section by section. */
function yamlOf(config: object, indent = ""): string {
  return Object.entries(config).map(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? `${indent}${key}:\n${yamlOf(value, `${indent}  `)}`
      : `${indent}${key}: ${JSON.stringify(value)}\n`
  ).join("");
}

const settingsFiles: Target = {
  name: "settings files",
  errors: [ConfigError],
  attempt(random) {
    const i = random.integer(0, schemas.length);
    const text = new TextDecoder().decode(mutateYaml(random, YAMLS[i]!));
    return { input: cut(text), take: () => takeSettings(i, [parseYaml(text, "my.yaml")], []) };
  },
};

function takeSettings(i: number, layers: unknown[], sets: string[]): Verdict {
  const config = resolveConfig<unknown>(schemas[i] as never, layers, sets);
  if (Object.getPrototypeOf({}).a !== undefined) return silent("the prototype of objects changed");
  const isSame = JSON.stringify(config) === JSON.stringify(DEFAULTS[i]);
  return isSame ? HARMLESS : { outcome: "other input" };
}

function paths(config: object, prefix = ""): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? [`${prefix}${key}`, ...paths(value, `${prefix}${key}.`)]
      : [`${prefix}${key}`]
  );
}
const PATHS = DEFAULTS.map((config) => paths(config as object));

function setting(random: Random, i: number): string {
  const path = random.uniform() < 0.8 ? random.choice(PATHS[i]!) : random.choice([
    "__proto__.a",
    "constructor.x",
    "a..b",
    "",
    ".",
    "algorithm.updatse",
    "\u001b[31m",
  ]);
  const value = random.uniform() < 0.6 ? strangeValue(random) : random.choice([
    "010",
    "020",
    "1e-39",
    "1e9",
    "*a",
    "&a [*a]",
    "!!x y",
    "{",
    "'",
    ".inf",
    "\t1",
  ]);
  return `${path}${random.uniform() < 0.97 ? "=" : ""}${value}`;
}

const sets: Target = {
  name: "settings",
  errors: [ConfigError],
  attempt(random) {
    const i = random.integer(0, schemas.length);
    const list = Array.from({ length: random.integer(1, 4) }, () => setting(random, i));
    return { input: cut(JSON.stringify(list)), take: () => takeSettings(i, [], list) };
  },
};

const WORDS = [
  ...["quickstart", "pretrain", "--seed", "--seed=-1", "-1", "010", "1e3", "--out", "", "--out="],
  ...[
    "--config",
    "--set",
    "--device",
    "--device=gpu",
    "webgpu",
    "cpu",
    "--dtype",
    "bfloat16",
    "--quiet",
  ],
  ...[
    "--quiet=no",
    "--debug",
    "--resume",
    "/",
    "--",
    "-",
    "-h",
    "--help",
    "-x",
    "--no-quiet",
    "=",
    "\u001b[2J",
  ],
  ...[
    "--__proto__",
    "--__proto__=1",
    "--seed.x=1",
    "--set=a",
    "a=1",
    "constructor",
    "\u0000",
    "9".repeat(400),
  ],
];

const commandLines: Target = {
  name: "command lines",
  errors: [ConfigError],
  attempt(random) {
    const args = Array.from({ length: random.integer(1, 7) }, () => {
      const word = random.choice(WORDS);
      if (random.uniform() > 0.15) return word;
      return new TextDecoder().decode(mutateBytes(random, new TextEncoder().encode(word || "x")));
    });
    return {
      input: cut(JSON.stringify(args)),
      take: () => {
        parseCommandLine(args);
        return { outcome: "other input" };
      },
    } satisfies Attempt;
  },
};

const prompts: Target = {
  name: "texts in prompts",
  errors: [],
  attempt(random) {
    const text = answerText(random);
    return {
      input: cut(text),
      take: () => {
        const { template } = smallWorldText;
        const rendered = template.render(
          [{ role: "user", content: text }],
          { addGenerationPrompt: true },
        );
        const empty = template.render([{ role: "user", content: "x" }], {
          addGenerationPrompt: true,
        });
        const markers = (whole: string) => whole.match(/<\|\w+\|>/g)?.length ?? 0;
        return markers(rendered) === markers(empty)
          ? HARMLESS
          : silent(`a text adds chat markers: ${cut(rendered)}`);
      },
    };
  },
};

/** Everything that reads text. */
export const textTargets: readonly Target[] = [
  ...[answers, golds, settingsFiles, sets, commandLines, prompts],
];
