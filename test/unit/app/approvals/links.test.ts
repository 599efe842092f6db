import { describe, expect, it } from 'vitest';
import { answerRequest } from '../../../../functions/app/approvals/answer-request.ts';
import { ATTEMPTS_A_MINUTE } from '../../../../functions/app/approvals/refuse-attempt.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { approvalEvent, controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { ADA_IN_IAM, approvalsLab, linkRequest, PROPOSAL } from './approvals-lab.ts';

const TWO_PEOPLE = { strategies: [{ approvals: 2 }] };
const APPROVE = { command: 'approve', reason: 'seen on the dashboard' };

describe('the links of a proposal', () => {
  it('go to each person separately, with all that a person decides by', async () => {
    const lab = await approvalsLab();
    expect(await lab.sendLinks()).toEqual(['ada', 'grace']);
    expect(lab.mails).toMatchObject([{ person: 'ada', subject: 'Selfheal proposes restart for web' }]);
    expect(lab.mails[0]?.text).toContain('Decide as ada: https://approvals.example.com/link?t=');
    expect(lab.deliveries).toMatchObject([{ channel: 'direct', request: 'tell' }]);
    expect((await lab.linkOf('ada')).href).not.toBe((await lab.linkOf('grace')).href);
  });

  it('go to nobody once the proposal has ended', async () => {
    const lab = await approvalsLab();
    await triage(lab.world, approvalEvent({ command: 'approve', proposal: PROPOSAL, by: 'grace' }, 'cli-1'));
    expect(await lab.sendLinks()).toEqual([]);
    expect(lab.mails).toEqual([]);
  });
});

