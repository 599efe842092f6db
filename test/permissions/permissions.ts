import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exemption } from './exempt.ts';
import { describe } from './grant.ts';
import { type Finding, pageOf } from './page.ts';
import { provenBefore, proveSetting } from './prove.ts';
import { SETTINGS } from './settings.ts';

/**
 * `npm run permissions`: takes each granted pair of action and resource away, and names the scenario that then fails.
 * First every scenario runs with all grants, which shows the grants that it uses; then each grant is taken away for the
 * quickest scenarios that use it, until one misses it. Exit code 1 if a grant is needed by no scenario.
 */
const USAGE = `npm run permissions -- [options]
  --only TEXT      only grants with this text in them, such as ActRole or ssm:SendCommand
  --scenarios RE   only scenarios with this in their name
  --setting NAME   only this part: ${SETTINGS.map(({ name }) => name).join(', ')}
  --places N       how many deployments try at the same time, for the engine (default 2)
  --results FILE   keeps what was proven there, and tries only the rest next time
  --write          writes docs/permissions.md; needs every part and no --only`;

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'permissions.md');

const { values } = parseArgs({
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
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const settings = SETTINGS.filter(({ name }) => values.setting === undefined || name === values.setting);
if (settings.length === 0 || !/^[1-9]$/.test(values.places)) throw new Error(USAGE);
if (values.write && (values.only !== '' || settings.length < SETTINGS.length)) throw new Error(USAGE);

const { results } = values;
const known = results === undefined ? [] : await provenBefore(results);
const report = async (finding: Finding): Promise<void> => {
  const { name, outcome } = finding;
  console.log([outcome.kind.padEnd(8), describe(name), ...Object.values(outcome).slice(1)].join(' | '));
  if (results !== undefined && outcome.kind === 'proven')
    await appendFile(results, `${JSON.stringify(finding)}\n`);
};
let failing = 0;
const fails = async ({ name }: { readonly name: string }, problem: string): Promise<void> => {
  failing += 1;
  console.log(`FAILS with every grant | ${name} | ${problem}`);
};
const findings = (
  await Promise.all(
    settings.map((setting) =>
      proveSetting(setting, {
        only: values.only,
        scenarios: new RegExp(values.scenarios),
        places: Number(values.places),
        known,
        report,
        fails,
        exemption,
      }),
    ),
  )
).flat();

const count = (kind: Finding['outcome']['kind']) =>
  findings.filter(({ outcome }) => outcome.kind === kind).length;
console.log(
  `${findings.length} grants: ${count('proven')} proven, ${count('exempt')} exempt, ${count('unused')} used by no scenario, ${count('unmissed')} not missed`,
);
const isComplete = failing + count('unused') + count('unmissed') === 0;
if (values.write) {
  await writeFile(PAGE, pageOf(findings));
  console.log(`written: ${PAGE}, ${(await readFile(PAGE, 'utf8')).split('\n').length} lines`);
}
process.exit(isComplete ? 0 : 1);
