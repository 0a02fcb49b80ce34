import { assert, assertEquals, assertThrows } from "@std/assert";
import { checkTemplate, jinjaTemplate } from "../../lib/text/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { ALPACA, CHATML, GEMMA, LLAMA2, VICUNA, WORDS } from "./chats.ts";

const CLOSED = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}";

Deno.test("checkTemplate() takes templates of all forms", () => {
  const thinking = `${CLOSED}{% if add_generation_prompt %}<|assistant|><think>{% endif %}`;
  for (const source of [ALPACA, CHATML, GEMMA, LLAMA2, VICUNA, WORDS, thinking]) {
    checkTemplate(jinjaTemplate(source, { bosToken: "<s>", eosToken: "</s>" }));
  }
});

Deno.test("checkTemplate() refuses what cannot write a discussion", () => {
  const cases = {
    "leaves out one of the user": "{% for m in messages %}<|{{ m.role }}|>{% endfor %}",
    "leaves out one of the assistant": "{% for m in messages %}{% if m.role == 'user' %}" +
      "{{ m.content }}{% endif %}{% endfor %}",
    "must end where its answers begin": CLOSED,
    '"<|user|>qquestionq<|end|><|assistant|>": it ends "<|user|>qquestionq<|end|><|user|>"':
      `${CLOSED}{% if add_generation_prompt %}<|user|>{% endif %}`,
    "roles must rest": "{% if messages | length > 1 %}{{ raise_exception('roles must rest') }}" +
      "{% endif %}{{ messages[0].content }}",
  };
  for (const [message, source] of Object.entries(cases)) {
    assertThrows(() => checkTemplate(jinjaTemplate(source)), TypeError, message);
  }
});

Deno.test("checkTemplate() refuses what writes messages in part, otherwise than they are, or twice", () => {
  const turns = (content: string, messages = "messages") =>
    `{% for m in ${messages} %}<|{{ m.role }}|>${content}<|end|>{% endfor %}` +
    "{% if add_generation_prompt %}<|assistant|>{% endif %}";
  const content = "{{ m.content }}";
  checkTemplate(jinjaTemplate(turns(content)));
  checkTemplate(jinjaTemplate(turns("{{ m.content | trim }}")));
  const cases = [
    turns(content, "messages[-3:]"),
    turns(content, "messages[-150:]"),
    turns(content, "messages[:5]"),
    turns("{{ m.content[:10] }}"),
    turns("{{ m.content[:2000] }}"),
    turns("{{ m.content | lower }}"),
    turns("{{ m.content | upper }}"),
    turns("{{ m.content | capitalize }}"),
    turns("{{ m.content | replace('7', '') }}"),
    turns("{{ m.content | replace('\"', \"'\") }}"),
    turns("{{ m.content.split('\n')[0] }}"),
    turns("{{ m.content.split() | join(' ') }}"),
    turns(content + content),
    turns(`${content}({{ m.content | lower }})`),
    turns(`${content}({{ m.content | length }})`),
    turns(content) + turns(content),
    turns("{% if m.role == 'system' %}{{ m.content[:10] }}{% else %}{{ m.content }}{% endif %}"),
  ];
  for (const source of cases) {
    assertThrows(
      () => checkTemplate(jinjaTemplate(source)),
      TypeError,
      "must write every message once, in its place and as it is",
      source,
    );
  }
});

Deno.test("jinjaTemplate() refuses a template that goes on for ever or grows without end", () => {
  const render = (source: string) =>
    jinjaTemplate(source).render([{ role: "user", content: "x" }], { addGenerationPrompt: true });
  const loops = (depth: number, times: number, body: string) =>
    `{% for i in range(${times}) %}`.repeat(depth) + body + "{% endfor %}".repeat(depth);
  const doubling = (start: string) =>
    `{% set n = namespace(x=${start}) %}${loops(2, 9, "{% set n.x = n.x + n.x %}")}`;
  const cases = {
    "a list longer than 100000": "{% for i in range(10 ** 12) %}x{% endfor %}",
    "more than 2000000 steps": loops(3, 9000, "x"),
    "longer than 100000": doubling("[1]"),
    "longer than 4000000": doubling("'1234567890'") + loops(2, 9, "{% set n.x = n.x + n.x %}"),
    "refuses it": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
  };
  for (const [message, source] of Object.entries(cases)) {
    assertThrows(() => render(source), TypeError, message);
  }
  assertEquals(render("{{ range(5, 0, -2) | join(' ') }}"), "5 3 1");
  assertEquals(render("{{ range(3) | join(' ') }} {{ range(1, 3) | join(' ') }}"), "0 1 2 1 2");
  assertEquals(
    render("{{ strftime_now('%Y') | length }} {{ none is none }} {{ True }}"),
    "4 true true",
  );
});

const folder = sharedPath("data/tokenizers");
const templates = sharedPath("data/chat_templates");

Deno.test({
  name: "checkTemplate() takes the templates of real models",
  ignore: folder === undefined,
  fn() {
    for (const model of ["phi-3-mini", "qwen2.5", "smollm2"]) {
      const config = JSON.parse(Deno.readTextFileSync(`${folder}/${model}/tokenizer_config.json`));
      checkTemplate(jinjaTemplate(config.chat_template, { bosToken: "<s>", eosToken: "</s>" }));
    }
  },
});

Deno.test({
  name: "checkTemplate() takes the templates of real model families",
  ignore: templates === undefined,
  fn() {
    const files = [...Deno.readDirSync(templates!)].filter(({ name }) => name.endsWith(".jinja"));
    assert(files.length > 0);
    for (const { name } of files) {
      const source = Deno.readTextFileSync(`${templates}/${name}`);
      checkTemplate(jinjaTemplate(source, { bosToken: "<s>", eosToken: "</s>" }));
    }
  },
});
