import { isMapping, named, printable, RunError } from "../core/mod.ts";
import type { DataSource, RemoteFile } from "./data_sets.ts";
import { type AccessToken, fetchFrom } from "./fetch_from.ts";

/** Where Hugging Face's hub is. */
export const HUB = "https://huggingface.co";

/** The largest repositories have some hundred pages of a thousand files each. */
const MAX_PAGES = 1000;
/** Far more than a page has. */
const MAX_PAGE_BYTES = 2 ** 26;

/** What {@linkcode listFiles} asks. */
export interface ListOptions {
  /** A server that has the same paths as the original ones. */
  readonly mirror?: string | undefined;
  /** A token for the hub. */
  readonly token?: AccessToken | undefined;
}

/**
 * The files of a source. Of a repository of the hub its server is asked, which says their sizes and, of large ones,
 * their SHA-256.
 *
 * @param source The source.
 * @param options Mirror and token.
 * @returns The files, by name.
 * @throws {RunError} If the server cannot be reached, has none of them, or lists without end.
 */
export async function listFiles(
  source: DataSource,
  { mirror, token }: ListOptions = {},
): Promise<RemoteFile[]> {
  if (source.kind === "files") {
    return source.files.map((file) => ({ ...file, url: mirrored(file.url, mirror) }));
  }
  const { repo, keep, repoType = "dataset" } = source;
  const files: RemoteFile[] = [];
  let page: string | undefined = mirrored(
    `${HUB}/api/${repoType}s/${repo}/tree/main?recursive=true`,
    mirror,
  );
  const asked = new Set<string>();
  while (page !== undefined) {
    if (asked.size === MAX_PAGES || asked.has(page)) throw endless(repo, page, asked.size);
    asked.add(page);
    const response = await fetchFrom(page, { token });
    const listed = response.ok ? await readList(response).catch(() => undefined) : undefined;
    if (!response.ok) await response.body?.cancel();
    if (!Array.isArray(listed)) throw noList(page, response.status);
    for (const entry of listed) {
      if (!isMapping(entry) || entry.type !== "file" || typeof entry.path !== "string") continue;
      if (!keep.test(entry.path) || !isInside(entry.path)) continue;
      const { size, oid } = isMapping(entry.lfs) ? entry.lfs : { size: entry.size, oid: undefined };
      const path = entry.path.split("/").map(encodeURIComponent).join("/");
      files.push({
        name: entry.path,
        url: mirrored(`${hubPage(source)}/resolve/main/${path}`, mirror),
        ...(Number.isSafeInteger(size) && Number(size) >= 0 ? { size: Number(size) } : {}),
        ...(/^[0-9a-f]{64}$/.test(String(oid)) ? { sha256: String(oid) } : {}),
      });
    }
    page = nextPage(response, page);
  }
  if (files.length > 0) return files.sort((a, b) => a.name < b.name ? -1 : 1);
  throw new RunError(
    `Cannot get ${named(repo)} as it must have files such as ${keep.source}: it lists none`,
    {
      thing: repo,
      remedy: "It may have been moved: get it by hand, and name its folder with task.folder",
    },
  );
}

/**
 * Where a repository of the hub is.
 *
 * @param source The repository.
 * @returns Its address.
 */
export function hubPage(
  { repo, repoType = "dataset" }: Pick<DataSource & { readonly kind: "hub" }, "repo" | "repoType">,
): string {
  return `${HUB}/${repoType === "dataset" ? "datasets/" : ""}${repo}`;
}

/** A path from elsewhere must not leave the folder, nor move the cursor of a terminal that shows it. */
function isInside(path: string): boolean {
  return path === printable(path) &&
    path.split(/[\\/]/).every((part) => part !== "" && part !== "." && part !== "..") &&
    !/^[A-Za-z]:/.test(path);
}

/** The same path on another server. */
function mirrored(url: string, mirror: string | undefined): string {
  if (mirror === undefined) return url;
  const { pathname, search } = new URL(url);
  return mirror.replace(/\/+$/, "") + pathname + search;
}

/** The hub lists many files on several pages (RFC 8288). */
function nextPage(response: Response, page: string): string | undefined {
  const [, next] = /<([^>]+)>\s*;\s*rel="next"/.exec(response.headers.get("link") ?? "") ?? [];
  if (next === undefined) return undefined;
  const there = URL.parse(next, page);
  if (there === null) throw noList(page, response.status);
  return new URL(there.pathname + there.search, page).href;
}

/** Reads JSON of so many bytes at most, whatever the server sends. */
async function readList({ body }: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_PAGE_BYTES) throw new RangeError(`it has more than ${MAX_PAGE_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}

function endless(repo: string, page: string, pages: number): RunError {
  return new RunError(
    `Cannot list the files of ${named(repo)} as its pages must come to an end: after ${pages} of ` +
      `them ${named(page)} would follow`,
    {
      thing: repo,
      value: pages,
      remedy: "Check the address of the mirror, or take another one with --mirror",
    },
  );
}

function noList(url: string, status: number): RunError {
  return new RunError(
    `Cannot list the files at ${named(url)} as the hub's list must come: status ${status}`,
    {
      thing: url,
      value: status,
      remedy: status === 401 || status === 403
        ? "Set HF_TOKEN to a token of yours"
        : "Check the address of the mirror, or take another one with --mirror",
    },
  );
}
