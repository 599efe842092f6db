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

  it('opens an incident in ALARM, resolves it in OK, and changes none without data', () => {
    const changeIn = (NewStateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') =>
      ownAlarmNotice({ ...message, NewStateValue }, CONTEXT).incident?.change;
    expect([changeIn('ALARM'), changeIn('OK'), changeIn('INSUFFICIENT_DATA')]).toEqual([
      'open',
      'resolve',
      undefined,
    ]);
  });
});

describe('the notice of the watchdog', () => {
  const detail = { timestamp: '2026-11-22T13:30:00.000Z', reason: 'peer web is offline', peerName: 'web' };

  it('opens an incident of its own for what only the architect can help with', () => {
    const escalation = { ...detail, action: 'alert_architect', severity: 'CRITICAL' };
    expect(watchdogTopics(escalation)).toEqual(['architect', 'soc']);
    expect(watchdogNotice(escalation, CONTEXT).incident).toEqual({
      key: 'selfheal-123456789012-eu-west-1-watchdog_web',
      change: 'open',
    });
    expect(watchdogNotice(detail, CONTEXT).incident).toMatchObject({
      key: 'selfheal-123456789012-eu-west-1-watchdog_web',
      change: 'resolve',
    });
  });

  it('goes to the topics that the watchdog’s e-mails go to', () => {
    expect(watchdogTopics({ ...detail, action: 'restart', severity: 'HIGH' })).toEqual(['soc']);
    expect(watchdogTopics({ ...detail, action: 'alert', severity: 'MEDIUM' })).toEqual([]);
    expect(
      watchdogNotice({ ...detail, action: 'restart', severity: 'HIGH' }, CONTEXT).incident,
    ).toBeUndefined();
  });
});
