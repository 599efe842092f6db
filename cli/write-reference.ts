import { readFileSync, writeFileSync } from 'node:fs';
import { replaceGenerated } from '../functions/core/configuration/reference/replace-generated.ts';
import { DEFAULT_CONFIG } from './configuration-file.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { createProgram } from './program.ts';

const HELP_WIDTH = 100;

/**
 * The page with its generated sections: the help of every command, and the exit codes.
 *
 * @throws RangeError if the page lacks the markers of a section
 */
export function generatedPage(page: string): string {
  return replaceGenerated(
    replaceGenerated(page, 'exit codes', exitCodes()),
    'command reference',
    reference(),
  );
}

function reference(): string {
  const program = createProgram(
    {
      out: () => {},
      err: () => {},
      paint: (_, text) => text,
      width: undefined,
      clock: NO_CLOCK,
      config: DEFAULT_CONFIG,
      whatIf: async () => {},
    },
    () => {},
  );
  return program.commands
    .filter((command) => program.createHelp().visibleCommands(program).includes(command))
    .map((command) => {
      const help = command.configureHelp({ helpWidth: HELP_WIDTH }).helpInformation().trimEnd();
      return `### ${command.name()}\n\n\`\`\`text\n${help}\n\`\`\``;
    })
    .join('\n\n');
}

/** Help needs no time. */
const NO_CLOCK = { nowMs: () => 0, sleep: async () => {} };

function exitCodes(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => [String(code), meaning] as const);
  const width = Math.max(...rows.map(([, meaning]) => meaning.length));
  const line = (code: string, meaning: string) => `| ${code.padEnd(4)} | ${meaning.padEnd(width)} |`;
  return [
    line('Code', 'Meaning'),
    `| ---- | ${'-'.repeat(width)} |`,
    ...rows.map((row) => line(...row)),
  ].join('\n');
}

if (import.meta.main) {
  const page = new URL('../docs/cli.md', import.meta.url);
  writeFileSync(page, generatedPage(readFileSync(page, 'utf8')));
}
