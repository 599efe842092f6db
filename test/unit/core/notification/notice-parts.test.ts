import { describe, expect, it } from 'vitest';
import type { CorrelatedIncident } from '../../../../functions/core/correlation/correlated-incident.ts';
import { linksOf } from '../../../../functions/core/notification/console-links.ts';
import { bytesOf, fitted } from '../../../../functions/core/notification/fitted.ts';
import { correlatedIncidentKey, incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import type { Notice } from '../../../../functions/core/notification/notice.ts';
import { noticeOf } from '../../../../functions/core/notification/notice-of.ts';
import { notingOthers } from '../../../../functions/core/notification/noting-others.ts';
import { CONTEXT, FAILED } from './notices.ts';
import { INFO } from './payload-notices.ts';

/** All of a body’s notice but what it takes from its subject. */
const of = (body: object) => noticeOf({ subject: 'S', body }, CONTEXT);

describe('the facts of a notice', () => {
  it('are all that its body says, in an order for people', () => {
    const { facts } = of({
      ...{ rootCause: 'leak', atFault: 'db', confidence: 0.826, supports: ['s1', 's2'], reason: 'r' },
      missing: [
        { source: 'alarms', why: 'throttled' },
        { source: 'traces', why: 'denied' },
      ],
      ...{ metric: 'memory', current: 97, threshold: 90, errorType: 'LEAK' },
      failure: { error: 'NotRecovered', cause: 'red' },
      ...{ strategyId: 'restart', attempt: 1, action: 'ssm:SendCommand', resource: '*', role: 'act' },
      ...{ command: 'pause', asked: 'an hour', source: 'selfheal.cli', operationId: 'o-1' },
    });
    expect(facts.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Cause: leak (confidence 83 %)',
      'At fault: db (confidence 83 %)',
      'Evidence: s1; s2',
      'Unknown: alarms: throttled; traces: denied',
      'Reported: r',
      'Metric: memory: 97, threshold 90',
      'Error type: LEAK',
      'Failure: NotRecovered: red',
      'Strategy: restart, attempt 1',
      'Permission: ssm:SendCommand',
      'Resource: *',
      'Role: act',
      'Command: pause',
      'Requested: an hour',
      'Sent by: selfheal.cli',
      'Operation: o-1',
    ]);
  });

  it('say less where less is known, and nothing where nothing is', () => {
    const values = (body: object) => of(body).facts.map(({ value }) => value);
    expect(values({ rootCause: 'leak' })).toEqual(['leak']);
    expect(values({ metric: 'memory' })).toEqual(['memory']);
    expect(values({ metric: 'memory', current: 97 })).toEqual(['memory: 97']);
    expect(values({ metric: 'memory', threshold: 90 })).toEqual(['memory']);
    expect(values({ strategyId: 'restart' })).toEqual(['restart']);
    expect(values({ supports: [], missing: [], confidence: 1, current: 1, attempt: 1 })).toEqual([]);
    expect(values({})).toEqual([]);
  });
});

describe('the lists of a notice', () => {
  it('give the result of each step, and the number of steps not shown', () => {
    const steps = [
      { stepId: 'heal-0', action: 'a' },
      { stepId: 'heal-1', action: 'b', outcome: 'FAILED' },
      { stepId: 'heal-2', action: 'c', outcome: 'FAILED', detail: 'd' },
    ];
    const done = ['heal-0 a: running', 'heal-1 b: FAILED', 'heal-2 c: FAILED (d)'];
    expect(of({ steps }).done).toEqual(done);
    expect(of({ steps, stepsLeftOut: 3 }).done).toEqual([...done, '3 more steps are on record']);
    expect(of({}).done).toEqual([]);
  });

  it('leave out targets that needed no repair', () => {
    const skipped = { 'i-c': 'healthy', 'i-d': 'offline' };
    expect(of({ targets: { left: ['i-a'], untouched: ['i-b'], skipped } }).left).toEqual([
      'i-a: repair begun, left as it is',
      'i-b: untouched',
      'i-d: skipped (offline)',
    ]);
    expect(of({ targets: {} }).left).toEqual([]);
    expect(of({}).left).toEqual([]);
  });
});

