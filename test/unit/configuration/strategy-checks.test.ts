import { describe, expect, it } from 'vitest';
import { expectProblem, MEMORY_ALARM, problemsOf } from './configuration-text.ts';
import { SOUND, START, text } from './strategy-text.ts';

describe('an action', () => {
  it.each([
    ['start_component', 'service'],
    ['clear_temp_files', 'tempPaths'],
    ['freeze_config', 'configPaths'],
  ])('%s needs a component that declares %s', (type, fact) => {
    const problem = expectProblem(text(`actions: [{ type: ▼${type} }]`, { web: MEMORY_ALARM }), {
      code: 'missing-component-fact',
      path: 'strategies[0].actions[0].type',
    });
    expect(problem.message).toBe(
      `strategy \`heal\` uses ${type} on component \`web\`, which declares no \`${fact}\``,
    );
  });

  it('is judged for every component that the strategy applies to', () => {
    const problems = problemsOf(text(START, { a: MEMORY_ALARM, b: SOUND, c: MEMORY_ALARM }));
    expect(problems.map(({ message }) => /component `(.)`/.exec(message)?.[1])).toEqual(['a', 'c']);
  });

  it('is not judged for components that the strategy leaves out', () => {
    expect(
      problemsOf(text(`components: [b], ${START}`, { a: `${MEMORY_ALARM}, excluded: true`, b: SOUND })),
    ).toEqual([]);
  });

  it('is not judged for excluded components', () => {
    expect(problemsOf(text(START, { a: `${MEMORY_ALARM}, excluded: true`, b: SOUND }))).toEqual([]);
  });

  it('needs the same in a rollback plan', () => {
    expectProblem(
      text(`${START}, rollback: { actions: [{ type: notify_soc }, { type: ▼clear_temp_files }] }`, {
        web: SOUND,
      }),
      { code: 'missing-component-fact', path: 'strategies[0].rollback.actions[1].type' },
    );
  });

  it('enter_safe_mode at the end of a rollback needs a service', () => {
    expectProblem(
      text('actions: [{ type: notify_soc }], rollback: { onFailure: ▼enter_safe_mode }', {
        web: MEMORY_ALARM,
      }),
      { code: 'missing-component-fact', path: 'strategies[0].rollback.onFailure' },
    );
  });
});

describe('an action that needs systemd', () => {
  const SYSV = `serviceManager: sysv, ${SOUND}`;
  const expected = { code: 'missing-component-fact', severity: 'warning' } as const;

  it.each([
    ['isolate_network', 'left-isolated'],
    ['restore_network', 'nothing-to-take-back'],
    ['enter_safe_mode', 'left-in-safe-mode'],
    ['leave_safe_mode', 'nothing-to-take-back'],
  ] as const)('causes a warning where hosts have init scripts: %s', (type, other) => {
    const problem = expectProblem(text(`actions: [{ type: ▼${type} }]`, { web: SYSV }), {
      ...expected,
      path: 'strategies[0].actions[0].type',
      others: [other],
    });
    expect(problem.message).toContain(`uses ${type}, which needs systemd; hosts of \`web\` have`);
    expect(problem.remedy).toContain('Use actions that need no systemd');
  });

  it('causes a warning for Redis where hosts have init scripts, and none for PostgreSQL', () => {
    const on = (engine: string) =>
      `${SYSV}, database: { engine: ${engine}, dataDirectory: /srv/${engine}/data }`;
    const problem = expectProblem(
      text('actions: [{ type: ▼backup_db, timeoutSeconds: 60 }]', {
        queue: on('redis'),
        shop: on('postgresql'),
      }),
      { ...expected, path: 'strategies[0].actions[0].type' },
    );
    expect(problem.message).toContain('hosts of `queue` have');
    expect(problem.remedy).toContain('leave out `queue`');
  });

  it('names those of many components whose hosts would refuse it, and how to leave them out', () => {
    const problem = expectProblem(
      text('actions: [{ type: ▼isolate_network }]', { a: SYSV, b: SOUND, c: SYSV }),
      {
        ...expected,
        others: ['left-isolated'],
        path: 'strategies[0].actions[0].type',
      },
    );
    expect(problem.remedy).toContain('`components`, leave out `a`, `c`');
  });

  it('causes a warning in a rollback plan, too, and at its end', () => {
    expectProblem(text(`${START}, rollback: { actions: [{ type: ▼leave_safe_mode }] }`, { web: SYSV }), {
      ...expected,
      others: ['nothing-to-take-back'],
      path: 'strategies[0].rollback.actions[0].type',
    });
    expectProblem(text(`${START}, rollback: { onFailure: ▼enter_safe_mode }`, { web: SYSV }), {
      ...expected,
      path: 'strategies[0].rollback.onFailure',
    });
  });

  it('causes no warning for components that the strategy leaves out, and neither does a restart', () => {
    const isolating = 'components: [b], actions: [{ type: isolate_network }]';
    const restarting = { a: SYSV, b: SOUND };
    expect(problemsOf(text(isolating, restarting)).map(({ code }) => code)).not.toContain(expected.code);
    expect(problemsOf(text(START, { web: SYSV }))).toEqual([]);
  });
});

describe('a rollback that maintains isolation', () => {
  it('needs an action that isolates', () => {
    expectProblem(text(`${START}, rollback: { onFailure: ▼maintain_isolation }`, { web: SOUND }), {
      code: 'isolation-never-made',
      path: 'strategies[0].rollback.onFailure',
    });
  });

  it.each([
    'actions: [{ type: isolate_network }], rollback: { onFailure: maintain_isolation }',
    `${START}, rollback: { onFailure: maintain_isolation, actions: [{ type: isolate_network }] }`,
  ])('accepts %s', (strategy) => {
    expect(problemsOf(text(strategy, { web: SOUND }))).toEqual([]);
  });
});

describe('a repair', () => {
  const WATCHED = `${SOUND}, health: { url: "https://a.example.com/" }`;
  const verify = 'verify: { settleSeconds: 20s, timeoutSeconds: 1m, stableSeconds: 40s }';

  it('is refused if it may take longer than the limit, with the figures', () => {
    const strategy = `▼actions: [{ type: start_component, timeoutSeconds: 61s }], ${verify}`;
    const problem = expectProblem(
      text(strategy, { web: WATCHED }, 'settings: { repairTimeoutSeconds: 3m }'),
      {
        code: 'repair-timeout-too-short',
        path: 'strategies[0].actions',
      },
    );
    expect(problem.message).toBe(
      '181 s may be needed (actions 61, settling 20, verification 60, stability 40); settings.repairTimeoutSeconds allows 180',
    );
  });

  it('may take exactly as long as the limit', () => {
    const strategy = `actions: [{ type: start_component, timeoutSeconds: 1m }], ${verify}`;
    expect(problemsOf(text(strategy, { web: WATCHED }, 'settings: { repairTimeoutSeconds: 3m }'))).toEqual(
      [],
    );
  });
});
