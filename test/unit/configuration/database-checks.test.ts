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

  it('add an instance to a restored cluster, and nowhere else', () => {
    const [problem, ...others] = problemsOf(
      text('redis', '{ type: restore_snapshot, params: { phase: instance } }'),
    );
    expect(others).toEqual([]);
    expect(problem?.message).toContain('`phase: instance`: only a cluster has instances');
  });
});
