import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { digestOf, RunError } from "../../lib/core/mod.ts";
import { downloadFile } from "../../lib/data/mod.ts";
import { withReplies } from "../attacks/strange_replies.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { type FileServer, withFileServer } from "./file_server.ts";

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
const { size, sha256 } = digestOf(bytes);

/** A server with one file, and a folder. */
async function withFile(
  test: (
    server: FileServer,
    path: string,
    get: (known?: { size?: number; sha256?: string }) => ReturnType<typeof downloadFile>,
  ) => Promise<void>,
): Promise<void> {
  await withFileServer((server) =>
    withTempFolder(async (folder) => {
      server.files["/a"] = bytes;
      const path = `${folder}/inner/a.bin`;
      await test(server, path, (known = { size, sha256 }) =>
        downloadFile({ name: "a.bin", url: `${server.origin}/a`, ...known }, path, {
          pause: 1,
          tries: 3,
        }));
    })
  );
}

const namesBeside = (path: string) =>
  [...Deno.readDirSync(path.replace(/\/[^/]*$/, ""))].map(({ name }) => name).sort();

Deno.test("downloadFile() puts the file there and nothing else", async () => {
  await withFile(async (server, path, get) => {
    assertEquals(await get(), { size, sha256 });
    assertEquals(digestOf(await Deno.readFile(path)), digestOf(bytes));
    assertEquals(namesBeside(path), ["a.bin"]);
    assertEquals(server.seen.map(({ status }) => status), [200]);
    // What is known of nothing beforehand is taken as it comes.
    assertEquals(await get({}), { size, sha256 });
  });
});

Deno.test("downloadFile() goes on by range where a transfer is cut", async () => {
  await withFile(async (server, path, get) => {
    server.faults.cutAfter = [100_000, 50_000];
    assertEquals(await get(), { size, sha256 });
    assertEquals(digestOf(await Deno.readFile(path)), digestOf(bytes));
    const ranges = server.seen.map(({ range, status }) => [range, status]);
    assertEquals(ranges, [[null, 200], ["bytes=100000-", 206], ["bytes=150000-", 206]]);
    assertEquals(namesBeside(path), ["a.bin"]);
  });
});

Deno.test("downloadFile() gives up after tries that bring nothing, and goes on when called again", async () => {
  await withFile(async (server, path, get) => {
    server.faults.cutAfter = [100_000, 0, 0, 0];
    const error = await assertRejects(() => get(), RunError, "as it broke off 3 times");
    assertStringIncludes(error.message, "goes on behind the 100000 bytes");
    assertEquals(namesBeside(path), ["a.bin.part", "a.bin.part.json"]);
    server.faults.cutAfter = [];
    assertEquals(await get(), { size, sha256 });
    assertEquals(server.seen.at(-1)!.range, "bytes=100000-");
    assertEquals(digestOf(await Deno.readFile(path)), digestOf(bytes));
  });
});

Deno.test("downloadFile() starts over where the server ignores ranges", async () => {
  await withFile(async (server, path, get) => {
    server.faults.cutAfter = [100_000];
    server.faults.ignoresRange = true;
    assertEquals(await get(), { size, sha256 });
    assertEquals(server.seen.map(({ range, status }) => [range, status]), [
      [null, 200],
      ["bytes=100000-", 200],
    ]);
    assertEquals(digestOf(await Deno.readFile(path)), digestOf(bytes));
  });
});

Deno.test("downloadFile() ends with a server that breaks off again and again at the same place", async () => {
  await withFile(async (server, _path, get) => {
    server.faults.cutAfter = new Array(20).fill(100_000);
    server.faults.ignoresRange = true;
    await assertRejects(() => get(), RunError, "as it broke off 3 times");
    assertEquals(server.seen.length, 3);
  });
});

Deno.test("downloadFile() never joins parts of two editions", async () => {
  await withFile(async (server, path, get) => {
    server.faults.cutAfter = [100_000, 0, 0, 0];
    await assertRejects(() => get({}), RunError);
    const other = bytes.toReversed();
    server.files["/a"] = other;
    server.faults.cutAfter = [];
    assertEquals(await get({}), digestOf(other)); // If-Range: the tag is another one
    assertEquals(digestOf(await Deno.readFile(path)), digestOf(other));
    // Without a tag and without a known hash nobody could tell: from the start.
    server.faults.hidesTag = true;
    server.faults.cutAfter = [100_000];
    assertEquals(await get({}), digestOf(other));
    assertEquals(server.seen.at(-1)!.range, null);
  });
});

