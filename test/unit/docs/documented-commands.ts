import { fencesOf, type Page, proseOf, readPages } from './pages.ts';
import { shellCommands, type Words } from './shell-commands.ts';

export interface DocumentedCommand {
  /** What names the program: `selfheal`, `cdk`, `npm run demo`, `npm test`. */
  readonly program: string;
  readonly args: Words;
  /** Such as `docs/cli.md: selfheal why web-a`. */
  readonly place: string;
  /** Whether readers are to type it as it is; in prose, arguments may be missing. */
  readonly isWhole: boolean;
}

/** Every command of this project that a page shows. */
export function commandsOf(page: Page): readonly DocumentedCommand[] {
  const fences = fencesOf(page).filter(({ language }) => language === 'sh');
  const spans = [...proseOf(page).matchAll(/`(?<code>(?:npx |npm |selfheal |cdk )[^`]+)`/g)];
  return [
    ...fences.flatMap(({ text }) => commandsIn(text, page, true)),
    ...spans.flatMap(({ groups }) => commandsIn(groups?.['code'] ?? '', page, false)),
  ];
}

function commandsIn(text: string, { path }: Page, isWhole: boolean): readonly DocumentedCommand[] {
  return shellCommands(text).flatMap((words) => {
    const known = programOf(words);
    return known ? [{ ...known, place: `${path}: ${words.join(' ')}`, isWhole }] : [];
  });
}

function programOf(words: Words): Pick<DocumentedCommand, 'program' | 'args'> | undefined {
  const [first, second, ...rest] = words.filter((word) => word !== '--silent');
  if (first === 'selfheal' || first === 'cdk')
    return { program: first, args: second === undefined ? [] : [second, ...rest] };
  if (first === 'npx' && second !== undefined) return { program: second, args: rest };
  if (first !== 'npm') return undefined;
  if (second === 'test') return { program: 'npm test', args: afterDashes(rest) };
  const [script, ...args] = rest;
  return second === 'run' ? { program: `npm run ${script}`, args: afterDashes(args) } : undefined;
}

function afterDashes(args: Words): Words {
  return args[0] === '--' ? args.slice(1) : args;
}

/** Of all pages; the changelog also names commands of the past. */
export const DOCUMENTED: readonly DocumentedCommand[] = readPages()
  .filter(({ path }) => path !== 'CHANGELOG.md')
  .flatMap(commandsOf);
