import { describe, expect, it } from 'vitest';
import { said } from './sound-text.ts';

describe('a key in the wrong place', () => {
  const TOP = 'settings, windows, groups, components, actions, actionFiles, strategies, watchdog, peers';
  const COMPONENT =
    'group, targets, service, serviceManager, health, configPaths, tempPaths, database, certificate, release, codeDeploy, appConfig, rules, targetGroup, loadBalancer, taskRoles, alarms, anomalies, monitors, profile, signals, maxConcurrentTargets';

  it.each([
    [
      'components:',
      'maxConcurrentRepairs: 2\ncomponents:',
      '1',
      'maxConcurrentRepairs',
      TOP,
      'Move it under `settings:`.',
    ],
    [
      '    service:',
      '    hostUrl: http://a/\n    service:',
      '4',
      'hostUrl',
      COMPONENT,
      'Move it under `health:`.',
    ],
    [
      '    service:',
      '    maxAttempts: 2\n    service:',
      '4',
      'maxAttempts',
      COMPONENT,
      'Move it under an entry of `strategies:`.',
    ],
    [
      '    service:',
      '    maxInFlight: 2\n    service:',
      '4',
      'maxInFlight',
      COMPONENT,
      'Move it under an entry of `groups:`.',
    ],
    ['    service:', '    frobnicate: 2\n    service:', '4', 'frobnicate', COMPONENT, 'Remove `frobnicate`.'],
    [
      '    maxAttempts',
      '    consecutiveFailures: 2\n    maxAttempts',
      '11',
      'consecutiveFailures',
      'id, name, components',
      'Move it under `trigger:`.',
    ],
    [
      '    maxAttempts',
      '    stableSeconds: 5s\n    maxAttempts',
      '11',
      'stableSeconds',
      'id, name, components',
      'Move it under `verify:`.',
    ],
    [
      'start_component }',
      'start_component, mode: restart }',
      '10',
      'mode',
      'type, params, timeoutSeconds, onError',
      'Move it under `params:`.',
    ],
  ])('is refused with the place it belongs to: %j, %j', (from, to, line, key, allowed, remedy) => {
    const [problem, ...more] = said(from, to);
    expect(problem).toMatch(`${line}: \`${key}\` is not a key here; allowed: ${allowed}`);
    expect(problem?.endsWith(` → ${remedy}`), problem).toBe(true);
    expect(more).toEqual([]);
  });

  it('is refused with another place for an anchor, if it only holds one', () => {
    expect(said('components:', 'x-shared: &shared { group: web }\ncomponents:')).toEqual([
      expect.stringMatching(
        / → Remove `x-shared`; an anchor \(`&name`\) can be defined where its value is used first\.$/,
      ),
    ]);
  });

  it.each([
    ['components:', 'settings: { region: eu-west-1 }\ncomponents:', 'region'],
    ['    service:', "    account: '222222222222'\n    service:", 'account'],
    ['threshold: 90', "threshold: 90, accountId: '222222222222'", 'accountId'],
    [
      'threshold: 90',
      'threshold: 90, namespace: CWAgent, metricName: mem_used_percent, dimensions: { AWS.AccountId: "2" }',
      'AWS.AccountId',
    ],
  ])('is refused with what is meant by an account or a Region: %j, %j', (from, to, key) => {
    const problems = said(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(
      ` → Remove \`${key}\`: Selfheal watches and heals only in its own account and Region; deploy it in the other one, too.`,
    );
  });
});