Deno.test("downloadFile() refuses another file by its hash or size, and keeps nothing of it", async () => {
  await withFile(async (server, path, get) => {
    const wrong = "0".repeat(64);
    const error = await assertRejects(() => get({ size, sha256: wrong }), RunError);
    assertStringIncludes(error.message, `must have 300000 bytes with sha256 ${wrong}: it has`);
    assertEquals(namesBeside(path), []);
    await assertRejects(
      () => get({ size: 7 }),
      RunError,
      "it must have 7 bytes: the server has 300000",
    );
    // A file that is there stays until another one has been checked.
    await Deno.writeTextFile(path, "old");
    await assertRejects(() => get({ sha256: wrong }), RunError);
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals(server.seen.length, 3);
  });
});

Deno.test("downloadFile() starts over when what is there is longer than the file", async () => {
  await withFile(async (_server, path, get) => {
    await Deno.mkdir(path.replace(/\/[^/]*$/, ""));
    await Deno.writeFile(`${path}.part`, new Uint8Array(size + 5));
    assertEquals(await get(), { size, sha256 });
    await Deno.writeFile(`${path}.part`, new Uint8Array(size + 5));
    assertEquals(await get({ sha256 }), { size, sha256 }); // 416, then all
  });
});

Deno.test("downloadFile() asks again after a busy server, not after a refusal", async () => {
  await withFile(async (server, _path, get) => {
    server.faults.statuses = [503, 429];
    assertEquals(await get(), { size, sha256 });
    server.faults.statuses = [404];
    await assertRejects(() => get(), RunError, "answered with status 404");
    server.faults.statuses = [403];
    const error = await assertRejects(() => get(), RunError, "status 403");
    assertStringIncludes(error.message, "HF_TOKEN");
    assertEquals(server.seen.map(({ status }) => status), [503, 429, 200, 404, 403]);
  });
});

Deno.test("downloadFile() tells the token to its origin alone, not to where that sends it", async () => {
  await withFile(async (server, path) => {
    await withFileServer(async (hub) => {
      hub.redirects["/a"] = `${server.origin}/a`;
      const token = { value: "hf_secret", origin: hub.origin };
      const known = { name: "a.bin", url: `${hub.origin}/a`, size, sha256 };
      assertEquals(await downloadFile(known, path, { token }), { size, sha256 });
      assertEquals(hub.seen.map(({ authorization }) => authorization), ["Bearer hf_secret"]);
      assertEquals(server.seen.map(({ authorization }) => authorization), [null]);
      hub.redirects["/a"] = `${hub.origin}/a`;
      const error = await assertRejects(() => downloadFile(known, path, { token }), RunError);
      assertStringIncludes(error.message, "sent on 11 times");
      assert(!Deno.inspect(error).includes("hf_secret"));
    });
  });
});

Deno.test("downloadFile() says where it cannot get without network or permission", async () => {
  await withTempFolder(async (folder) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const get = (url: string) => downloadFile({ name: "a", url }, `${folder}/a`, { pause: 1 });
    await assertRejects(
      () => get(`http://127.0.0.1:${port}/a`),
      RunError,
      `Cannot reach 127.0.0.1:${port}: `,
    );
    const error = await assertRejects(() => get("https://mirror.invalid/a"), RunError);
    assertStringIncludes(error.message, "--allow-net=mirror.invalid");
  });
});

Deno.test("downloadFile() counts a server that falls silent as cut", async () => {
  await withTempFolder(async (folder) => {
    const ended = new AbortController(); // a shutdown would wait for the answers
    const silent = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: ended.signal },
      () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    );
    try {
      const url = `http://127.0.0.1:${silent.addr.port}/a`;
      await assertRejects(
        () => downloadFile({ name: "a", url }, `${folder}/a`, { patience: 20, tries: 2, pause: 1 }),
        RunError,
        "as it broke off 2 times",
      );
    } finally {
      ended.abort();
      await silent.finished;
    }
  });
});

Deno.test("downloadFile() writes no more bytes than the file has, however many come", () =>
  withTempFolder(async (folder) => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1000;
            controller.enqueue(new Uint8Array(1000));
          },
        }),
      );
    const file = { name: "a.bin", url: "http://127.0.0.1:9/a", size: 5000 };
    const get = () => downloadFile(file, `${folder}/a.bin`, { pause: 1, tries: 2 });
    await assertRejects(
      () => withReplies(endless, get),
      RunError,
      "it must have 5000 bytes: the server sends more",
    );
    assert(sent < 20_000, `${sent} bytes`);
  }));
