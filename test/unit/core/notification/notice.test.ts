import { describe, expect, it } from 'vitest';
import { linksOf } from '../../../../functions/core/notification/console-links.ts';
import { noticeOf } from '../../../../functions/core/notification/notice-of.ts';
import { ownAlarmNotice } from '../../../../functions/core/notification/own-alarm-notice.ts';
import { plainText } from '../../../../functions/core/notification/plain-text.ts';
import { watchdogNotice, watchdogTopics } from '../../../../functions/core/notification/watchdog-notice.ts';
import { CONTEXT, FAILED, failedNotice, HEALED, SUBJECT } from './notices.ts';

describe('a notice', () => {
  it('names cause, evidence, what was done, what is left and who must act for a failed repair', () => {
    expect(failedNotice()).toMatchObject({
      title: SUBJECT,
      urgency: 'error',
      component: 'web',
      message: FAILED.message,
      facts: [
        { name: 'Cause', value: 'memory-exhaustion (confidence 80 %)' },
        { name: 'Reported', value: 'memory is 97 %' },
        { name: 'Metric', value: 'memory: 97, threshold 90' },
        { name: 'Error type', value: 'MEMORY_LEAK' },
        { name: 'Failure', value: 'NotRecovered: the alarm stayed in ALARM' },
        { name: 'Strategy', value: 'restart, attempt 2' },
        { name: 'Operation', value: FAILED.operationId },
      ],
      done: ['heal-0 start_component: SUCCEEDED', 'verify-0 verify_health: FAILED (port 80 refused)'],
      left: ['i-b: repair begun, left as it is', 'i-c: untouched', 'i-d: skipped (offline)'],
      task: expect.stringMatching(/^Architect: .* by hand\. `npx selfheal show 20261122T133000Z-1f3a`/),
      incident: {
        key: 'selfheal-123456789012-eu-west-1-web',
        change: 'open',
        origin: 'alarm',
        metric: 'memory',
      },
    });
  });

  it('has the next best text for its message if one is empty, which Slack would refuse', () => {
    const messageOf = (body: object) => noticeOf({ subject: SUBJECT, body }, CONTEXT).message;
    expect(messageOf({ message: '', detail: 'a detail' })).toBe('a detail');
    expect(messageOf({ detail: '', reason: 'a reason' })).toBe('a reason');
    expect(messageOf({ reason: '' })).toBe(SUBJECT);
  });

  it('links to the execution, to the alarm with its graph and to the component’s runbook', () => {
    expect(failedNotice().links).toEqual([
      {
        label: 'Execution',
        url: 'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:selfheal-heal:20261122T133000Z-1f3a',
      },
      {
        label: 'Alarm and graph',
        url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/selfheal-web-memory',
      },
      { label: 'Runbook', url: 'https://wiki.example.com/web#restart' },
    ]);
  });

  it.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/', 'arn:aws-cn:'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/', 'arn:aws-us-gov:'],
  ])('links to the console of its partition in %s', (region, console, arn) => {
    const [link] = linksOf({ operationId: 'op' }, { ...CONTEXT, home: { account: '1', region } });
    expect(link?.url).toContain(console);
    expect(link?.url).toContain(arn);
  });

  it('opens an incident when the attempts are spent, and says until when nothing is tried', () => {
    const body = {
      kind: 'attempts-spent',
      component: 'web',
      detail: '3 of 3 attempts within an hour',
      eligibleAtMs: Date.UTC(2026, 10, 22, 14),
    };
    expect(noticeOf({ subject: 's', body }, CONTEXT)).toMatchObject({
      urgency: 'critical',
      message: body.detail,
      task: expect.stringContaining('until 2026-11-22T14:00:00.000Z'),
      incident: { change: 'open' },
    });
  });

  it('opens an incident, and names who must repair what, for a fault that nothing heals', () => {
    const body = {
      ...{ kind: 'cause-elsewhere', component: 'web', message: 'm', atFault: 'database', confidence: 0.9 },
      supports: ['database-peer has not answered its heartbeat'],
      missing: [{ source: 'alarms', why: 'throttled' }],
    };
    expect(noticeOf({ subject: 's', body }, CONTEXT)).toMatchObject({
      urgency: 'error',
      facts: [
        { name: 'At fault', value: 'database (confidence 90 %)' },
        { name: 'Evidence', value: 'database-peer has not answered its heartbeat' },
        { name: 'Unknown', value: 'alarms: throttled' },
      ],
      task: expect.stringContaining('repair database by hand'),
      incident: { change: 'open' },
    });
  });

  it('opens an incident for a containment, because nobody lifts it but a person', () => {
    const notice = noticeOf({ subject: 's', body: { ...HEALED, result: 'CONTAINED' } }, CONTEXT);
    expect(notice).toMatchObject({ urgency: 'critical', incident: { change: 'open' } });
  });

  it.each([
    ['skipped targets', HEALED, 'warning'],
    ['an action that notifies', { kind: 'operation', message: 'look at web', component: 'web' }, 'info'],
    [
      'a missing permission',
      { kind: 'permission-missing', action: 'ssm:SendCommand', message: 'm' },
      'error',
    ],
    ['a pause without effect', { kind: 'control-without-effect', command: 'pause', detail: 'd' }, 'warning'],
  ])('opens no incident for %s', (_, body, urgency) => {
    const notice = noticeOf({ subject: 's', body }, CONTEXT);
    expect(notice).toMatchObject({ urgency });
    expect(notice.incident).toBeUndefined();
  });

  it('shows a body that it does not know as it is', () => {
    expect(noticeOf({ subject: 's', body: { message: 7, more: true } }, CONTEXT)).toMatchObject({
      title: 's',
      message: '{"message":7,"more":true}',
    });
  });

  it('says the same in an e-mail, under headings', () => {
    expect(plainText(failedNotice())).toBe(
      [
        SUBJECT,
        '',
        FAILED.message,
        '',
        'What to do',
        `  ${failedNotice().task}`,
        '',
        'Cause and evidence',
        ...failedNotice().facts.map(({ name, value }) => `  ${name}: ${value}`),
        '',
        'What was done',
        ...failedNotice().done.map((line) => `  ${line}`),
        '',
        'What is left',
        ...failedNotice().left.map((line) => `  ${line}`),
        '',
        'Links',
        ...failedNotice().links.map(({ label, url }) => `  ${label}: ${url}`),
      ].join('\n'),
    );
  });
});

