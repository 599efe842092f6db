import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateOf } from '../../../../functions/core/investigation/line-template.ts';
import { masked } from '../../../../functions/core/investigation/masked-text.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const from = (characters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
const joined = (separator: string, ...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.join(separator));

const word = from(LOWER, 3, 10);
const base64Url = (minLength: number, maxLength = minLength) =>
  from(`${LOWER}${LOWER.toUpperCase()}${DIGITS}-_`, minLength, maxLength);

/** A number that cards may have: its last digit is Luhn's. */
const card = from(DIGITS, 15).map((digits) => {
  const sum = [...digits].reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
});

/** What must not be kept of a line, with the parts of it that give it away. */
const SECRETS: Readonly<Record<string, fc.Arbitrary<readonly [text: string, ...parts: string[]]>>> = {
  'an e-mail address': fc
    .tuple(word, word, word, fc.constantFrom('com', 'co.uk', 'example'))
    .map(([first, last, host, end]) => [`${first}.${last}+x@${host}.${end}`, `${first}.`, `@${host}`]),
  'an IPv4 address': fc.ipV4().map((ip) => [ip, ip]),
  'an IPv4 address with a port': fc
    .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
    .map(([ip, port]) => [`${ip}:${port}`, ip]),
  'an IPv6 address': fc.ipV6().map((ip) => [ip, ip]),
  'a JSON web token': fc
    .tuple(base64Url(20, 60), base64Url(20, 200), base64Url(43))
    .map(([header, payload, signature]) => [
      `eyJ${header}.eyJ${payload}.${signature}`,
      header,
      payload,
      signature,
    ]),
  'the id of an access key of AWS': fc
    .tuple(fc.constantFrom('AKIA', 'ASIA'), from(`${LOWER.toUpperCase()}234567`, 16))
    .map(([prefix, id]) => [`${prefix}${id}`, id]),
  'a secret key of AWS': from(`${LOWER}${LOWER.toUpperCase()}${DIGITS}/+`, 40)
    .filter((key) => /\d/.test(key))
    .map((key) => [key, key.slice(0, 20), key.slice(20)]),
  'a bearer token': from(`${LOWER}${DIGITS}`, 8, 60).map((token) => [
    `Authorization: Bearer ${token}`,
    token,
  ]),
  'the number of a card': card.map((number) => [number, number.slice(0, 6), number.slice(-4)]),
  'the number of a card in groups': card.map((number) => {
    const groups = number.match(/.{4}/g) ?? [];
    return [groups.join(' '), groups.slice(0, 2).join(' '), groups.slice(2).join(' ')];
  }),
  'an IBAN': joined('', from(LOWER.toUpperCase(), 2), from(DIGITS, 20)).map((iban) => [iban, iban.slice(2)]),
  'a UUID': fc.uuid().map((id) => [id, id.slice(0, 18)]),
  'a telephone number': from(DIGITS, 9).map((digits) => [
    `+49 (${digits.slice(0, 3)}) ${digits.slice(3)}`,
    digits.slice(3),
  ]),
  'a password in a field': from(`${LOWER}${DIGITS}!$%`, 6, 30).map((value) => [`password=${value}`, value]),
  'a password in an address': fc
    .tuple(word, from(`${LOWER}${DIGITS}`, 8, 30))
    .map(([user, secret]) => [`postgres://${user}q:${secret}@db.internal/app`, `${user}q`, secret]),
  'a name in a field': fc
    .tuple(word, word)
    .map(([first, last]) => [`user="${first}q ${last}q"`, `${first}q`]),
  'a quoted value': fc
    .tuple(word, word)
    .map(([first, last]) => [`customer "${first}q ${last}q" has no address`, `${first}q`, `${last}q`]),
  'a name of two words in a field': fc
    .tuple(word, word)
    .map(([first, last]) => [`owner: ${first}q ${last}q`, `${first}q`, `${last}q`]),
  'a user of MySQL': fc
    .tuple(word, word)
    .map(([user, host]) => [`user '${user}q'@'${host}q'`, `${user}q`, `${host}q`]),
  'a password with a slash in an address': fc
    .tuple(word, word, word)
    .map(([user, one, other]) => [
      `amqp://${user}q:${one}q/${other}q@mq`,
      `${user}q`,
      `${one}q`,
      `${other}q`,
    ]),
  'a passphrase of several words': fc
    .tuple(word, word)
    .map(([one, other]) => [`passphrase=${one}q ${other}q`, `${one}q`, `${other}q`]),
  'a password in a sentence': word.map((value) => [`password is ${value}q`, `${value}q`]),
  'a token with the prefix of its kind': fc
    .tuple(fc.constantFrom('npm_', 'hvs.', 'AIza', 'dop_v1_', 'SG.', 'ghp_'), from(LOWER, 12, 40))
    .map(([prefix, token]) => [`${prefix}${token}`, token]),
  'the header of an authorization': word.map((token) => [`Authorization: Token ${token}q`, `${token}q`]),
  'the key of a row of PostgreSQL': fc
    .tuple(word, word)
    .map(([first, last]) => [`(name)=(${first}q ${last}q)`, `${first}q`, `${last}q`]),
  'the directory of a user of Windows': word.map((user) => [`C:\\Users\\${user}q\\file`, `${user}q`]),
  'a quotation after a single quote': fc
    .tuple(word, word)
    .map(([first, last]) => [`5" disk "${first}q ${last}q"`, `${first}q`, `${last}q`]),
  'a token in the address of a page': from(`${LOWER}${DIGITS}`, 6, 40).map((token) => [
    `/reset?code=${token}`,
    token,
  ]),
};