describe('a link', () => {
  it('shows the proposal and approves nothing, however often it is opened', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    for (const method of ['GET', 'HEAD', 'GET', 'GET']) {
      const page = await lab.ask(linkRequest(url, method));
      expect(page.statusCode).toBe(200);
      if (method === 'HEAD') expect(page.body).toBe('');
      else expect(page.body).toContain('<strong>ada</strong>');
    }
    expect(lab.sent).toEqual([]);
    expect((await lab.proposal())?.approvals).toEqual([]);
  });

  it('lets nothing embed or keep its page, or learn its address', async () => {
    const lab = await approvalsLab();
    const { headers } = await lab.ask(linkRequest(await lab.linkOf('ada'), 'GET'));
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('approves by its form, under the name of its person', async () => {
    const lab = await approvalsLab();
    const page = await lab.ask(linkRequest(await lab.linkOf('ada'), 'POST', APPROVE));
    expect(page).toMatchObject({ statusCode: 200 });
    expect(page.body).toContain('<h1>Approved</h1>');
    expect(await lab.proposal()).toMatchObject({
      approvals: [{ by: 'ada', reason: 'seen on the dashboard' }],
      end: { kind: 'APPROVED', by: 'ada' },
    });
    expect(await lab.world.store.getOperation(PROPOSAL)).toMatchObject({ component: 'web' });
  });

  it('denies by its form', async () => {
    const lab = await approvalsLab();
    const page = await lab.ask(linkRequest(await lab.linkOf('grace'), 'POST', { command: 'deny' }));
    expect(page.body).toContain('<h1>Denied</h1>');
    expect((await lab.proposal())?.end).toMatchObject({ kind: 'DENIED', by: 'grace', reason: 'by a link' });
  });

  it.each([
    ['  seen on the dashboard ', 'seen on the dashboard'],
    ['   ', 'by a link'],
  ])('keeps the reason that people give, without spaces around it: %j', async (given, reason) => {
    const lab = await approvalsLab();
    const form = { command: 'deny', reason: given };
    await lab.ask(linkRequest(await lab.linkOf('ada'), 'POST', form));
    expect((await lab.proposal())?.end).toMatchObject({ kind: 'DENIED', reason });
  });

  it('works only once', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    const url = await lab.linkOf('ada');
    await triage(lab.world, controlEvent({ command: 'pause', reason: 'maintenance' }));
    await lab.ask(linkRequest(url, 'POST', APPROVE));
    await lab.ask(linkRequest(await lab.linkOf('grace'), 'POST', APPROVE));
    expect((await lab.proposal())?.end).toBeUndefined();
    const again = await lab.ask(linkRequest(await lab.linkOf('grace'), 'POST', APPROVE));
    expect(again.statusCode).toBe(403);
    expect(await lab.refusals()).toMatchObject([{ reason: 'NOT_AUTHENTIC' }]);
    expect((await lab.refusals())[0]?.detail).toContain('was used before');
  });

  it('approves once when its form is sent twice at a time', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    const url = await lab.linkOf('ada');
    await Promise.all([1, 2].map(() => lab.ask(linkRequest(url, 'POST', APPROVE))));
    expect((await lab.proposal())?.approvals).toHaveLength(1);
    expect((await lab.proposal())?.end).toBeUndefined();
  });

  it('decides the same again, and nothing else, until the bus has accepted the decision', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    const url = await lab.linkOf('ada');
    const { send } = lab.deps.decisions;
    const down = async () => {
      throw new ServiceUnavailable('PutEvents: throttled');
    };
    Object.assign(lab.deps.decisions, { send: down });
    await expect(lab.ask(linkRequest(url, 'POST', APPROVE))).rejects.toThrow(ServiceUnavailable);
    Object.assign(lab.deps.decisions, { send });
    lab.world.clock.now += 90_000;
    expect(await lab.ask(linkRequest(url, 'POST', { command: 'deny' }))).toMatchObject({ statusCode: 403 });
    expect(await lab.ask(linkRequest(url, 'POST', APPROVE))).toMatchObject({ statusCode: 200 });
    expect((await lab.proposal())?.approvals).toMatchObject([{ by: 'ada' }]);
  });

  it('counts once if it is not known whether the bus accepted its decision', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    const url = await lab.linkOf('ada');
    const { noteLinkSent } = lab.deps.approvals;
    Object.assign(lab.deps.approvals, {
      noteLinkSent: async () => {
        throw new ServiceUnavailable('UpdateItem: throttled');
      },
    });
    await expect(lab.ask(linkRequest(url, 'POST', APPROVE))).rejects.toThrow(ServiceUnavailable);
    Object.assign(lab.deps.approvals, { noteLinkSent });
    lab.world.clock.now += 90_000;
    await lab.ask(linkRequest(url, 'POST', APPROVE));
    expect((await lab.proposal())?.approvals).toHaveLength(1);
  });

  it('says why nothing was decided while strangers send bad requests', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    await lab.ask(linkRequest(await lab.linkOf('grace'), 'POST', { command: 'deny' }));
    const forged = new URL('https://approvals.example.com/link?t=WyJ4IiwiYWRhIiw5ZTE1XQ.c2lnbmF0dXJl');
    for (let sent = 0; sent <= ATTEMPTS_A_MINUTE; sent += 1) await lab.ask(linkRequest(forged, 'GET'));
    expect(await lab.ask(linkRequest(forged, 'GET'))).toMatchObject({ statusCode: 429 });
    const page = await lab.ask(linkRequest(url, 'POST', APPROVE));
    expect(page).toMatchObject({ statusCode: 409, body: expect.stringContaining('Nothing was decided') });
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'PROPOSAL_CLOSED' }]);
  });

  it('counts its person once, with the command line', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    await triage(
      lab.world,
      approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA_IN_IAM }, 'cli-1'),
    );
    expect(await lab.ask(linkRequest(await lab.linkOf('ada'), 'POST', APPROVE))).toMatchObject({
      statusCode: 409,
    });
    await lab.ask(linkRequest(await lab.linkOf('grace'), 'POST', APPROVE));
    expect((await lab.proposal())?.end).toMatchObject({ kind: 'APPROVED', by: 'grace' });
  });

  it('says that its proposal was withdrawn, and decides nothing', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    await triage(
      lab.world,
      signalEvent({ kind: 'recovery', component: 'web', metric: 'memory' }, 'recovered-1'),
    );
    const open = await lab.proposal();
    if (open && !open.end)
      await lab.world.store.endProposal(open, { kind: 'WITHDRAWN', atMs: lab.world.clock.now });
    expect((await lab.ask(linkRequest(url, 'GET'))).body).toContain('This proposal is WITHDRAWN');
    expect(await lab.ask(linkRequest(url, 'POST', APPROVE))).toMatchObject({ statusCode: 409 });
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'PROPOSAL_CLOSED' }]);
    expect(await lab.world.store.getOperation(PROPOSAL)).toBeUndefined();
  });

  it('expires with its proposal', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    lab.world.clock.now += 3_600_000;
    for (const method of ['GET', 'POST'])
      expect(await lab.ask(linkRequest(url, method, APPROVE))).toMatchObject({ statusCode: 403 });
    expect((await lab.refusals()).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('the link expired at'),
      expect.stringContaining('the link expired at'),
    ]);
  });

  it('does not work for somebody who is no longer listed', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    const left = { people: { grace: { slack: 'U0GRACE' }, ada: { slack: 'U0ADA' } } };
    const { settings } = lab.world.configuration;
    const configuration = { settings: { ...settings, approvals: left } };
    const request = linkRequest(url, 'POST', APPROVE);
    const page = await answerRequest({ ...lab.deps, configuration }, async () => 'recorded', request);
    expect(page).toMatchObject({ statusCode: 403 });
    expect((await lab.proposal())?.approvals).toEqual([]);
  });

  it.each([
    ['that was forged', '?t=WyJ4IiwiYWRhIiw5ZTE1XQ.c2lnbmF0dXJl'],
    ['without its signed part', ''],
  ])('%s is refused on record', async (_, query) => {
    const lab = await approvalsLab();
    const url = new URL(`https://approvals.example.com/link${query}`);
    expect(await lab.ask(linkRequest(url, 'POST', APPROVE))).toMatchObject({ statusCode: 403 });
    expect(await lab.refusals()).toMatchObject([{ reason: 'NOT_AUTHENTIC' }]);
    expect(lab.sent).toEqual([]);
  });

  it('says what it can be used for when it is used otherwise', async () => {
    const lab = await approvalsLab();
    const answer = await lab.ask(linkRequest(await lab.linkOf('ada'), 'PUT', APPROVE));
    expect(answer.statusCode).toBe(405);
    expect(answer.body).toContain('A link can be opened, and its form sent.');
    expect(lab.sent).toEqual([]);
  });

  it('shows no more than that it exists to a request for its head', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    const [head, page] = [await lab.ask(linkRequest(url, 'HEAD')), await lab.ask(linkRequest(url, 'GET'))];
    expect(head).toEqual({ ...page, body: '' });
    expect(page.body).not.toBe('');
  });

  it('stays usable when its form says neither approve nor deny', async () => {
    const lab = await approvalsLab();
    const url = await lab.linkOf('ada');
    expect(await lab.ask(linkRequest(url, 'POST', { command: 'delete' }))).toMatchObject({ statusCode: 403 });
    expect(await lab.ask(linkRequest(url, 'POST', APPROVE))).toMatchObject({ statusCode: 200 });
  });

  it('shows text from events as text, not as markup', async () => {
    const lab = await approvalsLab();
    const proposal = await lab.proposal();
    if (!proposal) throw new Error('no proposal');
    const alert = { ...proposal.operation.alert, reason: '<script>alert("x")</script>' };
    const store = {
      ...lab.world.store,
      readHeldBack: async () => ({ proposal: { ...proposal, operation: { ...proposal.operation, alert } } }),
    };
    const request = linkRequest(await lab.linkOf('ada'), 'GET');
    const { body } = await answerRequest({ ...lab.deps, store }, async () => 'recorded', request);
    expect(body).not.toContain('<script>');
    expect(body).toContain('&lt;script&gt;');
  });
});
