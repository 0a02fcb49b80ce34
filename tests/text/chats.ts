/**
 * Chat templates of well-known forms, written for the tests.
 *
 * @module
 */

/** Turns in square brackets, as Llama 2 has them; a system message goes into the first one. */
export const LLAMA2 = "{% if messages[0]['role'] == 'system' %}" +
  "{% set system = '<<SYS>>\n' + messages[0]['content'] + '\n<</SYS>>\n\n' %}" +
  "{% set messages = messages[1:] %}{% else %}{% set system = '' %}{% endif %}" +
  "{% for m in messages %}{% if m['role'] == 'user' %}" +
  "{{ bos_token + '[INST] ' + (system if loop.first else '') + m['content'] + ' [/INST]' }}" +
  "{% else %}{{ ' ' + m['content'] + ' ' + eos_token }}{% endif %}{% endfor %}";

/** Turns as Gemma has them, without system messages. */
export const GEMMA = "{{ bos_token }}{% if messages[0]['role'] == 'system' %}" +
  "{{ raise_exception('System role not supported') }}{% endif %}{% for m in messages %}" +
  "{{ '<start_of_turn>' + ('model' if m['role'] == 'assistant' else 'user') + '\n' + " +
  "(m['content'] | trim) + '<end_of_turn>\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}";

/** Turns between `<|im_start|>` and `<|im_end|>`. */
export const CHATML =
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + " +
  "'<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/** Turns by plain words, as Vicuna has them. */
export const VICUNA = "{{ 'A curious user asks an assistant. ' }}{% for m in messages %}" +
  "{% if m['role'] == 'user' %}{{ 'USER: ' + m['content'] + ' ' }}" +
  "{% else %}{{ 'ASSISTANT: ' + m['content'] + eos_token }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}";

/** Turns under headlines. */
export const ALPACA = "{% for m in messages %}{% if m['role'] == 'user' %}" +
  "{{ '### Instruction:\n' + m['content'] + '\n\n' }}{% else %}" +
  "{{ '### Response:\n' + m['content'] + '\n\n' }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '### Response:\n' }}{% endif %}";

/** Turns under words that are nothing but words. */
export const WORDS =
  "{% for m in messages %}{{ m['role'] + '\n' + m['content'] + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'assistant\n' }}{% endif %}";