describe('the notice of an alarm on Selfheal itself', () => {
  const message = {
    AlarmName: 'SelfhealEngine-act-errors',
    NewStateReason: 'r',
    AlarmDescription: 'act fails',
  };
  const LINKS = [
    {
      label: 'Alarm and graph',
      url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/SelfhealEngine-act-errors',
    },
  ];
  const KEY = 'selfheal-123456789012-eu-west-1-alarm_SelfhealEngine-act-errors';

  it('opens an incident in ALARM, with what to do', () => {
    expect(ownAlarmNotice({ ...message, NewStateValue: 'ALARM' }, CONTEXT)).toStrictEqual({
      title: 'Selfheal: SelfhealEngine-act-errors is ALARM',
      urgency: 'error',
      message: 'act fails',
      facts: [{ name: 'Reported', value: 'r' }],
      done: [],
      left: [],
      task: 'Architect: Selfheal itself is in trouble; docs/operating.md says what to look at first.',
      links: LINKS,
      incident: { key: KEY, change: 'open' },
    });
  });

  it('resolves it in OK, and changes none without data', () => {
    const { AlarmDescription: _, ...undescribed } = message;
    const calm = {
      ...{ urgency: 'info', message: 'r', facts: [{ name: 'Reported', value: 'r' }] },
      ...{ done: [], left: [], links: LINKS },
    };
    expect(ownAlarmNotice({ ...undescribed, NewStateValue: 'OK' }, CONTEXT)).toStrictEqual({
      ...{ title: 'Selfheal: SelfhealEngine-act-errors is OK', ...calm },
      incident: { key: KEY, change: 'resolve' },
    });
    expect(ownAlarmNotice({ ...undescribed, NewStateValue: 'INSUFFICIENT_DATA' }, CONTEXT)).toStrictEqual({
      ...{ title: 'Selfheal: SelfhealEngine-act-errors is INSUFFICIENT_DATA', ...calm },
    });
  });
});

