import { describe, expect, it } from 'vitest';
import { jiraIssue } from '../../../../functions/core/notification/channels/jira.ts';
import { opsgenieRequest } from '../../../../functions/core/notification/channels/opsgenie.ts';
import { pagerDutyEvent } from '../../../../functions/core/notification/channels/pagerduty.ts';
import { serviceNowIncident } from '../../../../functions/core/notification/channels/servicenow.ts';
import type { Notice } from '../../../../functions/core/notification/notice.ts';
import { CRITICAL, endingInHalf, INFO, RESOLVED } from './payload-notices.ts';

const OPEN = CRITICAL.incident;
const INFO_AS_TEXT = 'Look at web\n\nIt may be slow.';
const CRITICAL_AS_TEXT = [
  'web: the attempts are spent',
  '',
  'a < b & c > d, *twice*',
  '',
  'What to do',
  '  Architect: repair web by hand.',
  '',
  'Cause and evidence',
  '  Cause: memory-exhaustion',
  String.raw`  Reported: [97 %] of C:\ram*`,
  '',
  'What was done',
  '  heal-0 start: SUCCEEDED',
  '  verify-0 verify: FAILED',
  '',
  'What is left',
  '  i-b: untouched',
  '',
  'Links',
  '  Graph & alarm: https://aws.example/?a=1&b=2|3',
  '  Runbook: https://wiki.example/web',
].join('\n');

const titled = (letters: number): Notice => ({ ...INFO, title: 'x'.repeat(letters) });
const keyed = (letters: number) => ({ key: 'k'.repeat(letters), change: 'open' }) as const;
const WITH_TASK = `${INFO_AS_TEXT}\n\nWhat to do\n  `;

describe('an event for PagerDuty', () => {
  it('triggers an incident with every part of a notice', () => {
    expect(pagerDutyEvent(CRITICAL, OPEN)).toEqual({
      event_action: 'trigger',
      dedup_key: 'selfheal-1-r-web',
      client: 'Selfheal',
      links: [
        { href: 'https://aws.example/?a=1&b=2|3', text: 'Graph & alarm' },
        { href: 'https://wiki.example/web', text: 'Runbook' },
      ],
      payload: {
        summary: 'web: the attempts are spent: a < b & c > d, *twice*',
        source: 'web',
        severity: 'critical',
        component: 'web',
        class: 'selfheal',
        custom_details: {
          message: 'a < b & c > d, *twice*',
          task: 'Architect: repair web by hand.',
          Cause: 'memory-exhaustion',
          Reported: String.raw`[97 %] of C:\ram*`,
          done: ['heal-0 start: SUCCEEDED', 'verify-0 verify: FAILED'],
          left: ['i-b: untouched'],
        },
      },
    });
  });

  it('names Selfheal as the source of a notice about no component', () => {
    const event = pagerDutyEvent(INFO, OPEN);
    // A key that is there and undefined would be another payload.
    expect(JSON.parse(JSON.stringify(event))).toStrictEqual(event);
    expect(event).toStrictEqual({
      event_action: 'trigger',
      dedup_key: 'selfheal-1-r-web',
      client: 'Selfheal',
      links: [],
      payload: {
        summary: 'Look at web: It may be slow.',
        source: 'selfheal',
        severity: 'info',
        class: 'selfheal',
        custom_details: { message: 'It may be slow.' },
      },
    });
  });

  it('resolves an incident by its key alone', () => {
    expect(pagerDutyEvent(RESOLVED, RESOLVED.incident)).toEqual({
      event_action: 'resolve',
      dedup_key: 'selfheal-1-r-web',
    });
  });

  it('has a summary of 1,024 and a key of 255 characters at most', () => {
    const summary = (letters: number) => {
      const event = pagerDutyEvent({ ...INFO, message: 'x'.repeat(letters) }, OPEN);
      return event.event_action === 'trigger' && event.payload.summary;
    };
    expect(summary(1_011)).toBe(`Look at web: ${'x'.repeat(1_011)}`);
    expect(summary(1_012)).toBe(`Look at web: ${'x'.repeat(1_010)}…`);
    expect(pagerDutyEvent(INFO, keyed(256)).dedup_key).toBe('k'.repeat(255));
  });
});

