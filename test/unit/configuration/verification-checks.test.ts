import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { expectProblem, MEMORY_ALARM, problemsOf } from './configuration-text.ts';
import { SOUND, START, TARGET_GROUP, text } from './strategy-text.ts';

describe('a verification', () => {
  /** The component’s targets are replaced by its own. */
  const targeting = (strategy: string, component: string) =>
    text(strategy, { web: component }).replace(
      'targets: { instanceIds: [i-0123456789abcdef0] }, targets',
      'targets',
    );

  it.each([
    ['endpoint', `service: a.service, ${MEMORY_ALARM}`, 'health'],
    ['alarm', 'service: a.service, signals: [memory]', 'alarms'],
    ['runbook', MEMORY_ALARM, 'service'],
  ])('verification by %s needs a component that declares it', (by, component, fact) => {
    const strategy = `actions: [{ type: notify_soc }], verify: { by: ▼${by} }`;
    const problem = expectProblem(text(strategy, { web: component }), {
      code: 'verification-unavailable',
      path: 'strategies[0].verify.by',
    });
    expect(problem.message).toContain(`\`web\` declares no \`${fact}\``);
  });

  it.each([
    [
      'hosts without a target group',
      'targets: { instanceIds: [i-0123456789abcdef0] }, service: a.service',
      'declares no `targetGroup`',
    ],
    [
      'a custom target',
      'targets: { custom: printer }, health: { url: "https://a.example.com/" }',
      'has a `custom` target',
    ],
  ])('verification by resource is refused for %s', (_, component, message) => {
    const strategy = 'actions: [{ type: notify_soc }], verify: { by: ▼resource }';
    const problem = expectProblem(targeting(strategy, `${component}, signals: [memory]`), {
      code: 'verification-unavailable',
      path: 'strategies[0].verify.by',
    });
    expect(problem.message).toContain(message);
  });

  it.each([
    'targets: { ecsService: prod/orders }, signals: [memory]',
    `targets: { instanceIds: [i-0123456789abcdef0] }, targetGroup: "${TARGET_GROUP}", signals: [memory]`,
  ])('relies on AWS itself for a component that declares %s', (component) => {
    for (const by of ['', ', verify: { by: resource }'])
      expect(problemsOf(targeting(`actions: [{ type: notify_soc }]${by}`, component))).toEqual([]);
  });

  it('by the target group of hosts fits, after a default action, into the default time of a repair', () => {
    const hosts = `targetGroup: "${TARGET_GROUP}", signals: [memory], tempPaths: [/var/tmp/app]`;
    expect(problemsOf(text('actions: [{ type: clear_temp_files }]', { web: hosts }))).toEqual([]);
  });

  it('cannot work without endpoint, alarm and service', () => {
    const strategy = 'actions: [{ type: notify_soc }], verify: ▼{ settleSeconds: 1s }';
    expectProblem(text(strategy, { web: 'signals: [memory]' }), {
      code: 'no-verification',
      path: 'strategies[0].verify',
    });
  });

  it('has its problem reported at the strategy if it is the default', () => {
    const marked = text('actions: [{ type: notify_soc }]', { web: 'signals: [memory]' }).replace(
      '- {',
      '- ▼{',
    );
    expectProblem(marked, { code: 'no-verification', path: 'strategies[0].verify' });
  });

  it.each([
    'health: { url: "https://a.example.com/" }, signals: [memory]',
    'service: a.service, signals: [memory]',
    MEMORY_ALARM,
  ])('can work when the component declares %s', (component) => {
    expect(problemsOf(text('actions: [{ type: notify_soc }]', { web: component }))).toEqual([]);
  });
});

