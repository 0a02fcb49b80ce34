import { assertEquals, assertThrows } from "@std/assert";
import { attribute, html, type HtmlPart, trusted } from "../../lib/report/html.ts";

Deno.test("html() escapes texts in elements and in attributes", () => {
  const text = `<script>"a" & 'b'</script>`;
  const safe = "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;";
  assertEquals(html`<p title="${text}">${text}</p>`.html, `<p title="${safe}">${safe}</p>`);
  assertEquals(
    html`
      <p${attribute("title", text)}>
        </p>
    `.html,
    `<p title="${safe}"></p>`,
  );
});

Deno.test("html() takes lists, numbers, nothing and other HTML", () => {
  const items = [1, 2].map((number) => html`<li>${number}</li>`);
  assertEquals(html`<ul>${items}${null}${undefined}</ul>`.html, "<ul><li>1</li><li>2</li></ul>");
  assertEquals(
    html`<p${attribute("id", undefined)}>${trusted("<b>a</b>")}</p>`.html,
    "<p><b>a</b></p>",
  );
});

Deno.test("html() refuses attributes without quotes, and objects that only look like HTML", () => {
  assertThrows(() => html`<p title=${"a b"}></p>`, TypeError, "must stand in double quotes");
  assertThrows(() => html`<p title='${"a b"}'></p>`, TypeError, "must stand in double quotes");
  const foreign = { html: "<script></script>" } as HtmlPart;
  assertThrows(() => html`<p>${foreign}</p>`, TypeError, "must be a text, a number or HTML");
});
