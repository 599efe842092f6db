import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { type LoadedConfiguration, loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import { sourcesOf } from '../../../functions/core/signal/event-source.ts';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { parsePeerChange } from '../../../functions/core/watchdog/peer-event.ts';
import { configurationText } from '../configuration/configuration-text.ts';
import { type Fence, fencesOf, readPages, TOP_LEVEL } from './pages.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

const fences = readPages().flatMap(fencesOf);
const placeOf = ({ page, line }: Fence) => `${page.path}:${line}`;
const inLanguage = (wanted: string) =>
  fences.filter(({ language }) => language === wanted).map((fence) => ({ fence, place: placeOf(fence) }));

/** A snippet as a whole configuration: sections that it leaves out are filled in. */
function loadSnippet(text: string): LoadedConfiguration {
  const given = parse(text);
  const settings = { notify: { architect: ['architect@example.com'] }, ...given.settings };
  const whole = { ...parse(configurationText()), ...given, settings };
  return loadConfiguration(stringify(whole), 'snippet.yaml', actionsIn);
}

/** A file that `actionFiles` names: one action, whose name is that of the file. */
function actionsIn(path: string): string {
  const name = path.replaceAll(/[^a-z]+/g, '-');
  return `${name}: { type: invoke_function, params: { function: healer } }`;
}

function findingsOf(loaded: LoadedConfiguration): readonly string[] {
  return (loaded.ok ? loaded.warnings : loaded.problems).map(formatProblem);
}

const entry = z.strictObject({ Source: z.string(), DetailType: z.string(), Detail: z.string() });
type Entry = z.output<typeof entry>;

/** What `aws events put-events` is given in a snippet of shell. */
function entriesOf(text: string): readonly Entry[] {
  return [...text.matchAll(/put-events --entries \\\n\s*'(?<entries>[^']*)'/g)].flatMap(({ groups }) =>
    z.array(entry).parse(JSON.parse(groups?.['entries'] ?? '')),
  );
}

/** Why Selfheal would not act on an event; `undefined` if it would. */
function objectionToEntry(
  { Source, DetailType, Detail }: Entry,
  configurationOf: string,
): string | undefined {
  const loaded = loadConfiguration(configurationOf, 'selfheal.yaml');
  if (!loaded.ok) return 'the configuration is invalid';
  const { compiled } = loaded;
  const detail: unknown = JSON.parse(Detail);
  if (DetailType === 'Selfheal Peer') {
    if (!sourcesOf(DetailType, compiled).includes(Source)) return `source ${Source}`;
    const parsed = parsePeerChange(detail, compiled);
    return 'problem' in parsed ? parsed.problem : undefined;
  }
  const event = {
    id: 'an-event',
    source: Source,
    'detail-type': DetailType,
    time: new Date(NOW_MS).toISOString(),
    detail,
  };
  const signal = parseSignal(event, compiled, NOW_MS);
  if (signal.kind === 'control' || signal.kind === 'approval') return undefined;
  if (signal.kind !== 'alert') return JSON.stringify(signal);
  const { strategyId } = signal.alert;
  const isKnown = strategyId === undefined || compiled.strategies.some(({ id }) => id === strategyId);
  return isKnown ? undefined : `strategy ${strategyId}`;
}

const sample = readFileSync(`${TOP_LEVEL}selfheal.yaml`, 'utf8');

/** Events of a page are about the configuration that the page shows, if it shows a whole one. */
function configurationFor({ page }: Fence): string {
  const shown = fencesOf(page).find(
    ({ language, text }) => language === 'yaml' && text.includes('strategies:'),
  );
  return shown?.text ?? sample;
}

describe('snippets in the documentation', () => {
  it.each(inLanguage('yaml'))('are valid configuration, without a warning: $place', ({ fence }) => {
    expect(findingsOf(loadSnippet(fence.text))).toEqual([]);
  });

  it.each(inLanguage('yaml'))('are whole, or the page says that they are parts: $place', ({ fence }) => {
    const isWhole = loadConfiguration(fence.text, 'snippet.yaml').ok;
    expect(isWhole || /YAML on this page is a part of\s`selfheal\.yaml`/.test(fence.page.text)).toBe(true);
  });

  it.each(inLanguage('json'))('are valid JSON: $place', ({ fence }) => {
    expect(() => JSON.parse(fence.text)).not.toThrow();
  });

  const events = inLanguage('sh').flatMap(({ fence, place }) =>
    entriesOf(fence.text).map((given) => ({ given, place, fence })),
  );

  it.each(events)('send events that Selfheal acts on: $place, $given.Detail', ({ given, fence }) => {
    expect(objectionToEntry(given, configurationFor(fence))).toBeUndefined();
  });

  it('include yaml, json and events', () => {
    expect(inLanguage('yaml').length).toBeGreaterThan(2);
    expect(inLanguage('json').length).toBeGreaterThan(2);
    expect(events.length).toBeGreaterThan(4);
  });

  it('cause a finding where they are wrong', () => {
    expect(findingsOf(loadSnippet('watchdog: { intervalSecond: 10s }'))).toHaveLength(1);
    const signal = (detail: object) => ({
      Source: 'selfheal.operator',
      DetailType: 'Selfheal Signal',
      Detail: JSON.stringify(detail),
    });
    expect(objectionToEntry(signal({ component: 'web-a' }), sample)).toContain('metric missing');
    expect(objectionToEntry(signal({ component: 'web-z', metric: 'cpu' }), sample)).toContain('web-z');
    expect(objectionToEntry(signal({ component: 'web-a', metric: 'cpu', strategy: 'x' }), sample)).toBe(
      'strategy x',
    );
  });
});
