import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../../../functions/core/admission/proposal.ts';
import { messagePage, proposalPage } from '../../../../functions/core/approval/approval-page.ts';
import { ADA, GRACE, proposed } from './proposals.ts';

const OPERATION = proposed().operation;
const PROPOSAL: Proposal = proposed({
  operation: {
    ...OPERATION,
    operationId: '20261122T133000Z-1f3a',
    attempt: 2,
    diagnosis: { rootCause: 'memory-exhaustion', confidence: 0.837, suggestedFix: '' },
    alert: { ...OPERATION.alert, reason: `97 % of "C:\\" & 'D' <b>` },
  },
  approvalsNeeded: 2,
  blastRadius: { targets: ['i-a', 'i-b'], maxConcurrentTargets: 1 },
});
const STATE = { by: '<ada>', actions: ['graceful_stop', 'start_component'], state: 'OPEN' } as const;

const rows = (page: string) =>
  [...page.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name, text]) => [name, text]);
const rowOf = (name: string, more: Partial<Proposal>) =>
  rows(proposalPage({ ...PROPOSAL, ...more }, STATE)).find(([found]) => found === name)?.[1];
const afterTheList = (page: string) => page.split('</dl>\n')[1];

describe('the page of a proposal', () => {
  it('shows all that a person decides by, escaped', () => {
    expect(rows(proposalPage(PROPOSAL, STATE))).toEqual([
      ['Component', 'web'],
      ['Reported', '97 % of &quot;C:\\&quot; &amp; &#39;D&#39; &lt;b&gt;'],
      ['Evidence', 'CRITICAL memory (97.2, limit 90)'],
      ['Diagnosis', 'memory-exhaustion (confidence 84 %)'],
      ['Plan', 'restart-service, attempt 2: graceful_stop, start_component'],
      ['Targets', 'i-a, i-b, 1 at a time'],
      ['Approvals', '0 of 2'],
      ['Expires', '2026-11-22T14:30:00.000Z'],
      ['Proposal', '20261122T133000Z-1f3a'],
    ]);
  });

  it('is a page that no search engine keeps, and that a phone shows', () => {
    const page = proposalPage(PROPOSAL, STATE);
    expect(page).toMatch(
      /^<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">\n<title>Selfheal proposes restart-service for web<\/title><style>body\{[^<]+\}<\/style><\/head>\n<body>\n<h1>Selfheal proposes restart-service for web<\/h1>\n<dl>\n<dt>Component<\/dt><dd>web<\/dd>\n<dt>Reported/,
    );
    expect(page).toMatch(/<\/form>\n<\/body>\n<\/html>\n$/);
  });

  it('has a form as long as the proposal is open', () => {
    expect(afterTheList(proposalPage(PROPOSAL, STATE))).toBe(
      [
        '<p>You decide as <strong>&lt;ada&gt;</strong>, once. Every limit is checked again at that moment.</p>',
        '<form method="post">',
        '<input name="reason" maxlength="200" placeholder="Reason (optional)" aria-label="Reason">',
        '<button name="command" value="approve">Approve</button>',
        '<button name="command" value="deny">Deny for an hour</button>',
        '</form>',
        '</body>',
        '</html>',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['EXPIRED', undefined, 'This proposal is EXPIRED: there is nothing left to decide.'],
    [
      'DENIED',
      { kind: 'DENIED', ...GRACE },
      'This proposal is DENIED by grace: there is nothing left to decide.',
    ],
    [
      'WITHDRAWN',
      { kind: 'WITHDRAWN', atMs: 1 },
      'This proposal is WITHDRAWN: there is nothing left to decide.',
    ],
  ] as const)('says who ended it instead once it is %s', (state, end, text) => {
    const closed = { ...PROPOSAL, ...(end && { end }) };
    expect(afterTheList(proposalPage(closed, { ...STATE, state }))).toBe(
      `<p>${text}</p>\n</body>\n</html>\n`,
    );
  });

  it('shows as many figures as there are', () => {
    const evidence = (figures: object) => {
      const { current: _, threshold: __, ...alert } = OPERATION.alert;
      return rowOf('Evidence', { operation: { ...OPERATION, alert: { ...alert, ...figures } } });
    };
    expect(evidence({})).toBe('CRITICAL memory');
    expect(evidence({ threshold: 90 })).toBe('CRITICAL memory');
    expect(evidence({ current: 97 })).toBe('CRITICAL memory (97, limit none)');
    expect(evidence({ current: 97, threshold: 0 })).toBe('CRITICAL memory (97, limit 0)');
  });

  it('shows who has approved, and the group if there is one', () => {
    expect(rowOf('Approvals', { approvals: [ADA, GRACE] })).toBe('2 of 2, ada, grace');
    expect(rowOf('Group', {})).toBeUndefined();
    const group = { name: 'web-tier', members: 3, healthyLeft: 2, minHealthy: 1 };
    expect(rowOf('Group', { blastRadius: { ...PROPOSAL.blastRadius, group } })).toBe(
      'web-tier: 2 of 3 stay healthy',
    );
  });
});

describe('a page that only says something', () => {
  it('has a title and a paragraph, both escaped', () => {
    const page = messagePage('A & B', '<c>');
    expect(page).toContain('<title>A &amp; B</title>');
    expect(page).toMatch(/<body>\n<h1>A &amp; B<\/h1>\n<p>&lt;c&gt;<\/p>\n<\/body>\n<\/html>\n$/);
  });
});
