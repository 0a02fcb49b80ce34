import { assert, assertEquals } from "@std/assert";
import { ConfigError, named, printable, quoted } from "../../lib/core/mod.ts";

Deno.test("printable() shows control characters instead of sending them, and keeps text", () => {
  const text = "Grüße 你好 🙂\n\ttwo";
  assertEquals(printable(text), text);
  assertEquals(
    printable("a\x1b[2Jb\x07\r\x9bm\x7f\0"),
    "a\\u001b[2Jb\\u0007\\u000d\\u009bm\\u007f\\u0000",
  );
  assertEquals(printable("\u202egnp.exe\u2066\u2028"), "\\u202egnp.exe\\u2066\\u2028");
  assertEquals(printable("\ud800x"), "\\ud800x");
});

Deno.test("printable() says how much it leaves out", () => {
  assertEquals(printable("x".repeat(9), 4), "xxxx… (5 more characters)");
  assert(printable("x".repeat(1e6)).length < 9000);
});

Deno.test("quoted() writes a value as JSON in at most 80 characters", () => {
  assertEquals(quoted("a b"), '"a b"');
  assertEquals([quoted(NaN), quoted(undefined), quoted([1, null])], [
    "NaN",
    "undefined",
    "[1,null]",
  ]);
  assertEquals(quoted("x".repeat(1e6)).length, 80);
  assertEquals(quoted("\x9b\x1b"), '"\\u009b\\u001b"');
});

Deno.test("named() quotes what would be misread", () => {
  for (const name of ["runs/a-1_b.yaml", "C:\\runs\\a", "größe", "--set"]) {
    assertEquals(named(name), name);
  }
  assertEquals(["", "my run", "a\nb"].map(named), ['""', '"my run"', '"a\\nb"']);
});

Deno.test("no error brings control characters of what was given to the terminal", () => {
  const error = new ConfigError("Cannot read \x1b]0;owned\x07", { remedy: "Open \x1b[31m" });
  assertEquals(error.message, "Cannot read \\u001b]0;owned\\u0007\n  Open \\u001b[31m");
});