describe('an alert for Opsgenie', () => {
  it('has the whole notice as its description', () => {
    expect(opsgenieRequest(CRITICAL, OPEN)).toEqual({
      message: 'web: the attempts are spent',
      alias: 'selfheal-1-r-web',
      description: CRITICAL_AS_TEXT,
      priority: 'P1',
      source: 'selfheal',
      tags: ['selfheal'],
      entity: 'web',
    });
  });

  it('has no entity without a component', () => {
    expect(opsgenieRequest(INFO, OPEN)).toStrictEqual({
      message: 'Look at web',
      alias: 'selfheal-1-r-web',
      description: INFO_AS_TEXT,
      priority: 'P5',
      source: 'selfheal',
      tags: ['selfheal'],
    });
  });

  it('is closed with a note of 15,000 characters at most', () => {
    const note = (message: string) => opsgenieRequest({ ...RESOLVED, message }, RESOLVED.incident);
    expect(note('The alarm is OK.')).toEqual({ source: 'selfheal', note: 'The alarm is OK.' });
    expect(note('x'.repeat(15_001))).toEqual({ source: 'selfheal', note: `${'x'.repeat(14_999)}…` });
  });

  it.each([
    ['critical', 'P1'],
    ['error', 'P2'],
    ['warning', 'P3'],
    ['info', 'P5'],
  ] as const)('of the urgency %s has the priority %s', (urgency, priority) => {
    expect(opsgenieRequest({ ...CRITICAL, urgency }, OPEN)).toMatchObject({ priority });
  });

  it('fits the lengths of its fields', () => {
    expect(opsgenieRequest(titled(130), OPEN)).toMatchObject({ message: 'x'.repeat(130) });
    expect(opsgenieRequest(titled(131), OPEN)).toMatchObject({ message: `${'x'.repeat(129)}…` });
    expect(opsgenieRequest(INFO, keyed(513))).toMatchObject({ alias: 'k'.repeat(512) });
    expect(opsgenieRequest({ ...INFO, component: 'c'.repeat(513) }, OPEN)).toMatchObject({
      entity: 'c'.repeat(512),
    });
    const { whole, cut } = endingInHalf(15_000, WITH_TASK);
    expect(opsgenieRequest({ ...INFO, task: whole }, OPEN)).toMatchObject({ description: cut });
  });
});

describe('an issue for Jira', () => {
  const issue = (summary: string, urgency: string, content: readonly object[]) => ({
    fields: {
      project: { key: 'OPS' },
      issuetype: { name: 'Bug' },
      summary,
      labels: ['selfheal', `selfheal-${urgency}`],
      description: { type: 'doc', version: 1, content },
    },
  });
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
  const heading = (text: string) => ({
    ...{ type: 'heading', attrs: { level: 3 }, content: [{ type: 'text', text }] },
  });
  const list = (...items: readonly object[]) => ({
    type: 'bulletList',
    content: items.map((item) => ({ type: 'listItem', content: [item] })),
  });
  const link = (text: string, href: string) => ({
    type: 'paragraph',
    content: [{ type: 'text', text, marks: [{ type: 'link', attrs: { href } }] }],
  });
  const filed = (notice: Notice) => jiraIssue(notice, { project: 'OPS', issueType: 'Bug' });

  it('has a heading and a list for each part of a notice', () => {
    expect(filed(CRITICAL)).toEqual(
      issue('web: the attempts are spent', 'critical', [
        paragraph('a < b & c > d, *twice*'),
        heading('What to do'),
        paragraph('Architect: repair web by hand.'),
        heading('Cause and evidence'),
        list(paragraph('Cause: memory-exhaustion'), paragraph(String.raw`Reported: [97 %] of C:\ram*`)),
        heading('What was done'),
        list(paragraph('heal-0 start: SUCCEEDED'), paragraph('verify-0 verify: FAILED')),
        heading('What is left'),
        list(paragraph('i-b: untouched')),
        heading('Links'),
        list(
          link('Graph & alarm', 'https://aws.example/?a=1&b=2|3'),
          link('Runbook', 'https://wiki.example/web'),
        ),
      ]),
    );
  });

  it('has only the message if a notice has no more, and an empty paragraph for an empty one', () => {
    expect(filed(INFO)).toEqual(issue('Look at web', 'info', [paragraph('It may be slow.')]));
    expect(filed({ ...INFO, message: '' })).toEqual(
      issue('Look at web', 'info', [{ type: 'paragraph', content: [] }]),
    );
  });

  it('has a summary of 255 characters at most', () => {
    expect(filed(titled(255)).fields.summary).toBe('x'.repeat(255));
    expect(filed(titled(256)).fields.summary).toBe(`${'x'.repeat(254)}…`);
  });
});

describe('an incident for ServiceNow', () => {
  it.each([
    [CRITICAL, 'critical', '1', 'web: the attempts are spent', CRITICAL_AS_TEXT],
    [INFO, 'error', '2', 'Look at web', INFO_AS_TEXT],
    [INFO, 'warning', '3', 'Look at web', INFO_AS_TEXT],
    [INFO, 'info', '3', 'Look at web', INFO_AS_TEXT],
  ] as const)('has the whole notice as its description: %#', (notice, urgency, level, title, text) => {
    expect(serviceNowIncident({ ...notice, urgency }, OPEN)).toEqual({
      short_description: title,
      description: text,
      urgency: level,
      impact: level,
      category: 'software',
      correlation_id: 'selfheal-1-r-web',
      correlation_display: 'Selfheal',
    });
  });

  it('fits the lengths of its columns', () => {
    expect(serviceNowIncident(titled(160), OPEN).short_description).toBe('x'.repeat(160));
    expect(serviceNowIncident(titled(161), OPEN).short_description).toBe(`${'x'.repeat(159)}…`);
    expect(serviceNowIncident(INFO, keyed(101)).correlation_id).toBe('k'.repeat(100));
    const { whole, cut } = endingInHalf(4_000, WITH_TASK);
    expect(serviceNowIncident({ ...INFO, task: whole }, OPEN).description).toBe(cut);
  });
});
