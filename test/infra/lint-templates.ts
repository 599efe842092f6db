import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lintTemplates } from '../../local/cfn-lint/cfn-lint.ts';
import { APPROVALS_CONFIGURATION } from './sample-configuration.ts';
import { synthesizeStacks } from './synthesized-stacks.ts';

/** What `npm run check:templates` runs: cfn-lint over every template, which must find nothing. */

/** Two that have every resource type, the webhook's API destination included; some newer ones lack it. */
const REGIONS = ['us-east-1', 'eu-west-1'];

/** Findings that are wrong, each with why. */
const WRONG_FINDINGS = [
  // Newer than this version's list of actions:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmContributors.html
  "W3037 'describealarmcontributors' is not one of",
];

const CONFIGURATIONS = {
  // As shipped, and one with every kind of resource.
  selfheal: readFileSync(join(import.meta.dirname, '..', '..', 'selfheal.yaml'), 'utf8'),
  sample: APPROVALS_CONFIGURATION,
};

const directory = mkdtempSync(join(tmpdir(), 'selfheal-lint-'));
try {
  const printed = await lintTemplates(Object.entries(CONFIGURATIONS).flatMap(writeTemplates), REGIONS);
  const findings = printed
    .split(/\n\n+/)
    .filter((finding) => finding.trim() !== '' && !WRONG_FINDINGS.some((wrong) => finding.startsWith(wrong)));
  if (findings.length > 0) {
    console.error(findings.join('\n\n').replaceAll(`${directory}/`, ''));
    process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Without indentation, as they are deployed: it counts towards their quota. @returns the paths, such as `sample/engine.json` */
function writeTemplates([name, yaml]: readonly [string, string]): readonly string[] {
  mkdirSync(join(directory, name));
  return Object.entries(synthesizeStacks(yaml)).map(([stack, template]) => {
    const path = join(directory, name, `${stack}.json`);
    writeFileSync(path, JSON.stringify(template.toJSON()));
    return path;
  });
}
