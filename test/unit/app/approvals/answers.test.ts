import { expect, it } from 'vitest';
import { htmlAnswer, textAnswer } from '../../../../functions/app/approvals/answers.ts';

it('a page is kept, embedded and indexed by nobody, loads nothing, and names its address to no other site', () => {
  expect(htmlAnswer(200, '<p>Approved</p>')).toEqual({
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
      'strict-transport-security': 'max-age=31536000',
    },
    body: '<p>Approved</p>',
  });
});

it('other answers are plain text', () => {
  expect(textAnswer(404, 'There is no such page.')).toEqual({
    statusCode: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'There is no such page.',
  });
});
