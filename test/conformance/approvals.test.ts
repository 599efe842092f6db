import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../functions/core/admission/proposal.ts';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import { clickBody, signedBySlack } from '../factories/slack-request.ts';
import type { Place, PlaceApprovals } from './places/place.ts';
import { PLACES } from './places/places.ts';

const FORM = 'application/x-www-form-urlencoded';
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:slack-a1b2c3';
const PEOPLE = {
  ada: { slack: 'U0ADA', email: 'ada@example.com' },
  grace: { slack: 'U0GRACE', email: 'grace@example.com' },
};
const PROPOSAL_SECONDS = 1_800;

describe.each(PLACES)('approvals in Slack and by links, $name', ({ name, open }) => {
  let place: Place;
  let approvals: PlaceApprovals;
  beforeAll(async () => {
    const proposing = { strategies: [{ mode: 'propose', cooldownSeconds: 0 }] };
    place = await open({
      settings: {
        proposalSeconds: PROPOSAL_SECONDS,
        approvals: { slack: { signingSecretArn: secretArn }, people: PEOPLE },
        notify: { channels: { team: { type: 'slack', secretArn } } },
      },
      components: {
        clicked: proposing,
        denied: proposing,
        forged: proposing,
        linked: proposing,
        scanned: proposing,
        paused: proposing,
        shared: { strategies: [{ mode: 'propose', approvals: 2 }] },
        recovering: proposing,
        late: proposing,
      },
    });
    if (!place.approvals) throw new Error('this place has no address for approvals');
    approvals = place.approvals;
  });
  afterAll(() => place?.stop());

  const proposalOf = async (component: string): Promise<Proposal | undefined> =>
    (await place.store.listProposals(50)).find(({ operation }) => operation.component === component);
  async function proposed(component: string, raise = () => place.signal(component)): Promise<string> {
    await raise();
    const { operation } = await place.until(`proposal for ${component}`, 40, () => proposalOf(component));
    return operation.operationId;
  }
  const approversOf = async (component: string) =>
    (await proposalOf(component))?.approvals.map(({ by }) => by);

  let clicks = 0;
  interface Clicking {
    readonly command?: 'approve' | 'deny';
    readonly secret?: string;
    readonly signedAtMs?: number;
  }
  /** A request as Slack sends it, to be sent once or more often. */
  function clickOf(proposal: string, user: string, { command, secret, signedAtMs }: Clicking = {}) {
    clicks += 1;
    const body = clickBody({
      ...{ proposal, user, triggerId: `${place.nowMs()}.${clicks}`, responseUrl: `${approvals.slackHooks}a` },
      ...(command && { command }),
    });
    const signed = signedBySlack(secret ?? approvals.slackSigningSecret, body, signedAtMs ?? place.nowMs());
    return { method: 'POST', path: '/slack', headers: { 'content-type': FORM, ...signed }, body } as const;
  }
  const click = async (...args: Parameters<typeof clickOf>) =>
    (await approvals.request(clickOf(...args))).statusCode;
  const slackShows = (text: string) =>
    place.poll(() => JSON.stringify(approvals.slackAnswers().at(-1) ?? '')).toContain(text);

  async function linkOf(person: string, component: string): Promise<string> {
    const text = await place.until(`the link of ${person}`, 40, () =>
      approvals.mails().find((mail) => mail.includes(`Decide as ${person}`) && mail.includes(component)),
    );
    return /link\?(?<query>t=[\w.~-]+)/.exec(text)?.groups?.['query'] ?? '';
  }
  const openLink = async (method: 'GET' | 'HEAD' | 'POST', query: string, body = '') =>
    await approvals.request({ method, path: '/link', query, body, headers: { 'content-type': FORM } });

  it('a click in Slack begins the repair, once, and Slack shows whose it was', async () => {
    const proposal = await proposed('clicked');
    expect(await click(proposal, 'U0ADA')).toBe(200);
    expect(await place.completed('clicked')).toMatchObject({ operationId: proposal });
    await slackShows('Approved by ada at');
    expect(await click(proposal, 'U0GRACE')).toBe(200);
    await place.poll(() => place.reasons('clicked')).toEqual(['PROPOSAL_CLOSED']);
    expect(await approversOf('clicked')).toEqual(['ada']);
    expect(place.effectsOf('clicked')).toHaveLength(1);
  });

  it('a click on Deny keeps the component from being proposed again', async () => {
    const proposal = await proposed('denied');
    expect(await click(proposal, 'U0GRACE', { command: 'deny' })).toBe(200);
    await slackShows('Denied by grace at');
    await place.signal('denied');
    await place.poll(() => place.reasons('denied')).toEqual(['DENIED']);
    expect(place.requestsOf('denied')).toEqual([]);
  });

  it('a forged, a stale and a repeated request of Slack decide nothing, nor does a stranger', async () => {
    const proposal = await proposed('forged');
    expect(await click(proposal, 'U0ADA', { secret: 'guessed' })).toBe(401);
    expect(await click(proposal, 'U0ADA', { signedAtMs: place.nowMs() - 301_000 })).toBe(401);
    const { headers: _unsigned, ...plain } = clickOf(proposal, 'U0ADA');
    expect((await approvals.request({ ...plain, headers: { 'content-type': FORM } })).statusCode).toBe(401);
    expect(await click(proposal, 'U0MALLORY')).toBe(200);
    await slackShows('does not list you');
    // Recorded on its way, and sent again: the first arrival counts.
    const denial = clickOf(proposal, 'U0ADA', { command: 'deny' });
    expect((await approvals.request(denial)).statusCode).toBe(200);
    expect((await approvals.request(denial)).statusCode).toBe(409);
    await place.poll(async () => (await proposalOf('forged'))?.end?.kind).toBe('DENIED');
    expect(await approversOf('forged')).toEqual([]);
    const refused = (await place.store.listRefusals('unknown', 10)).map(({ reason }) => reason);
    expect(refused.filter((reason) => reason === 'NOT_AUTHENTIC').length).toBeGreaterThanOrEqual(4);
    expect(place.requestsOf('forged')).toEqual([]);
  });

  it('a link begins the repair by its form alone, and once', async () => {
    const proposal = await proposed('linked');
    const link = await linkOf('grace', 'linked');
    for (const method of ['HEAD', 'GET', 'GET'] as const)
      expect((await openLink(method, link)).statusCode).toBe(200);
    expect(await approversOf('linked')).toEqual([]);
    expect((await openLink('POST', `${link}x`, 'command=approve')).statusCode).toBe(403);

    expect((await openLink('POST', link, 'command=approve')).statusCode).toBe(200);
    expect(await place.completed('linked')).toMatchObject({ operationId: proposal });
    expect((await openLink('POST', link, 'command=approve')).statusCode).toBe(409);
    expect((await proposalOf('linked'))?.end).toMatchObject({ kind: 'APPROVED', by: 'grace' });
    expect(place.effectsOf('linked')).toHaveLength(1);
  });

  it('a scanner that opens every link approves nothing', async () => {
    await proposed('scanned');
    for (const person of ['ada', 'grace'])
      for (const method of ['HEAD', 'GET'] as const)
        expect((await openLink(method, await linkOf(person, 'scanned'))).statusCode).toBe(200);
    await place.sleep(place.scaled(30_000));
    expect(await approversOf('scanned')).toEqual([]);
    expect(place.requestsOf('scanned')).toEqual([]);
  });

  it('an approval is refused by a limit that changed meanwhile, and may be given again', async () => {
    const proposal = await proposed('paused');
    const control = (command: 'exclude' | 'include') =>
      place.putEvent({
        source: OPERATOR,
        detailType: 'Selfheal Control',
        detail: { command, component: 'paused', reason: 'migration' },
      });
    const isExcluded = async () =>
      (await place.store.readComponents(['paused']))[0]?.exclusion?.setting !== undefined;
    await control('exclude');
    await place.poll(isExcluded).toBe(true);
    expect(await click(proposal, 'U0ADA')).toBe(200);
    await slackShows('migration');
    expect((await proposalOf('paused'))?.end).toBeUndefined();
    expect(place.requestsOf('paused')).toEqual([]);

    await place.sleep(1_100);
    await control('include');
    await place.poll(isExcluded).toBe(false);
    expect(await click(proposal, 'U0ADA')).toBe(200);
    expect(await place.completed('paused')).toMatchObject({ operationId: proposal });
  });

  it('two people are needed where two are required, whichever ways they use', async () => {
    const proposal = await proposed('shared');
    expect((await openLink('POST', await linkOf('ada', 'shared'), 'command=approve')).statusCode).toBe(200);
    expect(await click(proposal, 'U0ADA')).toBe(200);
    await place.poll(() => place.reasons('shared')).toContain('SAME_PERSON');
    expect((await proposalOf('shared'))?.end).toBeUndefined();
    expect(await click(proposal, 'U0GRACE')).toBe(200);
    await place.completed('shared');
    expect(await approversOf('shared')).toEqual(['ada', 'grace']);
  });

  it('a proposal that was withdrawn takes neither a click nor a link', async () => {
    const raise = () => place.setAlarm('recovering', 'ALARM', 'as it happens');
    const proposal = await proposed('recovering', raise);
    const link = await linkOf('ada', 'recovering');
    await place.setAlarm('recovering', 'OK', 'by itself');
    await place.poll(async () => (await proposalOf('recovering'))?.end?.kind).toBe('WITHDRAWN');
    expect((await openLink('POST', link, 'command=approve')).statusCode).toBe(409);
    expect(await click(proposal, 'U0GRACE')).toBe(200);
    await slackShows('Withdrawn');
    expect(place.requestsOf('recovering')).toEqual([]);
  });

  // Half an hour passes at once in virtual time alone.
  it.skipIf(name !== 'embedded')('an expired proposal takes neither a click nor a link', async () => {
    const proposal = await proposed('late');
    const link = await linkOf('ada', 'late');
    await place.sleep(PROPOSAL_SECONDS * 1_000);
    expect((await openLink('POST', link, 'command=approve')).statusCode).toBe(403);
    expect(await click(proposal, 'U0GRACE')).toBe(200);
    await slackShows('Expired at');
    expect(await approversOf('late')).toEqual([]);
    expect(place.requestsOf('late')).toEqual([]);
  });
});
