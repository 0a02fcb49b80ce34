/**
 * Chat templates that no one would write: cyclic, growing, refusing, or of pieces that do not fit together.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import { anyText } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";

const GOOD = [
  "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
  "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}[INST] " +
  "{{ message['content'] }} [/INST]{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}",
  "{%- set ns = namespace(first=true) -%}{%- for m in messages -%}{%- if not ns.first -%}{{ '\\n' }}" +
  "{%- endif -%}{{ m.role|upper }}: {{ m.content|trim }}{%- set ns.first = false -%}{%- endfor -%}",
];

/** Each goes on for ever, grows without end, or goes very deep. */
export const ENDLESS: readonly string[] = [
  "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
  "{% macro f(x) %}{{ g(x) }}{% endmacro %}{% macro g(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('a') }}",
  "{% for i in range(10 ** 12) %}{{ i }}{% endfor %}",
  "{% for i in range(1000000) %}{% for j in range(1000000) %}x{% endfor %}{% endfor %}",
  "{% set ns = namespace(t='ab') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}",
  "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l|length }}",
  "{{ 'x' * 10 ** 10 }}",
  "{{ messages * 100000000 }}",
  "{% set ns = namespace() %}{% set ns.ns = ns %}{{ ns|tojson }}",
  "{% set ns = namespace(t='a') %}{% for i in range(100000) %}{% set ns.t = ns.t|replace('a', 'aa') %}{% endfor %}",
  "{{ 'a'|indent(10 ** 9) }}",
  "{{ ('a' * 5000000)|list|length }}",
  "{{ messages[0].content.split('')|join('x' * 1000000) }}",
  "{% for m in messages %}{% for k in messages %}{% for n in messages %}{{ m.content ~ k.content ~ n.content }}{% endfor %}{% endfor %}{% endfor %}",
  "(".repeat(5000),
  "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
  "{{ " + "not ".repeat(20_000) + "true }}",
  "{{ " + "-".repeat(5000) + "1 }}",
  "{% if true %}".repeat(3000) + "{% endif %}".repeat(3000),
  "{{ [".padEnd(8000, "[") + "]".repeat(7997) + " }}",
  "{{ 'a' ~ ".padEnd(6, " ") + "'a' ~ ".repeat(20_000) + "'a' }}",
];

const PIECES = [
  ...[
    "{% for m in messages %}",
    "{% endfor %}",
    "{% if ",
    "{% elif x %}",
    "{% else %}",
    "{% endif %}",
  ],
  ...["{{ m.content }}", "{{ m['role'] }}", "{{ messages[-1].content }}", "{{ messages[10**9] }}"],
  ...[
    "{% set x = ",
    "%}",
    "{{",
    "}}",
    "{#",
    "#}",
    "{%-",
    "-%}",
    "{% macro f(x) %}",
    "{% endmacro %}",
  ],
  ...[
    "{% endset %}",
    "{% set y %}",
    "{{ f(1) }}",
    "{% call f(1) %}",
    "{% endcall %}",
    "{% break %}",
  ],
  ...["range(", ")", "10**9", "1/0", "none.x", "undefined_thing", "x|", "tojson", "|safe", "|int"],
  ...["{{ raise_exception('no') }}", "{{ strftime_now('%Y') }}", "{{ self }}", "{{ loop.index }}"],
  ...["{{ {}.__proto__ }}", "{{ messages.constructor }}", "{{ x.prototype }}", "{{ [1,2][::0] }}"],
  ...[
    "{% filter upper %}",
    "{% endfilter %}",
    "{% generation %}",
    "{% endgeneration %}",
    "{{ '%s' % x }}",
  ],
  ...[
    "{{ m.content|length }}",
    "{{ namespace(a=1).a }}",
    "{% continue %}",
    "\u0000",
    "\ud800",
    "\\",
  ],
  ...[
    "{{ messages|selectattr('role', 'equalto', 'user')|list }}",
    "{{ 1 if x }}",
    "{{ x is defined }}",
  ],
  ...[
    "{{ bos_token * 3 }}",
    "{{ eos_token }}",
    "{{ add_generation_prompt }}",
    " in ",
    " and ",
    "'",
  ],
];

/**
 * A template.
 *
 * @param random Decides.
 * @returns One that is good, damaged, endless, or of pieces.
 */
export function strangeTemplate(random: Random): string {
  const kind = random.uniform();
  if (kind < 0.25) {
    return Array.from({ length: random.integer(1, 12) }, () => random.choice(PIECES)).join("");
  }
  // Each takes as long as a hundred others, so there are few of them.
  if (kind < 0.27) return random.choice(ENDLESS);
  if (kind < 0.33) return anyText(random);
  const good = random.choice(GOOD);
  if (kind < 0.6) {
    const at = random.integer(0, good.length + 1);
    const piece = random.choice(random.uniform() < 0.95 ? PIECES : ENDLESS);
    return good.slice(0, at) + piece + good.slice(at);
  }
  const bytes = new TextEncoder().encode(random.uniform() < 0.95 ? good : random.choice(ENDLESS));
  return new TextDecoder().decode(mutateBytes(random, bytes));
}
