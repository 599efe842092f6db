import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const TARGETS = 'targets: { instanceIds: [i-0123456789abcdef0] }';
const ALARMS = 'alarms: { memory: { metric: memory, threshold: 90 } }';
const START = 'actions: [{ type: start_component }]';

/** One strategy on the metric memory, and components of the given keys. */
const text = (strategy: string, components: Readonly<Record<string, string>>, settings = '') =>
  configurationText({
    settings,
    components: [
      'components:',
      ...Object.entries(components).map(([name, keys]) => `  ${name}: { ${TARGETS}, ${keys} }`),
    ].join('\n'),
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [memory] }, ${strategy} }`,
  });

const SOUND = `service: a.service, ${ALARMS}`;

describe('an action', () => {
  it.each([
    ['start_component', 'service'],
    ['clear_temp_files', 'tempPaths'],
    ['freeze_config', 'configPaths'],
  ])('%s needs a component that declares %s', (type, fact) => {
    const problem = expectProblem(text(`actions: [{ type: ▼${type} }]`, { web: ALARMS }), {
      code: 'missing-component-fact',
      path: 'strategies[0].actions[0].type',
    });
    expect(problem.message).toBe(
      `strategy \`heal\` does ${type} on component \`web\`, which declares no \`${fact}\``,
    );
  });

  it('is judged for every component that the strategy applies to', () => {
    const problems = problemsOf(text(START, { a: ALARMS, b: SOUND, c: ALARMS }));
    expect(problems.map(({ message }) => /component `(.)`/.exec(message)?.[1])).toEqual(['a', 'c']);
  });

  it('is not judged for components that the strategy leaves out', () => {
    expect(
      problemsOf(text(`components: [b], ${START}`, { a: `${ALARMS}, excluded: true`, b: SOUND })),
    ).toEqual([]);
  });

  it('is not judged for excluded components', () => {
    expect(problemsOf(text(START, { a: `${ALARMS}, excluded: true`, b: SOUND }))).toEqual([]);
  });

  it('of a rollback plan needs the same', () => {
    expectProblem(
      text(`${START}, rollback: { actions: [{ type: notify_soc }, { type: ▼clear_temp_files }] }`, {
        web: SOUND,
      }),
      { code: 'missing-component-fact', path: 'strategies[0].rollback.actions[1].type' },
    );
  });

  it('enter_safe_mode at the end of a rollback needs a service', () => {
    expectProblem(
      text('actions: [{ type: isolate_network }], rollback: { onFailure: ▼enter_safe_mode }', {
        web: ALARMS,
      }),
      { code: 'missing-component-fact', path: 'strategies[0].rollback.onFailure' },
    );
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
  ])('is content with %s', (strategy) => {
    expect(problemsOf(text(strategy, { web: SOUND }))).toEqual([]);
  });
});

describe('a verification', () => {
  it.each([
    ['endpoint', `service: a.service, ${ALARMS}`, 'health'],
    ['alarm', 'service: a.service, signals: [memory]', 'alarms'],
    ['runbook', ALARMS, 'service'],
  ])('by %s needs a component that declares it', (by, component, fact) => {
    const strategy = `actions: [{ type: isolate_network }], verify: { by: ▼${by} }`;
    const problem = expectProblem(text(strategy, { web: component }), {
      code: 'verification-unavailable',
      path: 'strategies[0].verify.by',
    });
    expect(problem.message).toContain(`\`web\` declares no \`${fact}\``);
  });

  it('is impossible without endpoint, alarm and service', () => {
    const strategy = 'actions: [{ type: isolate_network }], verify: ▼{ settleSeconds: 1s }';
    expectProblem(text(strategy, { web: 'signals: [memory]' }), {
      code: 'no-verification',
      path: 'strategies[0].verify',
    });
  });

  it('that is left to the default is placed at the strategy', () => {
    const marked = text('actions: [{ type: isolate_network }]', { web: 'signals: [memory]' }).replace(
      '- {',
      '- ▼{',
    );
    expectProblem(marked, { code: 'no-verification', path: 'strategies[0].verify' });
  });

  it.each([
    'health: { url: "https://a.example.com/" }, signals: [memory]',
    'service: a.service, signals: [memory]',
    ALARMS,
  ])('has a way when the component declares %s', (component) => {
    expect(problemsOf(text('actions: [{ type: isolate_network }]', { web: component }))).toEqual([]);
  });
});

describe('a repair', () => {
  const verify = 'verify: { settleSeconds: 20s, timeoutSeconds: 1m, stableSeconds: 40s }';

  it('that may take longer than the limit is refused, with the figures', () => {
    const strategy = `▼actions: [{ type: start_component, timeoutSeconds: 61s }], ${verify}`;
    const problem = expectProblem(text(strategy, { web: SOUND }, 'settings: { repairTimeoutSeconds: 3m }'), {
      code: 'repair-timeout-too-short',
      path: 'strategies[0].actions',
    });
    expect(problem.message).toBe(
      '181 s may be needed (actions 61, settling 20, verification 60, stability 40); settings.repairTimeoutSeconds allows 180',
    );
  });

  it('may take exactly as long as the limit', () => {
    const strategy = `actions: [{ type: start_component, timeoutSeconds: 1m }], ${verify}`;
    expect(problemsOf(text(strategy, { web: SOUND }, 'settings: { repairTimeoutSeconds: 3m }'))).toEqual([]);
  });
});
