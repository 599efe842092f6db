import { describe, expect, it } from 'vitest';
import { answerRequest } from '../../../../functions/app/approvals/answer-request.ts';
import { createRefuseAttempt } from '../../../../functions/app/approvals/refuse-attempt.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { HttpAnswer } from '../../../../functions/ports/http-exchange.ts';
import { controlEvent } from '../../../factories/events/selfheal-event.ts';
import { approvalsLab, linkRequest, PROPOSAL } from './approvals-lab.ts';

type Lab = Awaited<ReturnType<typeof approvalsLab>>;

const TWO_PEOPLE = { strategies: [{ approvals: 2 }] };
const APPROVE = { command: 'approve' };
const FORGED = new URL('https://approvals.example.com/link?t=WyJ4IiwiYWRhIiw5ZTE1XQ.c2lnbmF0dXJl');

/** What a person reads. */
const read = ({ statusCode, body }: HttpAnswer) => [
  statusCode,
  /<h1>(.*)<\/h1>/.exec(body)?.[1],
  /<p>(.*)<\/p>/.exec(body)?.[1],
];
const approve = async (lab: Lab, person: 'ada' | 'grace', form: Readonly<Record<string, string>> = APPROVE) =>
  read(await lab.ask(linkRequest(await lab.linkOf(person), 'POST', form)));

describe('the page behind a link that is refused', () => {
  const INVALID = 'This link is not valid';

  it('says that nothing was decided because it was forged', async () => {
    const lab = await approvalsLab();
    expect(read(await lab.ask(linkRequest(FORGED, 'GET')))).toEqual([
      ...[403, INVALID, 'The link is not one of Selfheal’s. Nothing was decided.'],
    ]);
    expect(await lab.refusals()).toMatchObject([{ detail: 'the link is not one of Selfheal’s' }]);
  });

  it('says that its person is no longer listed', async () => {
    const lab = await approvalsLab();
    const { settings } = lab.world.configuration;
    const configuration = { settings: { ...settings, approvals: { people: {} } } };
    const request = linkRequest(await lab.linkOf('ada'), 'POST', APPROVE);
    const page = await answerRequest({ ...lab.deps, configuration }, createRefuseAttempt(lab.deps), request);
    expect(read(page)).toEqual([
      ...[403, INVALID, 'Ada is no longer listed under settings.approvals.people. Nothing was decided.'],
    ]);
  });

  it('says that its proposal does not exist', async () => {
    const lab = await approvalsLab();
    const request = linkRequest(await lab.linkOf('ada'), 'GET');
    const store = { ...lab.world.store, readHeldBack: async () => ({}) };
    const page = await answerRequest({ ...lab.deps, store }, createRefuseAttempt(lab.deps), request);
    expect(read(page)).toEqual([403, INVALID, `There is no proposal ${PROPOSAL}. Nothing was decided.`]);
  });

  it('says that its form does not say what to do', async () => {
    const lab = await approvalsLab();
    expect(await approve(lab, 'ada', {})).toEqual([
      ...[403, INVALID, 'The form names neither approve nor deny. Nothing was decided.'],
    ]);
  });

  it('says that it was used before, after it has said why the approval was refused', async () => {
    const lab = await approvalsLab();
    await triage(lab.world, controlEvent({ command: 'pause', reason: 'maintenance' }));
    expect(await approve(lab, 'ada')).toEqual([
      ...[409, 'The approval was refused'],
      'PAUSED: maintenance. A proposal that is still open can be decided by `selfheal approve`.',
    ]);
    expect(await approve(lab, 'ada')).toEqual([
      ...[403, INVALID],
      `The link of ada for proposal ${PROPOSAL} was used before. Nothing was decided.`,
    ]);
  });

  it('says how its proposal has ended', async () => {
    const lab = await approvalsLab();
    await approve(lab, 'grace', { command: 'deny' });
    expect(await approve(lab, 'ada')).toEqual([
      ...[409, 'Nothing was decided'],
      `Proposal ${PROPOSAL} has ended: DENIED by grace at 2026-11-22T13:30:00.000Z.`,
    ]);
  });

  it('asks to wait when too many were refused within the minute', async () => {
    const lab = await approvalsLab();
    const page = await answerRequest(lab.deps, async () => 'limited', linkRequest(FORGED, 'GET'));
    expect(read(page)).toEqual([
      ...[429, 'Too many requests'],
      'Too many requests were refused within a minute. Try again in a minute.',
    ]);
  });

  it('says what it is for when it is neither opened nor sent', async () => {
    const lab = await approvalsLab();
    expect(read(await lab.ask(linkRequest(FORGED, 'DELETE')))).toEqual([
      ...[405, 'Not allowed', 'A link can be opened, and its form sent.'],
    ]);
  });
});

describe('the page of a decision', () => {
  it('shows what the strategy does, and nothing of it where its plan is not on record', async () => {
    const lab = await approvalsLab({
      strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }],
    });
    const request = linkRequest(await lab.linkOf('ada'), 'GET');
    expect((await lab.ask(request)).body).toContain(
      'restart, attempt 1: graceful_stop, start_component</dd>',
    );
    const store = { ...lab.world.store, getPlan: async () => undefined };
    const page = await answerRequest({ ...lab.deps, store }, async () => 'recorded', request);
    expect(page.body).toContain('restart, attempt 1: </dd>');
  });

  it('counts each of two people, who have links of their own', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    expect((await approve(lab, 'ada')).slice(0, 2)).toEqual([200, 'Your approval is recorded']);
    expect((await approve(lab, 'grace')).slice(0, 2)).toEqual([200, 'Approved']);
    expect((await lab.proposal())?.approvals.map(({ by }) => by)).toEqual(['ada', 'grace']);
  });

  it('says after a quarter of a minute that the effect is not on record yet', async () => {
    const lab = await approvalsLab();
    Object.assign(lab.deps.decisions, { send: async () => 'accepted' });
    const startedAtMs = lab.world.clock.now;
    expect(await approve(lab, 'ada')).toEqual([
      ...[200, 'The approval was sent'],
      'Its effect is not on record yet: `selfheal proposals` shows it.',
    ]);
    expect(lab.world.clock.now - startedAtMs).toBe(15_000);
  });

  it('dates the decision in whole seconds, as the bus does', async () => {
    const lab = await approvalsLab();
    lab.world.clock.now += 1_999;
    await approve(lab, 'ada', { command: 'deny' });
    expect(lab.sent).toMatchObject([
      {
        ...{ detailType: 'Selfheal Approval', atMs: lab.world.clock.now - 999 },
        detail: { command: 'deny', proposal: PROPOSAL, by: 'ada', reason: 'by a link' },
      },
    ]);
  });
});

describe('any other address', () => {
  it('has nothing, and says so', async () => {
    const lab = await approvalsLab();
    const elsewhere = { ...linkRequest(FORGED, 'GET'), path: '/' };
    expect(await lab.ask(elsewhere)).toMatchObject({ statusCode: 404, body: 'There is nothing here.' });
    expect(await lab.refusals()).toEqual([]);
  });
});
