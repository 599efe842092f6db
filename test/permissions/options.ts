import { parseArgs } from 'node:util';
import { PARTS } from './parts.ts';

export const USAGE = `npm run permissions -- [options]
  --only TEXT      only grants with this text in them, such as ActRole or ssm:SendCommand
  --scenarios RE   only scenarios with this in their name
  --setting NAME   only this part: ${PARTS.map(({ name }) => name).join(', ')}
  --places N       how many deployments try at the same time, for the engine (default 2)
  --results FILE   keeps what was proven there, and tries only the rest next time
  --write          writes docs/permissions.md, only the section of --setting if there is one; needs no --only`;

/** @throws Error with what is wrong with the command line */
export function readOptions(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', default: '' },
      scenarios: { type: 'string', default: '' },
      setting: { type: 'string' },
      places: { type: 'string', default: '2' },
      results: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const parts = PARTS.filter(({ name }) => values.setting === undefined || name === values.setting);
  if (parts.length === 0) throw new Error(`--setting ${values.setting}: no such part\n\n${USAGE}`);
  if (!/^[1-9]$/.test(values.places))
    throw new Error(`--places ${values.places}: write a number from 1 to 9\n\n${USAGE}`);
  const sections = new Set(parts.map(({ section }) => section));
  const isWhole = PARTS.every((part) => parts.includes(part) || !sections.has(part.section));
  if (values.write && (values.only !== '' || values.scenarios !== '' || !isWhole))
    throw new Error(
      `--write: a section lists every grant; leave out --only and --scenarios, and --setting unless it has a section of its own\n\n${USAGE}`,
    );
  return { ...values, parts, places: Number(values.places) };
}
