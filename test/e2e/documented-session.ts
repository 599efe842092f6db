import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../../docs/session.md', import.meta.url);

/** A command and what it printed. */
export interface Exchange {
  /** Without `npx selfheal`. */
  readonly command: string;
  readonly output: string;
}

const FENCE = /^```console\n\$ npx selfheal (?<command>.*)\n\n(?<output>[\s\S]*?)\n```$/gm;

/** The commands that the page shows, in order, with what it says that they print. */
export function documentedSession(page = readFileSync(PAGE, 'utf8')): readonly Exchange[] {
  return [...page.matchAll(FENCE)].map(({ groups }) => ({
    command: groups?.['command'] ?? '',
    output: groups?.['output'] ?? '',
  }));
}

/**
 * What was printed to the commands that the page shows.
 *
 * @throws Error if the session lacks a command of the page, or has it earlier than the page
 */
export function answersTo(
  documented: readonly Exchange[],
  session: readonly Exchange[],
): readonly Exchange[] {
  let next = 0;
  return documented.map(({ command }) => {
    const isNext = (exchange: Exchange, index: number) =>
      index >= next && withoutChance(exchange.command) === withoutChance(command);
    const found = session.find(isNext);
    if (found === undefined) throw new Error(`the session has no \`selfheal ${command}\` here`);
    next = session.indexOf(found) + 1;
    return found;
  });
}

/** Writes the answers of a session into the page. */
export function documentSession(session: readonly Exchange[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const answers = [...answersTo(documentedSession(page), session)];
  writeFileSync(
    PAGE,
    page.replaceAll(FENCE, () => {
      const { command = '', output = '' } = answers.shift() ?? {};
      return `\`\`\`console\n$ npx selfheal ${command}\n\n${output.trimEnd()}\n\`\`\``;
    }),
  );
}

const TIME_OF_DAY = String.raw`\d{2}:\d{2}:\d{2}(?:\.\d+)?Z`;

/** What differs from one session to the next, by what stands for it. */
const CHANCE: readonly (readonly [RegExp, string])[] = [
  // A look may come too late to see a step while it runs.
  [/^.* RUNNING\b.*\n(?: +command .*\n)?/gm, ''],
  [/\d{8}T\d{6}Z-[0-9a-f]{12}/g, '<operation>'],
  [new RegExp(String.raw`\d{4}-\d{2}-\d{2}[ T]${TIME_OF_DAY}`, 'g'), '<time>'],
  [/\d{4}-\d{2}-\d{2}/g, '<day>'],
  [/\b\d+(?:\.\d+)? s\b|\b(?:\d+h )?\d+m(?: \d+s)?\b/g, '<duration>'],
  [/\b[0-9a-f]{64}\b/g, '<checksum>'],
  [/\d\.\d{3}\b/g, '<figure>'],
  [/(?<=fence |"mainPid":)\d+/g, '<number>'],
  [/(?<=\(by )[^,]+/g, '<person>'],
  // Columns are as wide as what is in them.
  [/ {2,}/g, '  '],
];

/** Rows of operations, one after the other: of two that run at the same time, either may be asked for first. */
const OPERATIONS = /(?:^<(?:operation>|time>(?=.*<operation>)).*\n?)+/gm;

/** The same for two answers that say the same about two sessions. */
export function withoutChance(text: string): string {
  const same = CHANCE.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text).trimEnd();
  return same.replaceAll(OPERATIONS, (rows) => rows.trimEnd().split('\n').toSorted().join('\n'));
}
