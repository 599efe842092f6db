import { describe, expect, it } from 'vitest';
import { withMemoryAlarm } from '../../../factories/configuration.ts';
import { lab, START_MS, TICK } from './channels-lab.ts';

const health = { url: 'https://web.example.com/health' };
const WATCHED = { components: { web: { ...withMemoryAlarm(), health } }, watchdog: { enabled: true } };

/** The watchdog calls people about a peer. */
const offline = (peerName: string, component?: string) => ({
  kind: 'watchdog' as const,
  detail: {
    ...{ timestamp: new Date(START_MS).toISOString(), reason: 'offline', peerName },
    ...{ action: 'alert_architect', severity: 'CRITICAL', ...(component && { component }) },
  },
});

/** What the page of a peer comes to when a configuration is deployed that watches it no longer, or still does. */
async function afterDeploying(parts: object, page = offline('web', 'web')) {
  const { say, deps, pages, bodies, advance } = lab(WATCHED);
  await say(page);
  advance(60_000);
  expect(await say(TICK)).toEqual([]);
  Object.assign(deps, { configuration: lab(parts).deps.configuration });
  const ended = await say(TICK);
  expect(await say(TICK)).toEqual([]);
  return { ended, pages: pages(), texts: bodies() };
}

describe('the watchdog’s page of a component', () => {
  it.each([
    ['is no longer configured', { components: { db: {} }, watchdog: { enabled: true } }],
    ['is switched off as a peer', { ...WATCHED, peers: { web: { enabled: false } } }],
    ['is watched by nothing, since the watchdog is off', { ...WATCHED, watchdog: { enabled: false } }],
  ])('ends when its component %s', async (_, parts) => {
    const { ended, pages, texts } = await afterDeploying(parts);
    expect(ended).toEqual(['web']);
    expect(pages).toEqual(['open', 'resolve']);
    expect(texts.at(-1)).toContain('The watchdog no longer watches it.');
  });

  it.each([
    ['is still watched', WATCHED, offline('web', 'web')],
    [
      'has no health endpoint any longer: it may be registered as a peer',
      { components: { web: withMemoryAlarm() }, watchdog: { enabled: true } },
      offline('web', 'web'),
    ],
    [
      'was a peer under another name, which may be registered',
      { components: { db: {} }, watchdog: { enabled: true } },
      offline('web-1', 'web'),
    ],
  ])('stays open when its component %s', async (_, parts, page) => {
    const { ended, pages } = await afterDeploying(parts, page);
    expect(ended).toEqual([]);
    expect(pages).toEqual(['open']);
  });

  it('stays open where it concerns no component', async () => {
    const { pages } = await afterDeploying(
      { components: { db: {} }, watchdog: { enabled: false } },
      offline('relay'),
    );
    expect(pages).toEqual(['open']);
  });
});
