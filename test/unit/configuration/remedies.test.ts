import { describe, expect, it } from 'vitest';
import { DURATION } from '../../../functions/core/configuration/duration.ts';
import { instanceId } from '../../../functions/core/configuration/names.ts';
import { correction, NO_VARIABLES } from '../../../functions/core/configuration/remedies.ts';

const fits = () => undefined;
const LIST = 'a list';
const BOOLEAN = 'true or false';
const MAPPING = 'a mapping (`key: value` lines)';
const INSTANCE_ID = instanceId.safeParse('').error?.issues[0]?.message ?? '';
const LISTED =
  'is not an id: write the one that `aws ssm describe-instance-information` lists, or use `targets: { tags: { key: value } }`.';

describe('what to write instead', () => {
  it.each([
    ['nothing', null, 'text', 'Give it a value, or remove the key.'],
    ['a variable', '$(NAME)', 'text', NO_VARIABLES],
    [
      'an alarm by its ARN',
      'arn:aws:cloudwatch:eu-west-1:1:alarm:a:b',
      'text',
      'Write `a:b`; it must be an alarm in the account and Region that you deploy to.',
    ],
    ['a list of one', ['a'], 'text', 'Write one value, without a list: `a`.'],
    ['a list of one list', [['a']], 'text', 'Write one value, without a list.'],
    ['a list of two', ['a', 'b'], 'text', 'Write one value, without a list.'],
    ['a number', 5, 'text', 'Put it in quotes: `"5"`.'],
    ['a mapping', { a: 1 }, 'text', undefined],
    ['a value of its own kind', 'x', 'one of a, b', undefined],
  ])('is clear for a text: %s', (_, value, expected, remedy) => {
    expect(correction(value, expected, fits)).toBe(remedy);
  });

  it.each([
    ['an alarm of another service', 'arn:aws:sns:eu-west-1:1:alarm'],
    ['a text with the ARN of an alarm in it', 'the arn:aws:cloudwatch:eu-west-1:1:alarm:a'],
  ])('is not the name of an alarm for %s', (_, value) => {
    expect(correction(value, 'one of a, b', fits)).toBeUndefined();
  });

  it('is no text in quotes that would not fit, either', () => {
    expect(correction(5, 'text', () => 'an e-mail address')).toBeUndefined();
  });

  it.each<readonly [unknown, string]>([
    ['true', 'Remove the quotes: write `true`.'],
    ['False', 'Remove the quotes: write `false`.'],
    ...['yes', 'On', 1].map((value) => [value, 'Write `true`; YAML 1.2 has no yes, no, on or off.'] as const),
    ...['No', 'off', 0].map(
      (value) => [value, 'Write `false`; YAML 1.2 has no yes, no, on or off.'] as const,
    ),
    ['maybe', 'Write true or false; YAML 1.2 has no yes, no, on or off.'],
  ])('is true or false for %j', (value, remedy) => {
    expect(correction(value, BOOLEAN, fits)).toBe(remedy);
  });

  it.each([
    [1.6, 'Write a whole number, such as `2`.'],
    [Number.POSITIVE_INFINITY, 'Write a finite number.'],
    [true, undefined],
    ['', undefined],
    [' 7 ', 'Remove the quotes: write `7`.'],
    ['90%', 'Write `90`, without `%`.'],
    ['-1.5 GiB', 'Write `-1.5`, without `GiB`.'],
    ['about 90%', undefined],
    ['x+5 s', undefined],
    ['1,5', 'Write `1.5`.'],
    ['1,25', 'Write `1.25`.'],
    ['-3;', 'Write `-3`.'],
    ['3 // at least', 'Write `3`.'],
    ['a3,b', undefined],
    ['1,000,000', 'Write `1000000`.'],
    ['1_000', 'Write `1000`.'],
    ['many', undefined],
    ['1,000 and 2,000', undefined],
  ])('is a number for %j: %s', (value, remedy) => {
    expect(correction(value, 'a number', fits)).toBe(remedy);
  });

  it.each([
    ['port=80', 'Write `port: 80`, with a colon.'],
    ['port = 80', 'Write `port: 80`, with a colon.'],
    ['port 80', 'Write `port: 80`, with a colon.'],
    ['80 port', 'Write it as lines of `key: value`, indented below its own key.'],
    ['the port is 80', 'Write it as lines of `key: value`, indented below its own key.'],
    ['-port=80', 'Write it as lines of `key: value`, indented below its own key.'],
    ['po-rt=80', 'Write it as lines of `key: value`, indented below its own key.'],
    [['port=80', 'a'], 'Write it as lines of `key: value`, without `- `.'],
  ])('is a mapping for %j', (value, remedy) => {
    expect(correction(value, MAPPING, fits)).toBe(remedy);
  });

  it.each([
    ['a', '[a]'],
    ['a, b', '[a, b]'],
    ['a  b', '[a, b]'],
    ['[a, b]', '[a, b]'],
    ['-a', '[a]'],
    ['a[0]x, b', '[a[0]x, b]'],
    ['- a', '[-, a]'],
    [5, '[5]'],
  ])('is a list for %j: %s', (value, list) => {
    expect(correction(value, LIST, fits)).toBe(`Write it as a list: \`${list}\`.`);
  });

  it('is a list of lines for a mapping', () => {
    expect(correction({ a: 1 }, LIST, fits)).toBe(
      'Write it as a list: each entry on a line of its own, after `- `.',
    );
  });

  it.each([
    ['soon', 'Write it like `30s`, `5m`, `2h`, `1d` or `1h30m`.'],
    ['300', 'Remove the quotes: write `300`.'],
    ['1.5m', 'Write `90s`.'],
    ['5 300', 'Write `305s`.'],
    [1.5, 'Write `2s`.'],
  ])('is a duration for %j', (value, remedy) => {
    expect(correction(value, DURATION, fits)).toBe(remedy);
  });

  it('is no duration outside the limits', () => {
    const remedy = correction('2w', DURATION, () => 'a duration from 1m to 1d');
    expect(remedy).toBe('That is `14d` here; expected a duration from 1m to 1d.');
  });

  it.each([
    [5, undefined],
    ['the I-0123456789ABCDEF0', 'Write `i-0123456789abcdef0`.'],
    ['i-0123456789', 'Copy it again: `i-` is followed by 8 or 17 hexadecimal digits, `mi-` by 17.'],
    [
      'web-*',
      'Write each id in full; to choose nodes by what they have in common, use `targets: { tags: { key: value } }`.',
    ],
    ['10.0.0.7', `An address ${LISTED}`],
    ['fd00::1', `An address ${LISTED}`],
    ['fe80::1%eth0', `An address ${LISTED}`],
    ['web-1', `A name ${LISTED}`],
    ['cafe', `A name ${LISTED}`],
    ['rack:7', `A name ${LISTED}`],
    ['web::1', `A name ${LISTED}`],
    ['fe80::1 web', `A name ${LISTED}`],
  ])('is the id of an instance for %j', (value, remedy) => {
    expect(correction(value, INSTANCE_ID, fits)).toBe(remedy);
  });
});

describe('what a word processor has put in', () => {
  const plainly = (text: string) => `Write \`${text}\`, with plain quotes (or none) and plain spaces.`;

  it.each([
    ['“web”', 'web'],
    ['a\u00a0b', 'a b'],
    ['we\u200bb', 'web'],
  ])('is taken out: %j', (value, text) => {
    expect(correction(value, 'text', fits)).toBe(plainly(text));
  });

  it('stays in the middle of a text', () => {
    expect(correction('the “web” tier', 'one of a, b', fits)).toBeUndefined();
  });

  it('is not all that is wrong if the rest does not fit, either', () => {
    const fault = (value: unknown) => (value === '“90%”' || value === '90%' ? 'a number' : undefined);
    expect(correction('“90%”', 'a number', fault)).toBe('Write `90`, without `%`.');
    expect(correction('“many”', 'a number', () => 'a number')).toBe(plainly('many'));
  });
});
