import { describe, expect, it } from 'vitest';
import { askPeople } from '../../../../functions/app/approvals/ask-people.ts';
import { sendLinks, showOutcome } from '../../../../functions/app/approvals/notify-approvers.ts';
import { overtakenAtMs } from '../../../../functions/app/approvals/overtaken.ts';
import {
  ATTEMPTS_A_MINUTE,
  createRefuseAttempt,
  notAuthentic,
} from '../../../../functions/app/approvals/refuse-attempt.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { approvalsLab, linkRequest, PROPOSAL } from './approvals-lab.ts';

const TWO_PEOPLE = { strategies: [{ approvals: 2 }] };
const NO_APPROVALS = { settings: { approvals: undefined } };

describe('refused requests of strangers', () => {
  it('are counted until there are too many in a minute, and again in the next', async () => {
    const { world, deps } = await approvalsLab();
    let counted = 0;
    const countAttempt = async () => ++counted;
    const refuse = createRefuseAttempt({ ...deps, approvals: { ...deps.approvals, countAttempt } });
    const attempt = () => refuse(notAuthentic('the signature is wrong'));
    for (let sent = 0; sent < ATTEMPTS_A_MINUTE; sent += 1) expect(await attempt()).toBe('recorded');
    for (let second = 0; second < 3; second += 1) {
      expect(await attempt()).toBe('limited');
      world.clock.now += 1_000;
    }
    expect(counted).toBe(ATTEMPTS_A_MINUTE + 1);
    counted = 0;
    world.clock.now = NOON + 60_000;
    expect(await attempt()).toBe('recorded');
  });

  it('are on record one by one, though they arrive at the same moment', async () => {
    const { click, refusals } = await approvalsLab();
    await click({ user: 'U0EVE' });
    await click({ user: 'U0MALLORY' });
    expect(await refusals()).toHaveLength(2);
  });
});

describe('a link', () => {
  it('decides nothing for a person who has approved already', async () => {
    const { click, ask, linkOf, proposal } = await approvalsLab(TWO_PEOPLE);
    const url = await linkOf('ada');
    await click();
    const answer = await ask(linkRequest(url, 'POST', { command: 'approve' }));
    expect(answer).toMatchObject({ statusCode: 409, body: expect.stringContaining('Nothing was decided') });
    expect((await proposal())?.approvals).toHaveLength(1);
  });
});

describe('where nobody may approve', () => {
  it('no link is sent, and no click is taken', async () => {
    const { deps, click } = await approvalsLab(NO_APPROVALS);
    expect(await sendLinks(deps, PROPOSAL)).toEqual([]);
    expect(await click()).toMatchObject({ statusCode: 404, body: 'Slack is not configured.' });
  });
});

describe('what is shown of a click', () => {
  it('is when a proposal was denied, and all that is to be said of it', async () => {
    const { deps, world, click } = await approvalsLab();
    await click({ command: 'deny' } as never);
    world.clock.now += 60_000;
    const refused = { by: 'ada', reason: 'PROPOSAL_CLOSED', detail: 'it was denied' } as const;
    const { proposal } = await world.store.readHeldBack(PROPOSAL);
    if (proposal?.end?.kind !== 'DENIED') throw new Error('it was not denied');
    const shown = await showOutcome(deps, {
      proposal: PROPOSAL,
      responseUrl: 'https://slack',
      refused,
    } as never);
    expect(shown).toBe(`Denied by ada at ${new Date(NOON).toISOString()}`);
  });

  it('names each approval', async () => {
    const { deps, click, world } = await approvalsLab(TWO_PEOPLE);
    await click();
    const refused = { by: 'ada', reason: 'SAME_PERSON', detail: 'ada has approved it' } as const;
    const shown = await showOutcome(deps, {
      proposal: PROPOSAL,
      responseUrl: 'https://slack',
      refused,
    } as never);
    const at = new Date(world.clock.now).toISOString();
    expect(shown).toBe(`Approved by ada at ${at}; ada: ada has approved it`);
  });
});

describe('a proposal', () => {
  it('is shown without actions where its strategy is not known any more', async () => {
    const { deps, world, proposal } = await approvalsLab();
    const proposed = await proposal();
    if (!proposed) throw new Error('no proposal');
    await askPeople(deps, proposed, undefined);
    expect(world.notifier.sent.at(-1)?.body).toMatchObject({ kind: 'proposal', actions: [] });
  });

  it('is not overtaken by another repair where no strategy answers its alert any more', async () => {
    const { world, proposal } = await approvalsLab();
    const proposed = await proposal();
    if (!proposed) throw new Error('no proposal');
    const { limits } = await world.store.readLimits('web');
    const since = { ...limits, component: { ...limits.component, attemptsMs: { other: [NOON + 1] } } };
    const overtaken = async (metric: string) =>
      await overtakenAtMs(
        { ...world, configuration: configured({ strategies: [{ trigger: { metrics: [metric] } }] }) },
        proposed,
        since,
      );
    expect(await overtaken('memory')).toBe(NOON + 1);
    expect(await overtaken('errors')).toBeUndefined();
  });
});
