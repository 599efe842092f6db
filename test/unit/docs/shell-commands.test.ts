import { describe, expect, it } from 'vitest';
import { commandsOf } from './documented-commands.ts';
import { shellCommands } from './shell-commands.ts';

describe('reading commands from snippets of shell', () => {
  it.each([
    ['splits lines and leaves out comments', 'a b # not c\n# nor this\nd', [['a', 'b'], ['d']]],
    ['joins continued lines', 'a \\\n  b', [['a', 'b']]],
    ['keeps quoted text together', `a 'b c' "d \\"e\\" #f" g'h i'`, [['a', 'b c', 'd "e" #f', 'gh i']]],
    ['separates piped and chained commands', 'a | b && c; d', [['a'], ['b'], ['c'], ['d']]],
    ['leaves out redirections', 'a b > file', [['a', 'b']]],
    [
      'finds substituted commands',
      'X=$(a b)\nsource <(c d)',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['leaves out variables and sudo', 'X=1 sudo a\nexport Y=z', [['a']]],
    ['takes placeholders as words', 'a <b c> [d]', [['a', '<b c>', '[d]']]],
  ])('%s', (_, text, words) => {
    expect(shellCommands(text)).toEqual(words);
  });

  it('finds the commands of this project in fences and in prose, and no others', () => {
    const text = [
      'Run `npx selfheal why web` or `git pull`; `<selfheal>` is a word.',
      '```sh',
      'npm install',
      'sudo npm run demo -- --target ministack   # slow',
      'selfheal export -o audit.jsonl | cat',
      'aws sts get-caller-identity',
      '```',
      '```yaml',
      'npx selfheal status',
      '```',
    ].join('\n');
    expect(
      commandsOf({ path: 'a.md', text }).map(({ program, args, isWhole }) => [program, args, isWhole]),
    ).toEqual([
      ['npm run demo', ['--target', 'ministack'], true],
      ['selfheal', ['export', '-o', 'audit.jsonl'], true],
      ['selfheal', ['why', 'web'], false],
    ]);
  });
});