describe('the time-out of a verification', () => {
  const HEALTH = 'health: { url: "https://a.example.com/" }';
  const START_UNMANAGED = 'actions: [{ type: start_instance }]';
  const IN_GROUP = `targetGroup: "${TARGET_GROUP}", signals: [memory]`;
  const memory = (more: string) => `alarms: { memory: { metric: memory, threshold: 90, ${more} } }`;
  const timeoutOf = (strategy: string, components: Readonly<Record<string, string>>) => {
    const loaded = loadConfiguration(
      text(strategy, components, 'settings: { repairTimeoutSeconds: 30m }'),
      'selfheal.yaml',
    );
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return loaded.compiled.strategies[0]?.verify.timeoutSeconds;
  };

  it.each([
    ['30 s by the endpoint', START, `${SOUND}, ${HEALTH}`, 30],
    ['30 s by a runbook', `${START}, verify: { by: runbook }`, SOUND, 30],
    ['30 s, if no alarm has to do with it', START, 'service: a.service, signals: [memory]', 30],
    ['1 good point and 90 s by an alarm over all of its points', START, SOUND, 150],
    [
      'N − M + 1 good points',
      START,
      `service: a.service, ${memory('evaluationPeriods: 5, datapointsToAlarm: 3')}`,
      270,
    ],
    ['40 s for periods under a minute', START, `service: a.service, ${memory('periodSeconds: 10')}`, 50],
    ['less what it settles', `${START}, verify: { settleSeconds: 1m }`, SOUND, 90],
    [
      'by the alarm also where there is an endpoint',
      `${START}, verify: { by: alarm }`,
      `${SOUND}, ${HEALTH}`,
      150,
    ],
    [
      'as for 1 point of a minute, if the alarm is adopted',
      START,
      'service: a.service, alarms: { m: { adopt: M, metric: memory } }',
      150,
    ],
    ['220 s by the target group of hosts', START_UNMANAGED, IN_GROUP, 220],
    ['220 s less what hosts settle', `${START_UNMANAGED}, verify: { settleSeconds: 1m }`, IN_GROUP, 160],
    [
      '30 s for hosts in a target group that are verified by an endpoint',
      START_UNMANAGED,
      `${IN_GROUP}, ${HEALTH}`,
      30,
    ],
    ['as the file says, if it does', `${START}, verify: { timeoutSeconds: 4m }`, SOUND, 240],
  ])('is %s', (_what, strategy, component, seconds) => {
    expect(timeoutOf(strategy, { web: component })).toBe(seconds);
  });

  it('follows the slowest alarm that the strategy answers, of all its components', () => {
    const slow = `service: a.service, alarms: { memory: { metric: memory, threshold: 1, periodSeconds: 5m }, cpu: { metric: cpu, threshold: 1, periodSeconds: 10m, severity: INFO } }`;
    expect(timeoutOf(START, { a: `${SOUND}, ${HEALTH}`, b: SOUND, c: slow })).toBe(390);
    expect(timeoutOf(`components: [a], ${START}`, { a: `${SOUND}, ${HEALTH}`, b: SOUND })).toBe(30);
  });

  it('a composite alarm needs as long as its quickest alarm: it is OK as soon as one of them is', () => {
    const alarms =
      'alarms: { a: { metric: status_check, threshold: 1, severity: INFO }, b: { metric: disk, threshold: 1, periodSeconds: 5m, severity: INFO }, both: { metric: memory, allOf: [a, b] } }';
    expect(timeoutOf(START, { web: `service: a.service, ${alarms}` })).toBe(150);
  });

  it('causes a warning if it ends before the alarm can be OK, with the figure to set', () => {
    const problem = expectProblem(
      text(`${START}, verify: { settleSeconds: 10s, timeoutSeconds: ▼1m }`, { web: SOUND }),
      {
        code: 'verification-before-alarm',
        path: 'strategies[0].verify.timeoutSeconds',
        severity: 'warning',
      },
    );
    expect(problem.message).toBe(
      '`heal` asks the alarm `memory` of component `web` for 70 s, and it needs about 150 s after a repair to become OK (1 × 60 s of good points, 90 s until they are seen)',
    );
    expect(problem.remedy).toBe('Raise `timeoutSeconds` to 140 or more, or leave it out.');
  });

  it('causes no warning if it is as long as the alarm needs', () => {
    const component = `service: a.service, ${memory('evaluationPeriods: 5, datapointsToAlarm: 5')}`;
    expect(problemsOf(text(`${START}, verify: { timeoutSeconds: 150s }`, { web: component }))).toEqual([]);
  });

  it('cannot exceed the longest, so that an alarm that needs more cannot be asked', () => {
    const slow = `service: a.service, ${memory('periodSeconds: 15m')}`;
    const problem = expectProblem(
      text(`${START}, verify: ▼{ by: alarm }`, { web: slow }, 'settings: { repairTimeoutSeconds: 30m }'),
      { code: 'verification-before-alarm', path: 'strategies[0].verify' },
    );
    expect(problem.remedy).toContain('Verify by endpoint or runbook');
  });
});
