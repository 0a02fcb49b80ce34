import { assertEquals } from "@std/assert";
import { gitRevision } from "../../lib/tracking/mod.ts";

const hash = "0123456789abcdef0123456789abcdef01234567";

async function revisionOf(files: Record<string, string>, checkout = ""): Promise<string | null> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text.replace("FOLDER", folder));
    }
    return await gitRevision(`${folder}${checkout}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("gitRevision() reads branches, packed branches, detached heads and worktrees", async () => {
  const head = "ref: refs/heads/main\n";
  assertEquals(await revisionOf({ ".git/HEAD": head, ".git/refs/heads/main": `${hash}\n` }), hash);
  const packed = `# pack-refs\n${"f".repeat(40)} refs/heads/mainly\n${hash} refs/heads/main\n`;
  assertEquals(await revisionOf({ ".git/HEAD": head, ".git/packed-refs": packed }), hash);
  assertEquals(await revisionOf({ ".git/HEAD": `${hash}\n` }), hash);
  const worktree = {
    "tree/.git": "gitdir: FOLDER/main/.git/worktrees/tree\n",
    "main/.git/worktrees/tree/HEAD": "ref: refs/heads/topic\n",
    "main/.git/worktrees/tree/commondir": "../..\n",
    "main/.git/refs/heads/topic": `${hash}\n`,
  };
  assertEquals(await revisionOf(worktree, "/tree"), hash);
});

Deno.test("gitRevision() is null where there is no revision", async () => {
  assertEquals(await revisionOf({}), null);
  assertEquals(await revisionOf({ ".git/HEAD": "ref: refs/heads/main\n" }), null);
  assertEquals(await revisionOf({ ".git/HEAD": "nonsense\n" }), null);
});
