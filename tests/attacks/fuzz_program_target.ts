/**
 * Programs of data sets that nobody has looked at: they end or are ended, and give numbers or say why not.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import { runPrograms } from "../../lib/data/mod.ts";
import { HARMLESS, silent, type Target } from "./fuzz_target.ts";
import { anyText } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";

const CALL = "simple_math_problem()";
/** Programs of an input: a process takes longer to start than they do. */
const PROGRAMS = 40;
const PATIENCE = 1500;
const MEMORY = 2 ** 25;

const VALUES = [
  ...[
    "7",
    "7.5",
    "2 ** 40",
    "10 ** 400",
    "1 / 0",
    "float('nan')",
    "float('inf')",
    "-0.0",
    "None",
    "'7'",
  ],
  ...[
    "True",
    "[7]",
    "{}",
    "1j",
    "simple_math_problem()",
    "'x' * 10 ** 9",
    "[0] * 10 ** 9",
    "exit()",
  ],
  ...[
    "__import__('os')",
    "open('/etc/passwd').read()",
    "input()",
    "eval('7')",
    "lambda: 7",
    "1e308 * 10",
  ],
  ...[
    "print('{\"value\": 1}')",
    "print('\\n' * 100)",
    "globals().clear()",
    "sum(range(10 ** 6))",
    "int('9' * 5000)",
  ],
];
const LINES = [
  ...[
    "import sys; sys.exit(0)",
    "raise SystemExit",
    "raise KeyboardInterrupt",
    "x = x + 1",
    "def f(): f()",
  ],
  ...[
    "f()",
    "while False: pass",
    "import js",
    "import ffi",
    "del simple_math_problem",
    "class A: pass",
  ],
  ...[
    "global simple_math_problem",
    "import gc; gc.collect()",
    "a = [1]; a.append(a); print(a)",
    "\tpass",
  ],
  ...[
    "simple_math_problem = 7",
    "print('x' * 5000)",
    "try:\n        pass\n    except: pass",
    "yield 1",
  ],
  ...[
    "import builtins",
    "import micropython; micropython.mem_info()",
    "assert False, 'no'",
    "return 3",
  ],
];

function strangeProgram(random: Random): string {
  const kind = random.uniform();
  if (kind < 0.05) return anyText(random).toWellFormed();
  const lines = Array.from({ length: random.integer(0, 3) }, () => `    ${random.choice(LINES)}\n`);
  const before = random.uniform() < 0.2 ? `${random.choice(LINES)}\n` : "";
  const program = `${before}def simple_math_problem() -> int:\n    """?"""\n${lines.join("")}` +
    `    return ${random.choice(VALUES)}\n`;
  if (kind < 0.7) return program;
  const bytes = mutateBytes(random, new TextEncoder().encode(program));
  return new TextDecoder().decode(bytes);
}

/** Everything that runs programs. */
export const programTargets: readonly Target[] = [{
  name: "programs",
  errors: [],
  attempt(random) {
    const programs = Array.from({ length: PROGRAMS }, () => strangeProgram(random));
    // One that does not end costs its patience, so there is not more than one.
    if (random.uniform() < 0.2) programs[random.integer(0, PROGRAMS)] = `while True:\n    pass\n`;
    return {
      input: JSON.stringify(programs.slice(0, 3)),
      async take() {
        const results = await runPrograms(programs, CALL, { patience: PATIENCE, memory: MEMORY });
        if (results.length !== PROGRAMS) return silent(`${results.length} results`);
        const wrong = results.find((result) =>
          "value" in result
            ? !Number.isFinite(result.value) || "problem" in result
            : typeof result.problem !== "string" || result.problem === ""
        );
        return wrong === undefined ? HARMLESS : silent(JSON.stringify(wrong));
      },
    };
  },
}];
