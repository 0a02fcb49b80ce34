import { fileError, named, RunError } from "../core/mod.ts";
import type { RemoteFile } from "./data_sets.ts";
import { type AccessToken, fetchFrom } from "./fetch_from.ts";
import type { PartFile } from "./part_file.ts";

/** How {@linkcode transferRest} works. */
export interface TransferOptions {
  /** A token for the server. */
  readonly token?: AccessToken | undefined;
  /** Milliseconds without a byte after which a transfer counts as cut; default 60,000. */
  readonly patience?: number;
  /**
   * Told after every piece how far it is.
   *
   * @param done Bytes that are there.
   * @param total Bytes of the file; undefined where nobody knows.
   */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** A transfer that ended too early: another try may go on with it. */
export class CutTransfer extends Error {}

/** Statuses after which it is worth to ask again. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/**
 * Transfers what is missing of a file, once. Where something is there, the server is asked for the rest alone, if it
 * can be told that both are of one file: by its entity tag, or by the SHA-256 that the whole must have.
 *
 * @param file The file.
 * @param part What is there, and gets what arrives.
 * @param options Token, patience, progress.
 * @throws {CutTransfer} If it ends before all is there.
 * @throws {RunError} If the server cannot be reached at all, refuses, or has a file of another size.
 */
export async function transferRest(
  file: RemoteFile,
  part: PartFile,
  { token, patience = 60_000, onProgress }: TransferOptions,
): Promise<void> {
  const there = await part.size();
  if (there > 0 && there === file.size) return;
  const tag = await part.tag();
  const canGoOn = there > 0 && there < (file.size ?? Infinity) &&
    (tag !== undefined || file.sha256 !== undefined);
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), patience);
  try {
    const response = await fetchFrom(file.url, {
      token,
      signal: stalled.signal,
      headers: {
        "accept-encoding": "identity", // or sizes and ranges would count other bytes
        ...(canGoOn ? { range: `bytes=${there}-` } : {}),
        ...(canGoOn && tag !== undefined ? { "if-range": tag } : {}),
      },
    }).catch((error) => {
      // Whoever has answered before is there, and will be again.
      const isCut = stalled.signal.aborted ||
        (there > 0 && !(error.cause instanceof Deno.errors.NotCapable));
      throw isCut ? new CutTransfer(error.message) : error;
    });
    const begin = await beginOf(response, { url: file.url, there, part });
    const total = totalOf(response, begin);
    if (file.size !== undefined && total !== undefined && total !== file.size) {
      await response.body?.cancel();
      throw new RunError(
        `Cannot download ${
          named(file.url)
        } as it must have ${file.size} bytes: the server has ${total}`,
        { thing: file.url, value: total, remedy: "Try another mirror" },
      );
    }
    const strong = /^"[^"]*"$/.exec(response.headers.get("etag") ?? "")?.[0];
    using out = await part.open(begin, strong);
    let done = begin;
    try {
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), patience);
        // A server that does not say how much comes may send without end.
        if (done + chunk.length > (file.size ?? Infinity)) throw tooLong(file);
        await writeAll(out, chunk, part.path);
        done += chunk.length;
        onProgress?.(done, total);
      }
    } catch (error) {
      if (error instanceof RunError) throw error;
      throw new CutTransfer(`${done} of ${total ?? "?"} bytes: ${(error as Error).message}`);
    }
    if (total !== undefined && done !== total) {
      throw new CutTransfer(`${done} of ${total} bytes came`);
    }
  } finally {
    clearTimeout(timer);
  }
}

function tooLong({ url, size }: RemoteFile): RunError {
  return new RunError(
    `Cannot download ${named(url)} as it must have ${size} bytes: the server sends more`,
    { thing: url, value: size, remedy: "Try another mirror" },
  );
}

/** The byte at which an answer begins: behind what is there, or 0 where the server gives all again. */
async function beginOf(
  response: Response,
  { url, there, part }: { readonly url: string; readonly there: number; readonly part: PartFile },
): Promise<number> {
  const { status, headers } = response;
  if (status === 200) return 0;
  const [, start] = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "") ?? [];
  if (status === 206 && Number(start) === there) return there;
  await response.body?.cancel();
  if (status === 206 || status === 416) {
    // What is there does not fit to what the server has.
    await part.remove();
    throw new CutTransfer(`the server has no bytes from ${there} on (status ${status})`);
  }
  if (PASSING.includes(status)) throw new CutTransfer(`the server answered with status ${status}`);
  const isForbidden = status === 401 || status === 403;
  throw new RunError(`Cannot download ${named(url)}: the server answered with status ${status}`, {
    thing: url,
    value: status,
    remedy: isForbidden
      ? "If it asks for a licence to be accepted, do so on its page and set HF_TOKEN to a token of yours"
      : "Check the address of the mirror, or take another one with --mirror",
  });
}

function totalOf({ headers }: Response, begin: number): number | undefined {
  const [, ofRange] = /\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (ofRange !== undefined) return Number(ofRange);
  // Of a body that was unpacked on the way, the length says nothing.
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  return length === null ? undefined : begin + Number(length);
}

async function writeAll(out: Deno.FsFile, chunk: Uint8Array, path: string): Promise<void> {
  try {
    for (let done = 0; done < chunk.length;) done += await out.write(chunk.subarray(done));
  } catch (error) {
    throw fileError(error, path, "write");
  }
}
