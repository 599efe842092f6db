import { describe, type GrantName } from './grant.ts';
import type { Miss } from './trial.ts';

/** The outcome for one grant. */
export interface Finding {
  readonly name: GrantName;
  readonly outcome:
    | ({ readonly kind: 'proven'; readonly scenario: string } & Miss)
    | { readonly kind: 'exempt'; readonly why: string }
    /** No scenario makes a request that needs it. */
    | { readonly kind: 'unused' }
    /** A scenario needs it, and nobody saw that it was gone. */
    | { readonly kind: 'unmissed' };
}

/** Where the second part of the page begins. */
export const TARGETS_HEADING = '## What functions do on targets';

/** The page of the documentation: each grant with the scenario that fails without it. */
export function pageOf(deployed: readonly Finding[], onTargets: readonly Finding[]): string {
  return [
    '# Permissions, and what needs them',
    '',
    'Written by `npm run permissions -- --write`. It takes each grant away in turn, until a scenario fails, a function fails (which',
    'rings an alarm), or the architect is notified of the missing permission. A grant that no scenario misses fails the command.',
    '',
    'Names are shown without what CloudFormation adds to them. Conditions are left out: commands go to nodes with the managed tag only,',
    'and events are published under the source `selfheal` only.',
    '',
    '## What every deployment has',
    '',
    'Selfheal is deployed to MiniStack, where IAM checks every request of functions, workflows and rules against the deployed policies.',
    '',
    ...sections(deployed, '###'),
    TARGETS_HEADING,
    '',
    'These grants depend on the configuration: a function may do on a target what a strategy does there, and nothing else. They are tried on',
    'the embedded cloud, with a configuration for each scenario. The same evaluator checks each request to the API of AWS, with the',
    "resources that AWS's service authorization reference lists for it, against the synthesized policies. The architect is notified of every",
    'missing one by action, resource and role.',
    '',
    ...sections(onTargets, '###'),
    '## Not deployed in either place',
    '',
    'The actions on network interfaces that functions in a VPC have, since Lambda makes the interfaces in their name; the role of the',
    "webhook's rule, which may call its API destination and nothing else; and what only some configurations use besides targets: anomalies and",
    'monitors, channels, approvals, dependencies, changes, learning, and the records of investigations. The tests of the templates list the',
    'grants of these, but no scenario takes them away.',
    '',
  ].join('\n');
}

/** What is proven, what is not yet, and what was not tried. @param level of the headings */
function sections(findings: readonly Finding[], level: string): readonly string[] {
  const sorted = findings.toSorted((a, b) => describe(a.name).localeCompare(describe(b.name)));
  const proven = sorted.flatMap(({ name: { holder, action, resource }, outcome }) =>
    outcome.kind === 'proven' ? [[code(holder), code(action), code(resource), outcome.scenario]] : [],
  );
  const exempt = sorted.flatMap(({ name, outcome }) =>
    outcome.kind === 'exempt' ? [{ ...name, why: outcome.why }] : [],
  );
  const open = sorted.flatMap(({ name: { holder, action, resource }, outcome }) =>
    outcome.kind === 'unused' || outcome.kind === 'unmissed'
      ? [[code(holder), code(action), code(resource)]]
      : [],
  );
  return [
    `${level} Proven`,
    '',
    ...table(['who', 'may', 'on', 'without it, this fails'], proven),
    '',
    ...(open.length > 0 ? [`${level} Not proven yet`, '', ...table(['who', 'may', 'on'], open), ''] : []),
    `${level} Not tried`,
    '',
    ...[...Map.groupBy(exempt, ({ why }) => why)].flatMap(([why, grants]) => [
      why,
      '',
      ...table(
        ['who', 'may'],
        [...Map.groupBy(grants, ({ holder }) => holder)].map(([holder, own]) => [
          code(holder),
          own.map(({ action }) => code(action)).join(', '),
        ]),
      ),
      '',
    ]),
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Aligned, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
