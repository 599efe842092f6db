import { describe, expect, it } from 'vitest';
import { masked } from '../../../../functions/core/investigation/masked-text.ts';

describe('what is masked of a line', () => {
  it.each([
    [
      "Access denied for user 'alice.smith'@'localhost' (using password: YES)",
      "Access denied for user '<text>'@'<text>' (using password: <masked>)",
    ],
    ["user 'Pat O'Brien' has no account", "user '<text>' has no account"],
    [
      'customer name: John Smith, address: 12 Main Street, Springfield',
      'customer name: <masked>, address: <masked>',
    ],
    ['login failed, User ID=jane.doe; retry', 'login failed, User ID=<masked>; retry'],
    ['Server=db;User Id=jane;Password=hunter two', 'Server=db;User Id=<masked>;Password=<masked>'],
    ['Account holder: Jane Doe', 'Account holder: <masked>'],
    [
      'Failed password for invalid user jane from host',
      'Failed password for invalid user <masked> from host',
    ],
    ['Failed password for jane from host', 'Failed password for <masked> from host'],
    ['CustomerNotFoundException: Jane Doe', 'CustomerNotFoundException: <masked>'],
    ['TokenExpiredException: jwt expired', 'TokenExpiredException: jwt expired'],
    ['dbPass=hunter smtpAuth=gorilla', 'dbPass=<masked> smtpAuth=<masked>'],
    ['signingKey: gorilla; loginUid=jdoe', 'signingKey: <masked>; loginUid=<masked>'],
    ['valkey: connection refused', 'valkey: connection refused'],
    ['squid: FATAL: out of memory', 'squid: FATAL: out of memory'],
    ['oauth2: server response incomplete', 'oauth<n>: server response incomplete'],
    ['oauth=gorilla', 'oauth=<masked>'],
    ['valkey: password=hunter2', 'valkey: password=<masked>'],
    ['pw=hunter, otp: abcdef', 'pw=<masked>, otp: <masked>'],
    ['owner: Jane, recipient: Max Mustermann', 'owner: <masked>, recipient: <masked>'],
    ['cn=Jane Doe,ou=people', 'cn=<masked>,ou=people'],
    ['uid=jdoe', 'uid=<masked>'],
    ['password: correct horse battery staple refused', 'password: <masked>'],
    ['smtp auth failed pass=hunter!', 'smtp auth failed pass=<masked>'],
    ['DB_PASS=s3cr!t,x)y', 'DB_PASS=<masked>'],
    ['auth=abcdefgh; key=abcdefgh; pin=hunter', 'auth=<masked>; key=<masked>; pin=<masked>'],
    ['Authorization: Token abcdefgh', 'Authorization: <masked>'],
    ['amqp://guest:sw/ordfish@mq', 'amqp://<masked>@mq'],
    ['postgres://app:p/ss@w@db/orders', 'postgres://<masked>@db/orders'],
    ['x-api-key abcdefghijkl rejected', 'x-api-key <masked> rejected'],
    ['the secret abcdefghij', 'the secret <masked>'],
    ['passphrase is swordfish', 'passphrase is <masked>'],
    [`npm_${'abcdefghi'.repeat(4)} refused`, '<token> refused'],
    ['hvs.abcdefghijk', '<token>'],
    ['AIzaSyA-abcdefg', '<token>'],
    ['dop_v1_abcdef', '<token>'],
    ['SG.abcdef.ghijkl', '<token>'],
    ['Key (name)=(Jane Doe) already exists.', 'Key (name)=(<masked>) already exists.'],
    ['Failing row contains (17, Jane, Doe, null, Main Street).', 'Failing row contains (<masked>)'],
    ['The duplicate key value is (Jane Doe).', 'The duplicate key value is (<masked>)'],
    ['C:\\Users\\john\\file', 'C:\\Users\\<id>\\file'],
    ['C:\\Users\\John Doe\\file', 'C:\\Users\\<id>\\file'],
    ['GET /orders/Jane-Doe', 'GET /orders/<id>'],
    ['no column `Jane Doe`', 'no column `<text>`'],
    ['no column “Jane Doe”', 'no column “<text>”'],
    ['unknown: „Jane Doe“', 'unknown: „<text>”'],
    ['inconnu : «Jane Doe»', 'inconnu : «<text>»'],
    ['john.doe%40example.com bounced', '<id> bounced'],
    ['5" disk "Jane Doe said"', '<n>"<text>"'],
    ['{"msg":"user \\"Jane Doe\\" failed"', '{"<text>":"<text>"'],
  ])('of %j is what tells a person or is secret', (line, kept) => {
    expect(masked(line)).toBe(kept);
    expect(masked(kept)).toBe(kept);
  });
});

/** What patterns begin with, or go on over: repeated, it is what slow ones are slow on. */
const REPEATED = [
  ...[
    'a',
    'a ',
    ' ',
    'name:',
    'name: a ',
    'name: \n',
    'password= ,',
    'password=a,',
    'key',
    'user.',
    'userError:',
  ],
  ...[
    '"',
    '\\"',
    '"a',
    "'",
    "''",
    "a'a",
    '`',
    '“',
    '«',
    '%',
    '%40',
    'a%',
    '/',
    '/Aa',
    '/Aa-Aa',
    ')=(',
    'a://',
  ],
  ...[
    'a@',
    '@',
    '\\Users\\a ',
    'secret ',
    'token is ',
    'a=',
    'a:',
    'f:',
    'ff:',
    '1.',
    'AB12 CD34 ',
    '1a',
    'eyJ.',
  ],
];

/** The least of some, in which nothing else was done: short enough for one slice of a busy processor. */
function millisecondsFor(text: string): number {
  const times = Array.from({ length: 12 }, () => {
    const before = performance.now();
    masked(text);
    return performance.now() - before;
  });
  return Math.min(...times);
}

describe('masking', () => {
  it.each(REPEATED)('takes no longer than in proportion to the length of a line of %j', (part) => {
    for (const end of ['', '=', ' x:"']) {
      const lineOf = (length: number) => `${part.repeat(length / part.length)}${end}`;
      // Four times as much as in proportion, half of the square.
      expect(millisecondsFor(lineOf(2_400)) / (millisecondsFor(lineOf(300)) + 0.05)).toBeLessThan(32);
    }
  });
});