describe('the message of a notice', () => {
  it('is the first that its body has, and otherwise its subject', () => {
    const body = { message: 'm', detail: 'd', reason: 'r' };
    expect(of(body).message).toBe('m');
    expect(of({ detail: 'd', reason: 'r' }).message).toBe('d');
    expect(of({ reason: 'r' }).message).toBe('r');
    expect(of({}).message).toBe('S');
  });
});

describe('what a notice asks of people', () => {
  const REPAIR =
    'Architect: find the cause and repair web by hand. `npx selfheal show o-1` lists every step, `npx selfheal why web` says when Selfheal tries again.';
  const failure = { error: 'NotRecovered', cause: 'red' };
  const skipped = { skipped: { 'i-d': 'offline' } };
  const untilMs = Date.UTC(2026, 10, 22, 14);

  it.each<readonly [string, object, Notice['urgency'], string | undefined, boolean]>([
    ['a repair that worked', { kind: 'operation' }, 'info', undefined, false],
    [
      'a healthy target',
      { kind: 'operation', targets: { skipped: { a: 'healthy' } } },
      'warning',
      undefined,
      false,
    ],
    [
      'a target that was skipped',
      { kind: 'operation', targets: skipped },
      'warning',
      'Architect: repair the targets of web that were skipped.',
      false,
    ],
    ['a failed repair', { kind: 'operation', failure, targets: skipped }, 'error', REPAIR, true],
    [
      'a fault that is shut in',
      { kind: 'operation', result: 'CONTAINED', targets: skipped },
      'critical',
      'Architect: find out what happened to web, then lift the containment.',
      true,
    ],
    [
      'spent attempts',
      { kind: 'attempts-spent' },
      'critical',
      'Architect: find the cause and repair web by hand. Selfheal tries nothing more.',
      true,
    ],
    [
      'attempts spent for some time',
      { kind: 'attempts-spent', eligibleAtMs: untilMs },
      'critical',
      'Architect: find the cause and repair web by hand. Selfheal tries nothing more until 2026-11-22T14:00:00.000Z.',
      true,
    ],
    [
      'a cause elsewhere',
      { kind: 'cause-elsewhere', atFault: 'db' },
      'error',
      'Architect: repair db by hand. Selfheal leaves web alone while db is at fault.',
      true,
    ],
    [
      'a missing permission',
      { kind: 'permission-missing' },
      'error',
      'Architect: deploy the stacks again, or remove the policy that denies it.',
      false,
    ],
    [
      'a command without effect',
      { kind: 'control-without-effect' },
      'warning',
      'Architect: correct the event and send it again.',
      false,
    ],
    [
      'a change of peers without effect',
      { kind: 'peer-change-without-effect' },
      'warning',
      'Architect: correct the event and send it again.',
      false,
    ],
    ['a proposal', { kind: 'proposal', proposalId: 'p-1' }, 'warning', undefined, false],
    ['what was only observed', { kind: 'attempts-spent', observed: true, failure }, 'info', undefined, false],
    [
      'what was not observed',
      { kind: 'attempts-spent', observed: false },
      'critical',
      expect.any(String),
      true,
    ],
  ])('follows from %s', (_, body, urgency, task, isIncident) => {
    const notice = of({ component: 'web', operationId: 'o-1', ...body });
    expect([notice.urgency, notice.task, notice.incident !== undefined]).toEqual([urgency, task, isIncident]);
    expect(of(body).incident, 'without a component').toBeUndefined();
  });

  it('names a proposal only where it is one', () => {
    expect(of({ kind: 'proposal', proposalId: 'p-1' })).toHaveProperty('proposalId', 'p-1');
    expect(of({ kind: 'operation', proposalId: 'p-1' })).not.toHaveProperty('proposalId');
    expect(of({ kind: 'proposal' })).not.toHaveProperty('proposalId');
  });

  it('says of an incident what reported it, and whether it is shut in', () => {
    const key = 'selfheal-123456789012-eu-west-1-web';
    const { origin: _, metric: __, ...bare } = FAILED;
    expect(of(bare).incident).toStrictEqual({ key, change: 'open' });
    expect(of({ ...FAILED, result: 'CONTAINED' }).incident).toStrictEqual({
      ...{ key, change: 'open', origin: 'alarm', metric: 'memory', contained: true },
    });
  });
});

