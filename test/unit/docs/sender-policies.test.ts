import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sourcesOf, type TakenEvent } from '../../../functions/core/signal/event-source.ts';
import { configured } from '../../factories/configuration.ts';
import { fencesOf, readPages } from './pages.ts';

const policy = z.object({
  Effect: z.literal('Allow'),
  Action: z.literal('events:PutEvents'),
  Condition: z.strictObject({
    'ForAllValues:StringEquals': z.strictObject({
      'events:source': z.array(z.string()).min(1),
      'events:detail-type': z.array(z.string()).min(1),
    }),
    // Without it, `ForAllValues` is true of a request that has no such key.
    Null: z.strictObject({ 'events:source': z.literal('false'), 'events:detail-type': z.literal('false') }),
  }),
});

const policies = readPages()
  .flatMap(fencesOf)
  .filter(
    ({ language, text }) =>
      language === 'json' && /^\{\s+"Effect": "Allow",\s+"Action": "events:PutEvents"/.test(text),
  )
  .map(({ page, line, text }) => ({ place: `${page.path}:${line}`, page, text }));

describe('the policy for those who send signals', () => {
  it('is the same in the README and on the page about signals', () => {
    const on = (path: string) => policies.filter(({ page }) => page.path === path).map(({ text }) => text);
    expect(on('README.md')).toHaveLength(1);
    expect(on('docs/signals.md')).toContain(on('README.md')[0]);
  });

  it.each(policies)(
    'grants what is taken from that source by default, and nothing else: $place',
    ({ text }) => {
      const { Condition } = policy.parse(JSON.parse(text));
      const { 'events:source': sources, 'events:detail-type': kinds } =
        Condition['ForAllValues:StringEquals'];
      for (const kind of kinds)
        expect(sourcesOf(kind as TakenEvent, configured({}))).toEqual(expect.arrayContaining(sources));
    },
  );
});
