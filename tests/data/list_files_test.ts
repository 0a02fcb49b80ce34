import { assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../lib/core/mod.ts";
import { type DataSource, listFiles } from "../../lib/data/mod.ts";
import { replyOf, withReplies } from "../attacks/strange_replies.ts";

/** They would match what is wanted but for what they hold. */
const STRANGE = ["\u001b[2J", "\ud800", "\u202e"].map((text) => `data/${text}.jsonl`);
const ORIGIN = "http://127.0.0.1:9";
const source: DataSource = {
  ...{ kind: "hub", repoType: "model", repo: "owner/model" },
  keep: /\.jsonl?$/,
};
const page = (paths: readonly string[], headers: Record<string, string> = {}) =>
  replyOf({
    ...{ status: 200, headers, way: "whole", shown: "" },
    bytes: new TextEncoder().encode(
      JSON.stringify(paths.map((path) => ({ type: "file", path, size: -1 }))),
    ),
  });
const listed = (answer: () => Response) =>
  withReplies(answer, () => listFiles(source, { mirror: ORIGIN }));

Deno.test("listFiles() goes through all pages, and takes no size below zero", async () => {
  let asked = 0;
  const files = await listed(() =>
    ++asked === 1
      ? page(["config.json", "../config.json", ...STRANGE], { link: '</x?page=2>; rel="next"' })
      : page(["tokenizer.json"])
  );
  assertEquals(asked, 2);
  assertEquals(
    files,
    ["config.json", "tokenizer.json"].map((name) => ({
      name,
      url: `${ORIGIN}/owner/model/resolve/main/${name}`,
    })),
  );
});

Deno.test("listFiles() does not follow pages in a circle, without end, or to no address", async () => {
  const refused = (answer: () => Response, words: string) =>
    assertRejects(() => listed(answer), RunError, words);
  await refused(() => page([], { link: '</x>; rel="next"' }), "come to an end: after 2 of them");
  let number = 0;
  await refused(
    () => page([], { link: `</x?page=${number++}>; rel="next"` }),
    "come to an end: after 1000 of them",
  );
  await refused(() => page([], { link: '<http://[>; rel="next"' }), "the hub's list must come");
  const away = { status: 302, headers: { location: "http://[" } };
  await refused(() => new Response(null, away), "it must lead to an address");
});

Deno.test("listFiles() reads no more of a page than any has", async () => {
  let sent = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += 2 ** 20;
          controller.enqueue(new Uint8Array(2 ** 20).fill(0x20));
        },
      }),
    );
  await assertRejects(() => listed(endless), RunError, "the hub's list must come: status 200");
  assertEquals(sent < 2 ** 27, true, `${sent} bytes`);
});
