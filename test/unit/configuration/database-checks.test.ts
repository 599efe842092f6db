import { describe, expect, it } from 'vitest';
import { problemsOf } from './configuration-text.ts';

const text = (engine: string, actions: string) => `components:
  cache:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: redis-server.service
    database: { engine: ${engine}, dataDirectory: /var/lib/redis }
    signals: [errors]
settings: { repairTimeoutSeconds: 3600 }
strategies:
  - id: heal
    trigger: { metrics: [errors] }
    actions: [${actions}]
`;

describe('actions on a database', () => {
  it.each(['backup_db', 'restore_snapshot', 'verify_integrity'])('%s can be done on Redis', (type) => {
    expect(problemsOf(text('redis', `{ type: ${type} }`))).toEqual([]);
  });

  it('can only be switched to read-only, and back, on PostgreSQL', () => {
    const actions = '{ type: switch_to_readonly }, { type: resume_writes }';
    const problems = problemsOf(text('redis', actions));
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['missing-component-fact', 'strategies[0].actions[0].type'],
      ['missing-component-fact', 'strategies[0].actions[1].type'],
    ]);
    expect(problems[0]?.message).toBe(
      'switch_to_readonly needs PostgreSQL, and the database of component `cache` has `engine: redis`',
    );
    expect(problemsOf(text('postgresql', actions))).toEqual([]);
  });

  it.each([
    ['instanceIds: [i-0123456789abcdef0]', 'would send `phase` "instance", which its SSM document refuses'],
    ['dbInstance: orders', '`phase: instance`: only a cluster has instances'],
  ])('add an instance to a restored cluster, and not on %s', (targets, why) => {
    const yaml = text('redis', '{ type: restore_snapshot, params: { phase: instance } }');
    const problems = problemsOf(yaml.replace('instanceIds: [i-0123456789abcdef0]', targets));
    const refused = problems.filter(({ code }) => code === 'parameter-refused');
    expect(refused.map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
  });
});