/** What may stand around it. */
const around = fc.constantFrom('', ' ', 'ERROR ', 'failed: ', '(', '[x] ', '\t', 'caused by ', 'für ', '→ ');

describe.each(Object.entries(SECRETS))('%s in a line', (_what, secret) => {
  it('is not in what is kept of the line', () => {
    fc.assert(
      fc.property(around, secret, around, (before, [text, ...parts], after) => {
        // What is around it may have a short secret in it by chance.
        const telling = parts.filter((part) => !`${before}${after}`.includes(part));
        const kept = masked(`${before}${text} ${after}`);
        for (const part of telling) expect(kept).not.toContain(part);
      }),
    );
  });

  it('leaves the line in the group of those with another', () => {
    fc.assert(
      fc.property(secret, secret, ([one], [other]) => {
        expect(templateOf(`connect failed for ${one} at once`)).toBe(
          templateOf(`connect failed for ${other} at once`),
        );
      }),
    );
  });
});

describe('what is masked', () => {
  it('stays as it is when it is masked again', () => {
    const line = fc.array(
      fc.oneof(word, fc.string(), ...Object.values(SECRETS).map((one) => one.map(([text]) => text))),
    );
    fc.assert(
      fc.property(line, (parts) => {
        const once = masked(parts.join(' '));
        expect(masked(once)).toBe(once);
      }),
    );
  });

  it('has no digit in it but those of codes of errors', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const codes =
          /(?:HTTP(?:\/\d(?:\.\d)?)?|status(?: code)?|exit(?: code| status)?|errno|signal)[ :=]{1,2}\d{1,3}\b|ORA-\d{5}/gi;
        expect(masked(text).replace(codes, '')).not.toMatch(/[0-9]/);
      }),
    );
  });
});

/** Names of fields whose values say who somebody is, or are secret. */
const PRIVATE_NAMES = [
  ...['user', 'userName', 'customer_name', 'apiKey', 'dbPassword', 'accountHolder', 'emailTo', 'clientUid'],
  ...['auth', 'ownerText', 'tokenError', 'recipient', 'homeAddress', 'sessionStatus'],
];

describe('a value that an error could have, in JSON that says nothing of errors otherwise', () => {
  it('is not kept from a field of a person’s or a secret, nor from what is in it', () => {
    const value = fc
      .tuple(fc.constantFrom('failed', 'Fatale', 'Killedare', 'refused', 'Timeouts'), word)
      .map(([first, last]) => `${first} ${last}q`);
    const nested = fc.constantFrom<((text: string) => unknown)[]>(
      (text) => text,
      (text) => [text],
      (text) => ({ message: text }),
      (text) => [{ details: { reason: text } }],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...PRIVATE_NAMES),
        value,
        nested,
        fc.boolean(),
        (name, text, inner, isLast) => {
          const outcome = { outcome: 'it has failed' };
          const fields = { [name]: inner(text) };
          const line = JSON.stringify(isLast ? { ...outcome, ...fields } : { ...fields, ...outcome });
          expect(templateOf(line)).toBe('it has failed');
          expect(templateOf(JSON.stringify(fields))).not.toContain(`${text.split(' ')[1]}`);
        },
      ),
    );
  });
});
