import { assertEquals, assertThrows } from "@std/assert";
import { attribute, html as tag, type HtmlPart, trusted } from "../../lib/report/html.ts";

Deno.test("html() escapes texts in elements and in attributes", () => {
  const text = `<script>"a" & 'b'</script>`;
  const safe = "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;";
  assertEquals(tag`<p title="${text}">${text}</p>`.html, `<p title="${safe}">${safe}</p>`);
  assertEquals(tag`<p${attribute("title", text)}></p>`.html, `<p title="${safe}"></p>`);
});

Deno.test("html() takes lists, numbers, nothing and other HTML", () => {
  const items = [1, 2].map((number) => tag`<li>${number}</li>`);
  assertEquals(tag`<ul>${items}${null}${undefined}</ul>`.html, "<ul><li>1</li><li>2</li></ul>");
  const bold = trusted("<b>a</b>");
  assertEquals(tag`<p${attribute("id", undefined)}>${bold}</p>`.html, "<p><b>a</b></p>");
});

Deno.test("html() refuses attributes without quotes, and objects that only look like HTML", () => {
  assertThrows(() => tag`<p title=${"a b"}></p>`, TypeError, "must stand in double quotes");
  assertThrows(() => tag`<p title='${"a b"}'></p>`, TypeError, "must stand in double quotes");
  const foreign = { html: "<script></script>" } as HtmlPart;
  assertThrows(() => tag`<p>${foreign}</p>`, TypeError, "must be a text, a number or HTML");
});
