import { describe, expect, it } from 'vitest';
import { templateOf } from '../../../../functions/core/investigation/line-template.ts';

describe('the template of a line', () => {
  it.each([
    [
      '2026-11-22T12:00:01.123Z FATAL: remaining connection slots are reserved for roles (pid 4711)',
      '<time> FATAL: remaining connection slots are reserved for roles (pid <n>)',
    ],
    [
      '2026-11-22T12:00:01Z\t3f2504e0-4f89-11d3-9a0c-0305e82c3301\tERROR\tTask timed out after 30.03 seconds',
      '<time> <uuid> ERROR Task timed out after <n> seconds',
    ],
    ['upstream answered HTTP 503 after 1200 ms', 'upstream answered HTTP 503 after <n> ms'],
    ['process ended with exit code 137', 'process ended with exit code 137'],
    ['ORA-01555: snapshot too old', 'ORA-01555: snapshot too old'],
    ['\u001b[31mError\u001b[0m: no route to host db-17', 'Error: no route to host db-<n>'],
    ['cannot load module payments.ledger', 'cannot load module payments.ledger'],
    ['GET /users/jane/orders/99 failed', 'GET /users/<id>/orders/<n> failed'],
    ['Cookie: sid=abc; theme=dark', 'Cookie: <masked>'],
    ['-----BEGIN RSA PRIVATE KEY----- MIIEow', '<key>'],
    ['token ghp_abcDEF123 was refused', 'token <token> was refused'],
    ["can't reach the queue's endpoint, it's gone", "can't reach the queue's endpoint, it's gone"],
    ['TokenExpiredError: jwt expired', 'TokenExpiredError: jwt expired'],
    ['the token expired, the secret is not valid', 'the token expired, the secret is not valid'],
    ['(user=jane doe,status=500)', '(user=<masked>,status=500)'],
    ['  no  route\t\tto host ', 'no route to host'],
    ['connect failed user=jane doe action=login', 'connect failed user=<masked> action=login'],
  ])('of %j keeps what is wrong, and masks the rest', (line, template) => {
    expect(templateOf(line)).toBe(template);
  });

  it.each([
    [{ level: 'error', message: 'no stock', user: 'jane', total: 12 }, 'no stock'],
    [
      { level: 50, msg: 'no stock for 17', err: { type: 'StockError', message: 'no stock for 17' } },
      'StockError: no stock for <n>',
    ],
    [
      { errorType: 'TypeError', errorMessage: 'x is undefined', stack: ['at a'] },
      'TypeError: x is undefined',
    ],
    [{ severity: 'ERROR', error: { message: 'broken pipe', name: 'EPIPE' } }, 'EPIPE: broken pipe'],
    [
      {
        level: 'ERROR',
        message: { errorType: 'AccessDenied', errorMessage: 'not authorized', stackTrace: [] },
      },
      'AccessDenied: not authorized',
    ],
    [
      { container_name: 'orders', log: 'FATAL: remaining connection slots are reserved', source: 'stderr' },
      'FATAL: remaining connection slots are reserved',
    ],
    [{ log: JSON.stringify({ level: 'error', msg: 'no stock for 17' }) }, 'no stock for <n>'],
    [
      { kubernetes: { pod: 'orders' }, payload: { text: 'disk is full: write failed' } },
      'disk is full: write failed',
    ],
    [{ level: 'error', 'exception.type': 'IOException', 'exception.message': 'reset' }, 'IOException: reset'],
  ])('of the JSON %j is its error and message alone', (fields, template) => {
    expect(templateOf(JSON.stringify(fields))).toBe(template);
    const prefix = '2026-11-22T12:00:01Z\t3f2504e0-4f89-11d3-9a0c-0305e82c3301\tERROR\t';
    expect(templateOf(`${prefix}${JSON.stringify(fields)}`)).toBe(template);
    expect(templateOf(`Invoke Error\t${JSON.stringify(fields)}`)).toBe(`Invoke Error; ${template}`);
  });

  it('is none where the line that a container’s collector wraps says so', () => {
    const log = JSON.stringify({ level: 'info', msg: 'no errors' });
    expect(templateOf(JSON.stringify({ container_name: 'orders', log }))).toBeUndefined();
  });

  it.each(['info', 'DEBUG', 'notice', 30])('is none where JSON says that its level is %s', (level) => {
    expect(templateOf(JSON.stringify({ level, message: 'no errors' }))).toBeUndefined();
  });

  it('of JSON without a message masks all of it', () => {
    expect(templateOf('{"user":"jane","code":17}')).not.toMatch(/jane|17/);
  });

  it('of a stack trace is what it is about', () => {
    expect(templateOf('java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:17)')).toBe(
      'java.lang.OutOfMemoryError: Java heap space',
    );
    expect(templateOf('Traceback (most recent call last):\n  File "a.py", line 3\nKeyError: stock\n')).toBe(
      'KeyError: stock',
    );
    expect(templateOf('Traceback (most recent call last):\n  File "a.py"\nKeyError: stock\n \n')).toBe(
      'KeyError: stock',
    );
    expect(templateOf(' \n\t\npool exhausted\n  at a')).toBe('pool exhausted');
  });

  it('of a long line in JSON is its error and message alone', () => {
    const stack = Array.from({ length: 60 }, (_, line) => `at com.example.Pool.take(Pool.java:${line})`);
    const fields = { level: 'error', stack: stack.join('\n'), message: 'pool exhausted, timeout' };
    expect(JSON.stringify(fields).length).toBeGreaterThan(2_000);
    expect(templateOf(JSON.stringify(fields))).toBe('pool exhausted, timeout');
    expect(templateOf(JSON.stringify({ ...fields, level: 'info' }))).toBeUndefined();
  });

  it('of a long traceback is its last line', () => {
    const frames = '  File "/app/pool.py", line 3, in take\n'.repeat(60);
    expect(templateOf(`Traceback (most recent call last):\n${frames}TimeoutError: no connection\n`)).toBe(
      'TimeoutError: no connection',
    );
  });

  it('leaves out a word that was cut, since it might no longer be recognised', () => {
    const line = `${'failed '.repeat(284)}jane.doe@exam`;
    expect(line.length).toBeGreaterThan(2_000);
    expect(templateOf(line)).not.toContain('jane');
    expect(templateOf(line)).toMatch(/^failed failed /);
    expect(templateOf('x'.repeat(3_000))).toBe('');
  });

  it('reads 2,000 characters, and of longer lines the words that end within', () => {
    const line = (idLength: number) => `failed ${'a1'.repeat(idLength / 2)} end`;
    expect(line(1_989 - 1)).toHaveLength(1_999);
    expect(templateOf(line(1_988))).toBe('failed <token> end');
    expect(templateOf(`${line(1_988)}s`)).toBe('failed <token> ends');
    expect(templateOf(`${line(1_988)}ed`)).toBe('failed <token>');
  });

  it.each(['', ' ', '\n\n'])('of the blank line %j is empty', (line) => {
    expect(templateOf(line)).toBe('');
  });

  it('is one line of 200 characters at most', () => {
    const template = templateOf(`failed:\t${'again and '.repeat(100)}`) ?? '';
    expect(template).toHaveLength(200);
    expect(template).not.toMatch(/[\n\t]/);
  });
});
