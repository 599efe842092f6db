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

/** The sections that list grants, in order. */
export type Section = keyof typeof HEADINGS;

const HEADINGS = {
  deployed: '## What every deployment has',
  targets: '## What functions do on targets',
  features: '## What some configurations use besides',
} as const;

const LAST_HEADING = '## Not proven anywhere';

const LAST = [
  'The tests of the templates list these grants, but no scenario takes them away:',
  '',
  '- what services do in the name of functions with a role of theirs: Lambda makes network interfaces in a VPC, receives from the queue of',
  '  investigations, and sends to dead-letter queues, those in the stacks of the analysis, channels and approvals;',
  '- the policies by which rules and topics call the functions of these stacks and of the graph, and by which rules send to their queues;',
  '- the roles of the rules of the webhook and of channels, which may call their API destination and nothing else.',
].join('\n');

const INTRODUCTIONS: Readonly<Record<Section, readonly string[]>> = {
  deployed: [
    'Selfheal is deployed to MiniStack, where IAM checks every request of functions, workflows and rules against the deployed policies.',
  ],
  targets: [
    'These grants depend on the configuration: a function may do on a target what a strategy does there, and nothing else. They are tried on',
    'the embedded cloud, with a configuration for each scenario. The same evaluator checks each request to the API of AWS, with the',
    "resources that AWS's service authorization reference lists for it, against the synthesized policies. The architect is notified of every",
    'missing one by action, resource and role.',
  ],
  features: [
    'Anomalies, monitors, dependencies, changes, learning, investigations, channels and approvals keep records and send messages. These grants',
    "are tried on the embedded cloud, too. Its table, topics, event bus, secrets and alarms are in memory. So each of a function's calls is also",
    'made to the adapter that it has on AWS, and the evaluator checks the requests that the adapter sends.',
  ],
};

/** The page of the documentation: each grant with the scenario that fails without it. */
function pageOf(findings: Readonly<Record<Section, readonly Finding[]>>): string {
  return [
    '# Permissions, and what needs them',
    '',
    'Written by `npm run permissions -- --write`. It takes each grant away in turn, until a scenario fails, a function fails (which',
    'rings an alarm), or the architect is notified of the missing permission. A grant that no scenario misses fails the command.',
    '',
    'Names are shown without what CloudFormation adds to them. Conditions are left out: commands go to nodes with the managed tag only,',
    'and events are published under the source `selfheal` only, decisions of approvers under `selfheal.approvals` only.',
    '',
    ...(Object.keys(HEADINGS) as Section[]).flatMap((section) => [
      HEADINGS[section],
      '',
      ...INTRODUCTIONS[section],
      '',
      ...listed(findings[section], '###'),
    ]),
    LAST_HEADING,
    '',
    LAST,
    '',
  ].join('\n');
}

/** The text of one section of a page, with its heading. */
export function sectionOf(page: string, section: Section): string {
  const begin = page.indexOf(HEADINGS[section]);
  const end = page.indexOf('\n## ', begin);
  return page.slice(begin, end);
}

/** The page with these sections instead of those that it has. */
export function withSections(page: string, sections: Partial<Record<Section, readonly Finding[]>>): string {
  const fresh = pageOf({ deployed: [], targets: [], features: [], ...sections });
  return (Object.keys(HEADINGS) as Section[])
    .filter((section) => sections[section] === undefined)
    .reduce((text, section) => text.replace(sectionOf(text, section), () => sectionOf(page, section)), fresh);
}

/** What is proven, what is not yet, and what was not tried. @param level of the headings */
function listed(findings: readonly Finding[], level: string): readonly string[] {
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
    ...(exempt.length > 0 ? [`${level} Not tried`, ''] : []),
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
