/**
 * Runs the cells of a notebook in Deno's kernel, as Jupyter does
 * (jupyter-client.readthedocs.io/en/stable/messaging.html). Started as a process of its own, which may reach this
 * machine's ports: `kernel.ts FOLDER < cells.json`, with a folder for the kernel's connection file.
 *
 * @module
 */
import type { Output } from "./notebook_file.ts";
import { ZmtpSocket } from "./zmtp_socket.ts";

interface Message {
  readonly header: { readonly msg_type: string };
  readonly parent: { readonly msg_id?: string };
  readonly content: Record<string, unknown>;
}

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const DELIMITER = "<IDS|MSG>";

/** A message with a name of its own; nothing is signed, as the key is empty. */
function request(type: string, id: string, content: object): Uint8Array[] {
  const header = {
    msg_id: id,
    msg_type: type,
    session: "test",
    username: "test",
    date: new Date().toISOString(),
    version: "5.3",
  };
  const signature = new Uint8Array();
  return [
    new TextEncoder().encode(DELIMITER),
    signature,
    ...[header, {}, {}, content].map(bytesOf),
  ];
}

function messageOf(parts: readonly Uint8Array[]): Message {
  const texts = parts.map((part) => new TextDecoder().decode(part));
  const [, header, parent, , content] = texts.slice(texts.indexOf(DELIMITER) + 1)
    .map((text) => text === "" ? {} : JSON.parse(text));
  return { header, parent, content };
}

/** What a cell shows, as a notebook keeps it. */
function outputOf({ header: { msg_type }, content }: Message): Output | undefined {
  switch (msg_type) {
    case "display_data":
      return {
        output_type: "display_data",
        data: content.data as Record<string, unknown>,
        metadata: {},
      };
    case "execute_result":
    case "stream":
    case "error":
      return { output_type: msg_type, ...content } as unknown as Output;
  }
}

/** Sends a request and gathers what is shown until the kernel is idle again. */
async function ask(
  parts: readonly Uint8Array[],
  id: string,
  { shell, shown }: { readonly shell: ZmtpSocket; readonly shown: ZmtpSocket },
): Promise<Output[]> {
  await shell.send(parts);
  const outputs: Output[] = [];
  while (true) {
    const message = messageOf(await shown.receive());
    if (message.parent.msg_id !== id) continue;
    if (message.header.msg_type === "status" && message.content.execution_state === "idle") {
      return outputs;
    }
    const output = outputOf(message);
    if (output !== undefined) outputs.push(output);
  }
}

/** How often a kernel that starts is tried, ten times a second. */
const TRIES = 1200;
const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Connects when the kernel listens, which takes it a moment. */
async function connect(port: number, type: "DEALER" | "SUB"): Promise<ZmtpSocket> {
  for (let tries = 0;; tries++) {
    try {
      return await ZmtpSocket.connect(port, type);
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause();
    }
  }
}

/** Ports that are free now. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  });
}

/** What each cell shows. */
async function runCells(cells: readonly string[], folder: string): Promise<Output[][]> {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = freePorts(5);
  const file = `${folder}/connection.json`;
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      ip: "127.0.0.1",
      transport: "tcp",
      signature_scheme: "hmac-sha256",
      key: "",
      ...{ shell_port, iopub_port, stdin_port, control_port, hb_port },
    }),
  );
  const kernel = new Deno.Command(Deno.execPath(), {
    args: ["jupyter", "-q", "--kernel", "--conn", file],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const gone = kernel.status.then(({ code }) => {
    throw new Error(`the kernel has ended with code ${code}`);
  });
  gone.catch(() => {}); // it is to end when all is done
  try {
    return await Promise.race([gone, talk()]);
  } finally {
    kernel.kill("SIGKILL");
    await kernel.status;
  }

  async function talk(): Promise<Output[][]> {
    const shown = await connect(iopub_port!, "SUB");
    const shell = await connect(shell_port!, "DEALER");
    // A subscription takes a moment, and what is asked before it holds has no answer here.
    let isHeard = false;
    const first = shown.receive().then(() => void (isHeard = true));
    for (let tries = 0; !isHeard; tries++) {
      if (tries === TRIES) throw new Error("the kernel does not answer");
      await shell.send(request("kernel_info_request", "hello", {}));
      await Promise.race([first, pause()]);
    }
    const all: Output[][] = [];
    for (const [i, code] of cells.entries()) {
      const id = `cell-${i}`;
      const content = { code, silent: false, store_history: true, allow_stdin: false };
      all.push(await ask(request("execute_request", id, content), id, { shell, shown }));
    }
    return all;
  }
}

if (import.meta.main) {
  const cells = JSON.parse(await new Response(Deno.stdin.readable).text());
  const outputs = await runCells(cells, Deno.args[0]!);
  console.log(JSON.stringify(outputs));
  Deno.exit(0); // without waiting for connections to end
}
