/**
 * Bundles the viewer of discussions to lib/report/viewer/viewer.js.
 *
 * @module
 */

/** Where the bundle lies. */
export const BUNDLE_URL: URL = new URL("viewer.js", import.meta.url);

/** Whose code is in the bundle, with the lines of their licences that must stay with it. */
const NOTICE = `/*! maporl's viewer of discussions (Apache-2.0). Holds
preact 11, Copyright (c) 2015-present Jason Miller (MIT)
htm 3, Copyright 2018 Google Inc. (Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0)
hyparquet 1, Copyright (c) Hyperparam (MIT)
fzstd 0.1, Copyright (c) 2020 Arjun Barrett (MIT)

MIT: Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions: The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */
`;

/**
 * Bundles the viewer without writing a file; the same sources and the same Deno give the same text.
 *
 * @returns The script.
 * @throws {Error} If it does not bundle; the message holds what the bundler says.
 */
export async function bundleViewer(): Promise<string> {
  const main = new URL("main.ts", import.meta.url);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "-q", "--minify", "--platform", "browser", "--format", "iife", main.pathname],
  }).output();
  const [bundle, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`Cannot bundle the viewer as deno bundle failed: ${problem}`);
  if (/<\/script|<!--/i.test(bundle!)) {
    throw new Error("Cannot put the viewer into a page as its text ends or hides a script");
  }
  return `${NOTICE}${bundle!.trimEnd()}\n`;
}

if (import.meta.main) {
  const text = await bundleViewer();
  await Deno.writeTextFile(BUNDLE_URL, text);
  console.log(`${BUNDLE_URL.pathname}: ${text.length} characters`);
}
