import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exemption } from './exempt.ts';
import { describe } from './grant.ts';
import { readOptions, USAGE } from './options.ts';
import { type Finding, withSections } from './page.ts';
import { provenBefore } from './prove.ts';

/**
 * `npm run permissions`: takes each granted pair of action and resource away, and names the scenario that then fails.
 * First every scenario runs with all grants, which shows the grants that it uses; then each grant is taken away for the
 * quickest scenarios that use it, until one misses it. Exit code 1 if a grant is needed by no scenario.
 */
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'permissions.md');

const options = readOptions(process.argv.slice(2));
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const { parts, results } = options;
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
const proofs = await Promise.all(
  parts.map(async ({ prove, section }) => ({
    section,
    findings: await prove({
      only: options.only,
      scenarios: new RegExp(options.scenarios),
      places: options.places,
      known,
      report,
      fails,
      exemption,
    }),
  })),
);
const findings = proofs.flatMap((proof) => proof.findings);

const count = (kind: Finding['outcome']['kind']) =>
  findings.filter(({ outcome }) => outcome.kind === kind).length;
console.log(
  `${findings.length} grants: ${count('proven')} proven, ${count('exempt')} exempt, ${count('unused')} used by no scenario, ${count('unmissed')} not missed`,
);
const isComplete = failing + count('unused') + count('unmissed') === 0;
if (options.write) {
  const sections = Map.groupBy(proofs, ({ section }) => section);
  const written = [...sections].map(([section, own]) => [section, own.flatMap((proof) => proof.findings)]);
  await writeFile(PAGE, withSections(await readFile(PAGE, 'utf8'), Object.fromEntries(written)));
  console.log(`written: ${PAGE}, ${(await readFile(PAGE, 'utf8')).split('\n').length} lines`);
}
process.exit(isComplete ? 0 : 1);