describe('the notice of the watchdog', () => {
  const detail = { timestamp: '2026-11-22T13:30:00.000Z', reason: 'peer web is offline', peerName: 'web' };
  const KEY = 'selfheal-123456789012-eu-west-1-watchdog_web';
  const RUNBOOK = [{ label: 'Runbook', url: 'https://wiki.example.com/web#restart' }];

  it('opens an incident of its own for what only the architect can help with', () => {
    const escalation = {
      ...{ ...detail, action: 'alert_architect', severity: 'CRITICAL', component: 'web' },
      ...{ endpoint: 'https://web.example.com', vantagePoint: 'outside' },
    };
    expect(watchdogTopics(escalation)).toEqual(['architect', 'soc']);
    expect(watchdogNotice(escalation, CONTEXT)).toStrictEqual({
      title: 'Selfheal watchdog: peer web is offline',
      urgency: 'critical',
      component: 'web',
      message: 'peer web is offline',
      facts: [
        { name: 'Peer', value: 'web' },
        { name: 'Endpoint', value: 'https://web.example.com' },
        { name: 'Severity', value: 'CRITICAL' },
        { name: 'Requested', value: 'alert_architect' },
      ],
      done: [],
      left: [],
      task: 'Architect: find out why web does not answer, and repair it by hand.',
      links: RUNBOOK,
      incident: { key: KEY, change: 'open' },
    });
  });

  it('resolves it when the peer recovers', () => {
    expect(watchdogTopics(detail)).toEqual(['architect', 'soc']);
    expect(watchdogNotice(detail, CONTEXT)).toStrictEqual({
      title: 'Selfheal watchdog: web has recovered',
      urgency: 'info',
      message: 'peer web is offline',
      facts: [{ name: 'Peer', value: 'web' }],
      done: [],
      left: [],
      links: [],
      incident: { key: KEY, change: 'resolve' },
    });
  });

  it('is about a vantage point where it names no peer', () => {
    const { peerName: _, ...blind } = { ...detail, action: 'alert_architect', vantagePoint: 'outside' };
    expect(watchdogNotice(blind, CONTEXT)).toMatchObject({
      facts: [
        { name: 'Vantage point', value: 'outside' },
        { name: 'Requested', value: 'alert_architect' },
      ],
      task: 'Architect: check the function selfheal-watch-outside and its network.',
      incident: { key: 'selfheal-123456789012-eu-west-1-watchdog_outside', change: 'open' },
    });
    const { vantagePoint: __, action: ___, ...unnamed } = blind;
    expect(watchdogNotice(unnamed, CONTEXT).title).toBe('Selfheal watchdog: unknown has recovered');
  });

  it('goes to the topics that the watchdog’s e-mails go to', () => {
    const topics = (action: string, severity: string) => watchdogTopics({ ...detail, action, severity });
    expect(topics('restart', 'HIGH')).toEqual(['soc']);
    expect(topics('restart', 'CRITICAL')).toEqual(['soc']);
    expect(topics('alert', 'MEDIUM')).toEqual([]);
    expect(topics('alert_architect', 'MEDIUM')).toEqual(['architect']);
  });

  it('is a warning, of no incident, about what Selfheal does itself', () => {
    expect(watchdogNotice({ ...detail, action: 'restart', severity: 'HIGH' }, CONTEXT)).toStrictEqual({
      title: 'Selfheal watchdog: peer web is offline',
      urgency: 'warning',
      message: 'peer web is offline',
      facts: [
        { name: 'Peer', value: 'web' },
        { name: 'Severity', value: 'HIGH' },
        { name: 'Requested', value: 'restart' },
      ],
      done: [],
      left: [],
      links: [],
    });
  });
});
