import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { APPROVALS_CONFIGURATION } from './sample-configuration.ts';
import { resourcesOf, synthesizeStacks, synthesizeTemplates } from './synthesized-stacks.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The context that docs/getting-started.md shows for cdk.json. */
function documentedContext(): Readonly<Record<string, unknown>> {
  const [, json = '{}'] = /```json\n(\{\s+"context"[\s\S]*?)```/.exec(read('docs/getting-started.md')) ?? [];
  return JSON.parse(json).context;
}

/** A configuration that deploys every stack there is. */
const EVERY_STACK = APPROVALS_CONFIGURATION.replace(
  '    alarms:\n',
  `    monitors:
      queue: { events: true }
    alarms:
`,
);

describe('the documentation of the stacks', () => {
  const stacks = synthesizeStacks(read('selfheal.yaml'), documentedContext());
  const all = Object.values(stacks);

  it('holds for the permissions boundary, which every role has', () => {
    const roles = all.flatMap((stack) => [...resourcesOf(stack, 'AWS::IAM::Role').values()]);
    expect(roles.length).toBeGreaterThan(10);
    const unbounded = roles.filter(
      ({ Properties }) => !JSON.stringify(Properties['PermissionsBoundary'] ?? '').includes('your-boundary'),
    );
    expect(unbounded).toEqual([]);
  });

  it('counts the alarms of the sample configuration, and those on Selfheal itself', () => {
    const countOf = (stack: (typeof all)[number]) => resourcesOf(stack, 'AWS::CloudWatch::Alarm').size;
    const own = countOf(stacks.monitoring) + countOf(stacks.watchdog) + countOf(stacks.deadMan);
    const cost = read('docs/cost.md');
    expect(cost).toMatch(new RegExp(`alarms of the components +\\| ${countOf(stacks.alarms)} `));
    expect(cost).toMatch(new RegExp(`alarms on Selfheal itself +\\| ${own} `));
  });

  it('explains every alarm on Selfheal itself', () => {
    const operating = read('docs/operating.md');
    const names = all.flatMap((stack) =>
      [...resourcesOf(stack, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) =>
        String(Properties['AlarmName']),
      ),
    );
    const own = names.filter((name) => name.startsWith('SelfhealEngine-'));
    const kinds = own.map((name) =>
      name
        .replace('SelfhealEngine-', '')
        .replace(/^.*(-errors|-throttles|-dead-letters)$/, '$1')
        .replace(/(watchdog-silent-)\d+$/, '$1'),
    );
    expect(own.length).toBeGreaterThan(20);
    expect([...new Set(kinds)].filter((kind) => !operating.includes(kind))).toEqual([]);
  });

  it('lists every stack, and every output that names a dead-letter queue', () => {
    const templates = synthesizeTemplates(EVERY_STACK);
    const queues = Object.entries(templates).flatMap(([stack, { Outputs = {} }]) =>
      Object.keys(Outputs)
        .filter((name) => name.endsWith('DeadLetterQueueUrl'))
        .map((name) => `\`${stack}\`: \`${name}\``),
    );
    expect(queues).toHaveLength(8);
    expect(queues.filter((words) => !read('docs/operating.md').includes(`| ${words} `))).toEqual([]);
    const page = read('docs/getting-started.md');
    expect(Object.keys(templates).filter((stack) => !page.includes(`\`${stack}\``))).toEqual([]);
  });
});
