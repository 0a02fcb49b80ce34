import { assert, assertEquals } from "@std/assert";
import { runPrograms } from "../../lib/data/mod.ts";
import { sharedPath } from "../support/shared_data.ts";

const CALL = "simple_math_problem()";
/** A program whose function has this body. */
const returning = (...body: string[]) =>
  ["def simple_math_problem():", ...body.map((line) => `    ${line}`)].join("\n");

Deno.test("runPrograms() gives the numbers that programs return", async () => {
  const cases: [body: string[], value: number][] = [
    [["return 2 * 21"], 42],
    [["return -8"], -8],
    [["x: float = 7 / 2", "return x"], 3.5],
    [["return 0.1 + 0.2"], 0.1 + 0.2],
    [["return 10 / 3"], 10 / 3],
    [["return 2 ** 31"], 2 ** 31], // conversions cut it to 32 bits
    [["return 2 ** 53 - 1"], 2 ** 53 - 1],
    [["return -0.0"], 0],
    [["import math", "return math.ceil(2.5) + math.floor(math.sqrt(17))"], 7],
    [["print('so', 1)", "return sum(x * x for x in range(4))"], 14],
    [["return round(sum([1.5, 2.5]) * 1.0, 2)"], 4],
  ];
  const results = await runPrograms(cases.map(([body]) => returning(...body)), CALL);
  assertEquals(results, cases.map(([, value]) => ({ value })));
});

Deno.test("runPrograms() names what a program must do and does not, and goes on", async () => {
  const number = "it must return a number, and returns ";
  const host = "it must compute and nothing else, and calls ";
  const cases: [program: string, problem: string][] = [
    ["def simple_math_problem(:", "it must run, and ends with SyntaxError"],
    ["def other():\n    return 1", "it must run, and ends with NameError"],
    [returning("return 1 / 0"), "it must run, and ends with ZeroDivisionError"],
    [returning("return simple_math_problem() + 1"), "it must run, and ends with RuntimeError"],
    [returning("print(42)"), `${number}NoneType`],
    [returning("return True"), `${number}bool`],
    [returning("return '42'"), `${number}str`],
    [returning("return 'a' * 10 ** 4"), `${number}str`],
    [returning("return [1]"), `${number}list`],
    [returning("return float('nan')"), "it must return a number up to 9007199254740991, and "],
    [returning("return 1e300 * 1e300"), "it must return a number up to 9007199254740991, and "],
    [returning("return 10 ** 40"), `and returns 1${"0".repeat(40)}`],
    [returning("while True:", "    print('a' * 1000)"), "it must print at most 65536 bytes"],
    [returning("return len('a' * 10 ** 9)"), "it must run, and ends with MemoryError"],
    [returning("raise SystemExit"), "it must run, and ends with SystemExit"],
    [returning("import sys", "sys.exit(0)"), "it must run, and ends with SystemExit"],
    [returning("import js", "return js.Deno.pid"), `${host}lookup_attr`],
    [returning("import js", "js.x = 1", "return 1"), `${host}lookup_attr`],
    [returning("import random", "return random.random()"), `${host}mp_js_random_u32`],
    [returning("import time", "return time.time()"), `${host}mp_js_time_ms`],
    [returning("import os", "return len(os.listdir('/'))"), "it must run, and ends with "],
    [returning("return len(open('/etc/passwd').read())"), "it must run, and ends with OSError"],
    [returning("open('x', 'w').write('a')", "return 1"), "it must run, and ends with OSError"],
    [returning("import socket", "return 1"), "it must run, and ends with ImportError"],
    [returning("import subprocess", "return 1"), "it must run, and ends with ImportError"],
  ];
  const good = returning("return 1");
  const results = await runPrograms(cases.flatMap(([program]) => [program, good]), CALL);
  for (const [i, [program, problem]] of cases.entries()) {
    const found = results[2 * i]!;
    assert(
      "problem" in found && found.problem.includes(problem),
      `${program}: ${JSON.stringify(found)}`,
    );
    assert(found.problem.length <= 300, program);
    assertEquals(results[2 * i + 1], { value: 1 }, `after ${program}`);
  }
});

Deno.test("runPrograms() shows no program what another one left", async () => {
  const leaving = [
    "import builtins, sys, math",
    "left = 666",
    "try:",
    "    builtins.len = builtins.sum = builtins.type = builtins.str = lambda *a: 666",
    "    sys.modules['math'] = None",
    "    math.pi = 666",
    "except Exception:",
    "    pass",
    returning("return 1"),
  ].join("\n");
  const looking = [
    "import math, sys",
    returning("return len([1, 2]) + sum([3]) + int(math.pi) + ('left' in globals())"),
  ].join("\n");
  const results = await runPrograms([looking, leaving, looking, leaving, looking], CALL);
  assertEquals([0, 2, 4].map((i) => results[i]), Array(3).fill({ value: 8 }));
});

Deno.test("runPrograms() kills what does not end, and says which", async () => {
  const endless = returning("while True:", "    pass");
  const inside = returning("return sum(range(2 ** 30))"); // never back in the interpreter's loop
  const hoarding = returning(
    "kept = []",
    "while True:",
    "    kept.append('a' * 1000 + str(len(kept)))",
  );
  const good = returning("return 1");
  const late = { problem: "it must end within 6 seconds" };
  const results = await runPrograms([good, endless, good, inside, hoarding, good], CALL, {
    patience: 6000,
  });
  assertEquals([0, 1, 2, 3, 5].map((i) => results[i]), [
    { value: 1 },
    late,
    { value: 1 },
    late,
    { value: 1 },
  ]);
  const full = results[4]!; // which of both comes first depends on the machine
  assert("problem" in full && /MemoryError|must end/.test(full.problem), JSON.stringify(full));
});

Deno.test("runPrograms() starts more processes than one, and none for no program", async () => {
  const programs = Array.from({ length: 260 }, (_, i) => returning(`return ${i}`));
  assertEquals(
    await runPrograms(programs, CALL),
    programs.map((_, value) => ({ value })),
  );
  assertEquals(await runPrograms([], CALL), []);
});

const sample = sharedPath("data/tinygsm/tinygsm_sample.jsonl");

Deno.test({
  name: "runPrograms() gives the recorded answers of all programs of a sample",
  ignore: sample === undefined,
  async fn() {
    const rows = (await Deno.readTextFile(sample!)).trimEnd().split("\n").map((line) =>
      JSON.parse(line) as { code: string; answer: number }
    );
    assertEquals(rows.length, 3668);
    const results = await runPrograms(rows.map(({ code }) => code), CALL);
    const wrong = results.flatMap((result, i) => {
      // The answers were recorded with six decimals.
      const isSame = "value" in result && Math.abs(result.value - rows[i]!.answer) <= 5.1e-7;
      return isSame ? [] : [{ row: i + 1, result, recorded: rows[i]!.answer }];
    });
    assertEquals(wrong, []);
  },
});
