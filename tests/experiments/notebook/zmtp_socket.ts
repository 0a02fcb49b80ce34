/**
 * As much of ZeroMQ's wire protocol (ZMTP 3.0, rfc.zeromq.org/spec/23) as it takes to talk to a kernel of Jupyter on
 * this machine: one connection, no encryption.
 *
 * @module
 */

/** Bits of a frame's first byte. */
const MORE = 1, LONG = 2, COMMAND = 4;
/** Every greeting has 64 bytes; this one says version 3.0, mechanism NULL. */
const GREETING = new Uint8Array(64);
GREETING.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
GREETING.set(new TextEncoder().encode("NULL"), 12);

/** A socket that is connected and greeted. */
export class ZmtpSocket {
  readonly #connection: Deno.Conn;
  #buffer = new Uint8Array();

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Connects to a port of this machine as a socket of a type; one that subscribes does so to everything. */
  static async connect(port: number, type: "DEALER" | "SUB"): Promise<ZmtpSocket> {
    const socket = new ZmtpSocket(await Deno.connect({ hostname: "127.0.0.1", port }));
    await socket.#write(GREETING);
    await socket.#read(GREETING.length);
    const [name, value] = ["Socket-Type", type].map((text) => new TextEncoder().encode(text));
    const ready = new TextEncoder().encode("\x05READY");
    const body = [...ready, name!.length, ...name!, 0, 0, 0, value!.length, ...value!];
    await socket.#write(Uint8Array.from([COMMAND, body.length, ...body]));
    await socket.#frame(); // READY of the other side
    if (type === "SUB") await socket.send([Uint8Array.of(1)]);
    return socket;
  }

  /** Sends a message of several parts. */
  async send(parts: readonly Uint8Array[]): Promise<void> {
    for (const [i, part] of parts.entries()) {
      const head = new Uint8Array(9);
      head[0] = LONG | (i < parts.length - 1 ? MORE : 0);
      new DataView(head.buffer).setBigUint64(1, BigInt(part.length));
      await this.#write(head);
      await this.#write(part);
    }
  }

  /** The next message. */
  async receive(): Promise<Uint8Array[]> {
    const parts: Uint8Array[] = [];
    while (true) {
      const { flags, body } = await this.#frame();
      if (flags & COMMAND) continue;
      parts.push(body);
      if (!(flags & MORE)) return parts;
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#connection.close();
  }

  async #frame(): Promise<{ flags: number; body: Uint8Array }> {
    const flags = (await this.#read(1))[0]!;
    const size = flags & LONG
      ? Number(new DataView((await this.#read(8)).buffer).getBigUint64(0))
      : (await this.#read(1))[0]!;
    return { flags, body: await this.#read(size) };
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }

  async #read(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#buffer.length < count) {
      const more = new Uint8Array(1 << 16);
      const length = await this.#connection.read(more);
      if (length === null) throw new Error("the kernel has closed the connection");
      this.#buffer = Uint8Array.from([...this.#buffer, ...more.subarray(0, length)]);
    }
    const read = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    return read;
  }
}