describe('the key of an incident', () => {
  it('names the account, the region and what it is about', () => {
    expect(incidentKey('web', CONTEXT.home)).toBe('selfheal-123456789012-eu-west-1-web');
    expect(correlatedIncidentKey('7', CONTEXT.home)).toBe('selfheal-123456789012-eu-west-1-incident-7');
  });
});

describe('a notice of an incident of several components', () => {
  const incident = (others: number) =>
    ({
      incidentId: 'i-1',
      components: Object.fromEntries(
        ['web', ...Array.from({ length: others }, (_, at) => `c${at}`)].map((name) => [name, {}]),
      ),
    }) as unknown as CorrelatedIncident;
  const named = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`).join(', ');
  const noted = (others: number) =>
    notingOthers({ ...INFO, component: 'web', facts: [{ name: 'Cause', value: 'leak' }] }, incident(others))
      .facts;

  it('names up to 20 other components', () => {
    const facts = [
      { name: 'Cause', value: 'leak' },
      { name: 'Incident', value: 'i-1' },
    ];
    expect(noted(0)).toEqual(facts);
    expect(noted(20)).toEqual([...facts, { name: 'Also unhealthy', value: named(20) }]);
    expect(noted(22)).toEqual([...facts, { name: 'Also unhealthy', value: `${named(20)} and 2 more` }]);
  });
});

describe('the links of a notice', () => {
  it('lead only to what exists', () => {
    expect(linksOf({}, CONTEXT)).toEqual([]);
    expect(linksOf({ component: 'constructor' }, CONTEXT)).toEqual([]);
    expect(linksOf({ alarmName: 'a b/c' }, CONTEXT)).toEqual([
      {
        label: 'Alarm and graph',
        url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/a%20b%2Fc',
      },
    ]);
  });
});

describe('a notice that has to fit', () => {
  const whole = (notice: Notice) => fitted(notice, 1_000_000, (shown) => shown);
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `l${at}`);

  it('has a message of 12,000 characters, and 40 lines of 500 in each list', () => {
    const longest = {
      ...INFO,
      message: 'm'.repeat(12_000),
      facts: [{ name: 'n'.repeat(600), value: 'v'.repeat(500) }],
      done: ['d'.repeat(500), ...lines(39)],
      left: lines(40),
    };
    expect(whole(longest)).toEqual(longest);
    const longer = {
      ...INFO,
      message: 'm'.repeat(12_001),
      facts: [{ name: 'n', value: 'v'.repeat(501) }],
      done: ['d'.repeat(501), ...lines(40)],
      left: lines(42),
    };
    expect(whole(longer)).toEqual({
      ...INFO,
      message: `${'m'.repeat(11_999)}…`,
      facts: [{ name: 'n', value: `${'v'.repeat(499)}…` }],
      done: [`${'d'.repeat(499)}…`, ...lines(39), 'and 1 more'],
      left: [...lines(40), 'and 2 more'],
    });
  });

  it('is halved until it fits, and never beyond a 64th', () => {
    const notice = { ...INFO, message: 'm'.repeat(12_000), left: lines(40) };
    const shown = (maximum: number) => fitted(notice, maximum, ({ message, left }) => ({ message, left }));
    const size = bytesOf({ message: notice.message, left: notice.left });
    expect(shown(size).message).toHaveLength(12_000);
    expect(shown(size - 1).message).toHaveLength(6_000);
    expect(shown(size - 1).left).toEqual([...lines(20), 'and 20 more']);
    expect(shown(1).message).toHaveLength(187);
    // A 64th of 500 characters, too.
    expect(shown(1).left).toEqual(['l0', 'and 39…']);
  });

  it('is measured in bytes as it is sent', () => {
    expect(bytesOf({ a: 'ü' })).toBe(10);
  });
});
