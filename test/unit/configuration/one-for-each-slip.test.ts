import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText, MEMORY_ALARM, ONE_HOST, verdictsOf } from './configuration-text.ts';
import { said } from './sound-text.ts';

const SAMPLE = readFileSync('selfheal.yaml', 'utf8').split('\n');
const KEY = /^( *)(?:- )?([A-Za-z-]+):/;
const indentOf = (line: string) => /^ */.exec(line)?.[0].length ?? 0;

/** Where each key of the sample stands, and where what it holds ends. */
const KEYS = SAMPLE.flatMap((line, index) => {
  if (!KEY.test(line)) return [];
  const isHeld = (each: string) => each.trim() === '' || indentOf(each) > indentOf(line);
  const next = SAMPLE.findIndex((each, at) => at > index && !isHeld(each));
  return [{ index, end: next === -1 ? SAMPLE.length : next }];
});

/** The sample with some of its lines changed, and what is wrong with it. */
function problemsAfter(change: (line: string) => string, { index, end }: (typeof KEYS)[number]) {
  const changed = SAMPLE.slice(index, end).map(change);
  const loaded = loadConfiguration(
    [...SAMPLE.slice(0, index), ...changed, ...SAMPLE.slice(end)].join('\n'),
    '',
  );
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return problems.map(({ line, path, message }) => `line ${index + 1}, at ${line}: ${path}: ${message}`);
}

describe('one slip in the sample causes one problem at most', () => {
  it.each([
    ['a block that is indented two spaces too far', (line: string) => `  ${line}`],
    ['a block that is indented two spaces too little', (line: string) => line.replace(/^ {2}/, '')],
  ])('wherever it is: %s', (_, change) => {
    for (const key of KEYS) expect(problemsAfter(change, key).slice(1)).toEqual([]);
  });

  it('wherever it is: a key with a letter too many', () => {
    const names = ['web', 'web-a', 'web-b'];
    for (const { index } of KEYS.filter(
      ({ index: at }) => !names.includes(KEY.exec(SAMPLE[at] ?? '')?.[2] ?? ''),
    ))
      expect(
        problemsAfter((line) => line.replace(KEY, (all) => `${all.slice(0, -1)}x:`), {
          index,
          end: index + 1,
        }).slice(1),
      ).toEqual([]);
  });
});

describe('a key that is missing', () => {
  it('is found in a mapping below its own', () => {
    expect(
      said('    trigger: { metrics: [memory] }\n', '    rollback: { trigger: { metrics: [memory] } }\n'),
    ).toEqual([
      '9: `trigger` is missing beside `rollback`, and has no meaning here → Move it up, beside `rollback:`.',
    ]);
  });

  it('is found among names of the user’s own', () => {
    expect(said('    targets: { instanceIds: [i-0123456789abcdef0] }\n', '').slice(1)).toEqual([]);
    const text = configurationText({
      components: `components: { web: { service: a.service, alarms: { memory: { metric: memory, threshold: 1 }, targets: { instanceIds: [i-0123456789abcdef0] } } } }`,
    });
    expect(verdictsOf(text)).toEqual([
      'error unknown-key components.web.alarms.targets: `targets` is missing beside `alarms`, and has no meaning here → Move it up, beside `alarms:`.',
    ]);
  });

  it('is found in the mapping around its own', () => {
    expect(
      said(
        'targets: { instanceIds: [i-0123456789abcdef0] }',
        'targets:\n    instanceIds: [i-0123456789abcdef0]',
      ),
    ).toEqual([
      expect.stringMatching(/^4: `instanceIds` is not a key here; .* → Move it under `targets:`\.$/),
    ]);
  });

  it('is the only unknown one beside it, if its value is of the kind', () => {
    expect(said('actions: [{ type: start_component }]', 'procedure: [{ type: start_component }]')).toEqual([
      expect.stringMatching(/^10: `procedure` is not a key here; .* → Did you mean `actions`\?$/),
    ]);
    // Any text would do as an id.
    expect(said('- id: restart', '- colour: red')).toHaveLength(2);
    expect(said('actions: [{ type: start_component }]', 'procedure: start_component')).toHaveLength(2);
    expect(said('actions: [{', 'colour: red\n    procedure: [{')).toHaveLength(3);
  });
});

describe('an entry that is indented too little', () => {
  it('is read as a name in the collection, with all that follows it', () => {
    const text = configurationText({
      components: `components:
  web:
    ${ONE_HOST}
  health:
      url: https://web.example.com/
      service: nginx.service
      ${MEMORY_ALARM}
`,
    });
    expect(verdictsOf(text)).toEqual([
      'error unknown-key components.health: `health` is indented as if it were the name of an entry of `components` → Indent it as far as the other keys of `web`.',
    ]);
  });

  it('is read as a key beside the empty collection', () => {
    expect(verdictsOf(configurationText({ groups: 'groups:\nweb: { maxInFlight: 1 }\n' }))).toEqual([
      expect.stringMatching(
        /^error unknown-key web: .* → Indent it, and what belongs with it, below `groups:`\.$/,
      ),
    ]);
  });

  it('is a name all the same if it has what every entry has', () => {
    const entries = [
      `web: { ${ONE_HOST}, service: a.service, ${MEMORY_ALARM} }`,
      `alarms: { ${ONE_HOST}, memroy: 1 }`,
    ];
    expect(verdictsOf(configurationText({ components: `components: { ${entries.join(', ')} }` }))).toEqual([
      expect.stringContaining('components.alarms.memroy: `memroy` is not a key here'),
    ]);
  });
});

it('a reference to a section that is misspelt, or to a name that is not allowed, is no problem of its own', () => {
  const text = configurationText().replace('    service:', '    group: shop\n    service:');
  expect(verdictsOf(`group: { shop: { maxInFlight: 1 } }\n${text}`)).toEqual([
    expect.stringContaining('Did you mean `groups`?'),
  ]);
  for (const groups of ['', 'shop', '[shop]'])
    expect(verdictsOf(`groups: ${groups}\n${text}`)).toEqual([
      expect.stringContaining('error wrong-type groups:'),
    ]);
  expect(verdictsOf(`groups: { shopp: { maxInFlight: 1 } }\n${text}`)).toEqual([
    expect.stringContaining('Did you mean `shopp`?'),
  ]);
  expect(verdictsOf(`groups: { Shop: { maxInFlight: 1 } }\n${text}`)).toEqual([
    expect.stringContaining('error invalid-name groups.Shop'),
  ]);
});
