/** The words of one command. */
export type Words = readonly string[];

const ENDS_COMMAND = new Set(['\n', '|', ';', '&', '(', ')']);

/** A command that a shell would run, word by word, without variables before it and `sudo`. */
class Reader {
  readonly commands: Words[] = [];
  #words: string[] = [];
  #word: string | undefined;

  add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  get isInWord(): boolean {
    return this.#word !== undefined;
  }

  endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }

  endCommand(): void {
    this.endWord();
    const words = withoutRedirections(this.#words);
    const first = words.findIndex((word) => !/^(?:[A-Z_]+=.*|sudo|export|source)$/s.test(word));
    if (first >= 0) this.commands.push(words.slice(first));
    this.#words = [];
  }
}

/**
 * The commands in a snippet of shell, as far as documentation needs it: quotes, continued lines, comments, pipes,
 * redirections, substitutions. Placeholders such as `<operation>` are words.
 */
export function shellCommands(text: string): readonly Words[] {
  const reader = new Reader();
  for (let at = 0; at < text.length; at += 1) {
    const rest = text.slice(at);
    const taken = quoted(rest) ?? escaped(rest) ?? placeholder(rest);
    if (taken) {
      if (taken.text !== undefined) reader.add(taken.text);
      at += taken.length - 1;
      continue;
    }
    const char = text.charAt(at);
    if (char === '#' && !reader.isInWord) at += rest.search(/$/m) - 1;
    else if (ENDS_COMMAND.has(char)) reader.endCommand();
    else if (/\s/.test(char)) reader.endWord();
    else if (char !== '$' || rest[1] !== '(') reader.add(char);
  }
  reader.endCommand();
  return reader.commands;
}

interface Taken {
  /** Characters of the snippet. */
  readonly length: number;
  /** What they stand for, if anything. */
  readonly text?: string;
}

function quoted(rest: string): Taken | undefined {
  const [whole, single, double] = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/s.exec(rest) ?? [];
  if (whole === undefined) return undefined;
  return { length: whole.length, text: single ?? (double ?? '').replaceAll(/\\(.)/gs, '$1') };
}

function escaped(rest: string): Taken | undefined {
  if (!rest.startsWith('\\')) return undefined;
  return rest[1] === '\n' ? { length: 2 } : { length: 2, text: rest.slice(1, 2) };
}

function placeholder(rest: string): Taken | undefined {
  const [whole] = /^<[A-Za-z][\w -]*>/.exec(rest) ?? [];
  return whole === undefined ? undefined : { length: whole.length, text: whole };
}

function withoutRedirections(words: Words): Words {
  const from = words.findIndex((word) => /^[<>]/.test(word) && !/^<.*>$/.test(word));
  return from < 0 ? words : words.slice(0, from);
}
