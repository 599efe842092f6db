import { describe, expect, it } from 'vitest';
import { templateOf } from '../../../../functions/core/investigation/line-template.ts';
import { newSignatures } from '../../../../functions/core/investigation/log-signatures.ts';

const json = JSON.stringify;
const error = (message: string) => json({ level: 'error', message });

/** What loggers write of the same: that an order was not saved, because the pool had no connection. */
const LOGGERS: Readonly<Record<string, unknown>> = {
  pino: {
    ...{ level: 50, time: 1_795_000_000_000, pid: 17, hostname: 'ip-10-0-0-1', msg: 'Could not save' },
    err: { type: 'PoolError', message: 'no connection', stack: 'PoolError: no connection\n    at take' },
  },
  'slog of Go, zap and logrus': { level: 'ERROR', msg: 'Could not save', error: 'PoolError: no connection' },
  'Powertools for TypeScript': {
    ...{ level: 'ERROR', message: 'Could not save', service: 'orders' },
    error: { name: 'PoolError', location: 'pool.js:3', message: 'no connection', stack: 'PoolError: no' },
  },
  'Powertools for Python': {
    ...{ level: 'ERROR', location: 'save:3', message: 'Could not save', exception_name: 'PoolError' },
    exception: 'Traceback (most recent call last):\n  File "a.py", line 3, in take\nPoolError: no connection',
  },
  'python-json-logger': {
    ...{ levelname: 'ERROR', message: 'Could not save' },
    exc_info: 'Traceback (most recent call last):\n  File "a.py", line 3, in take\nPoolError: no connection',
  },
  structlog: {
    ...{ event: 'Could not save', level: 'error' },
    exception: 'Traceback (most recent call last):\n  File "a.py", line 3, in take\nPoolError: no connection',
  },
  'a function of Python': {
    ...{ timestamp: '2026-11-22T12:00:00Z', level: 'ERROR', message: 'Could not save', logger: 'root' },
    ...{ stackTrace: ['  File "a.py", line 3'], errorType: 'PoolError', errorMessage: 'no connection' },
  },
  'JsonLayout of Log4j': {
    ...{ thread: 'main', level: 'ERROR', loggerName: 'shop.Orders', message: 'Could not save' },
    thrown: { commonElementCount: 0, message: 'no connection', name: 'PoolError', extendedStackTrace: [] },
  },
  'JsonTemplateLayout of Log4j': {
    ...{ source_host: 'a', message: 'Could not save', level: 'ERROR' },
    exception: { exception_class: 'PoolError', exception_message: 'no connection', stacktrace: 'PoolErr' },
  },
  'the schema of Elastic': {
    ...{ 'log.level': 'ERROR', message: 'Could not save', 'error.type': 'PoolError' },
    ...{ 'error.message': 'no connection', 'error.stack_trace': 'PoolError: no connection' },
  },
  'logstash-logback-encoder': {
    ...{ level: 'ERROR', level_value: 40_000, message: 'Could not save' },
    stack_trace: 'PoolError: no connection\n\tat shop.Pool.take(Pool.java:3)',
  },
  'JsonEncoder of Logback': {
    ...{ level: 'ERROR', message: 'Could not save' },
    throwable: { className: 'PoolError', message: 'no connection', stepArray: [] },
  },
  '.NET': { LogLevel: 'Error', Message: 'Could not save', Exception: 'PoolError: no connection\n   at Take' },
  Serilog: { '@mt': 'Could not save', '@l': 'Error', '@x': 'PoolError: no connection\n   at Shop.Take()' },
  'tracing of Rust': {
    level: 'ERROR',
    fields: { message: 'Could not save', error: 'PoolError: no connection' },
  },
};

describe('what a line in JSON says', () => {
  it.each(Object.entries(LOGGERS))('is the message and its error in lines of %s', (_logger, fields) => {
    expect(templateOf(json(fields))).toBe('Could not save; PoolError: no connection');
  });

  it.each(Object.entries(LOGGERS))('is read in a container’s lines of %s', (_logger, fields) => {
    const collected = { container_name: 'orders', log: json(fields), source: 'stderr' };
    expect(templateOf(json(collected))).toBe('Could not save; PoolError: no connection');
  });

  it.each([
    [{ message: 'Could not save: no stock', error: 'no stock' }, 'Could not save: no stock'],
    [{ message: 'no stock', error: 'StockError: no stock' }, 'StockError: no stock'],
    [{ message: 'no StockError: 5', errorType: 'StockError' }, 'no StockError: <n>'],
    [{ message: 'Could not save', errorType: 'StockError' }, 'StockError: Could not save'],
    [{ level: 'error', err: { code: 'ETIMEDOUT' } }, 'ETIMEDOUT'],
    [{ type: 'platform.report', record: { errorType: 'Runtime.ExitError' } }, 'Runtime.ExitError'],
    [{ severity_text: 'ERROR', body: 'Could not save' }, 'Could not save'],
    [{ resource: {}, body: { stringValue: 'Could not save' } }, 'Could not save'],
    [{ message: 'no such user', error: 'refused' }, 'no such user; refused'],
    [{ level: 'error', message: '', msg: 'no stock' }, 'no stock'],
    [{ level: 'error', msg: 'no stock', err: null }, 'no stock'],
  ])('of %j repeats nothing', (fields, template) => {
    expect(templateOf(json(fields))).toBe(template);
  });

  it('is read three levels deep: of a collector, in it of a logger, and in that of a context', () => {
    const logged = json({ level: 'error', msg: 'Could not save {"error":"timeout"}' });
    expect(templateOf(json({ container_name: 'orders', log: logged }))).toBe('Could not save; timeout');
  });

  it('is no more than the form of what is a fourth level deep', () => {
    const wrapped = [1, 2, 3].reduce((inner) => error(inner), error('no stock'));
    expect(templateOf(wrapped)).toBe('{"<text>":"<text>","<text>":"<text>"}');
    expect(templateOf(error(error(error('no stock'))))).toBe('no stock');
  });

  it('is read behind a space', () => {
    expect(templateOf(` ${error('no stock')}`)).toBe('no stock');
  });

  it('is none where the level is harmless, however its field is called', () => {
    expect(templateOf(json({ LogLevel: 'Information', Message: '0 errors' }))).toBeUndefined();
    expect(templateOf(json({ '@l': 'Debug', '@mt': '0 errors' }))).toBeUndefined();
    expect(templateOf(json({ log: { level: 'info' }, message: '0 errors' }))).toBeUndefined();
  });

  it('is another where the message is the same, and the error is not', () => {
    const before = { level: 50, msg: 'request errored', err: { type: 'Error', message: 'read ECONNRESET' } };
    const since = { ...before, err: { type: 'Error', message: 'out of memory' } };
    expect(
      newSignatures([{ text: json(before), atMs: 1 }], [{ text: json(since), atMs: 2 }]).map(
        ({ template }) => template,
      ),
    ).toEqual(['request errored; Error: out of memory']);
  });
});

describe('a text with JSON behind it', () => {
  it.each([
    [
      error('OutOfMemoryError: Java heap space {"event":"order.created"}'),
      'OutOfMemoryError: Java heap space {"<text>":"<text>"}',
    ],
    [
      error('Could not publish: access denied {"severity":"info","id":1}'),
      'Could not publish: access denied {"<text>":"<text>","<text>":<n>}',
    ],
    [
      error('Request failed: timeout calling payments {"body":"{}"}'),
      'Request failed: timeout calling payments {"<text>":"<text>"}',
    ],
    [
      'ERROR Unhandled exception in handler {"event":"checkout.started"}',
      'ERROR Unhandled exception in handler {"<text>":"<text>"}',
    ],
    [
      'Payment failed {"severity":"error","event":"order.created"}',
      'Payment failed {"<text>":"<text>","<text>":"<text>"}',
    ],
    ['Could not publish {"error":"timeout","topic":"a"}', 'Could not publish; timeout'],
    ['Could not publish {"outcome":"timeout"}', 'Could not publish; timeout'],
    ['Could not publish {"details":"it failed","message":"timeout"}', 'Could not publish; timeout'],
    ['Could not publish: {"message":"timeout"}', 'Could not publish: timeout'],
    ['checked user=jane {"message":"it failed"}', 'checked user=<masked>; it failed'],
    ['refused user={"error":"Jane Doe"}', 'refused user= <masked>'],
    ['Chat failed {"message":"I am Jane"}', 'Chat failed {"<text>":"<text>"}'],
    ['orders[17]: {"level":"error","message":"no stock"}', 'orders[<n>]: no stock'],
    ['Error: no stock\n    at save\n{"error":"timeout"}', 'Error: no stock; timeout'],
  ])('of %j is kept', (line, template) => {
    expect(templateOf(line)).toBe(template);
  });

  it.each([
    ['Validation failed {"event":"order.created"}', 'OutOfMemoryError: heap {"event":"order.created"}'],
    ['Could not load {"error":"timeout"}', 'Could not save {"error":"timeout"}'],
    ['Nothing failed {"severity":"info"}', 'access denied {"severity":"info"}'],
  ])('is of another kind than another with the same: %j and %j', (before, since) => {
    for (const line of [(text: string) => text, error])
      expect(newSignatures([{ text: line(before), atMs: 1 }], [{ text: line(since), atMs: 2 }])).toHaveLength(
        1,
      );
  });

  it.each([
    '2026-11-22T12:00:01Z stdout F {"level":"info","message":"0 errors"}',
    'Nov 22 12:00:01 orders[17]: {"level":"info","message":"0 errors"}',
    '2026-11-22T12:00:01Z\t3f2504e0-4f89-11d3-9a0c-0305e82c3301\tINFO\t{"level":30,"msg":"0 errors"}',
    json({ message: json({ level: 'info', message: '0 errors' }) }),
  ])('is harmless where nothing before it says otherwise: %s', (line) => {
    expect(templateOf(line)).toBeUndefined();
  });

  it('is read where only a time, an id and a level are before it', () => {
    const prefix = '[ERROR]\t2026-11-22T12:00:01.123Z\t3f2504e0-4f89-11d3-9a0c-0305e82c3301\t';
    expect(templateOf(`${prefix}{"event":"could not save"}`)).toBe('could not save');
  });

  it('counts as an error if what wraps it says so, whatever its own level is', () => {
    expect(templateOf('ERROR {"level":"info","message":"no stock"}')).toBe('no stock');
    const inner = json({ level: 'info', message: 'no stock' });
    expect(templateOf(json({ message: inner, errorType: 'StockError' }))).toBe('StockError');
  });
});

describe('of JSON without a message, what is kept', () => {
  it.each([
    ['{"user":"Fatale Jones","outcome":"request failed"}', 'request failed'],
    ['{"auth":{"apiKey":"refused-gorilla-horse"},"outcome":"failed"}', 'failed'],
    ['{"requestId":"a","password":"Timeout2024!","stack":"x failed"}', 'x failed'],
    ['{"customerName":"Killedare Ltd","n":1,"outcome":"failed"}', 'failed'],
    ['{"customer":{"text":"Killedare Ltd"},"details":["ok","it failed"]}', 'it failed'],
    ['{"company":"Killedare Ltd","statusText":"access denied"}', 'access denied'],
    ['{"requestBody":{"text":"I have failed"},"result":"timeout"}', 'timeout'],
    ['{"appClient":{"text":"Killedare"},"cause":"timeout"}', 'timeout'],
    ['{"query":{"text":"it failed"},"badRequest":{"text":"it failed"},"problem":"timeout"}', 'timeout'],
    ['{"x":{"deep":[[{"message_text":"disk is full: write failed"}]]}}', 'disk is full: write failed'],
    ['{"details":"{\\"level\\":\\"error\\",\\"msg\\":\\"no stock\\"}"}', 'no stock'],
    ['{"retries":null,"ok":false,"outcome":"request failed"}', 'request failed'],
    ['{"company":"Killedare Ltd","lastMSG":"it failed"}', 'it failed'],
  ])('of %s is what tells the error', (line, template) => {
    expect(templateOf(line)).toBe(template);
  });

  it.each([
    '{"company":"Killedare Ltd","level":"error"}',
    '{"password":{"error_reason":"Timeout2024"}}',
    '{"level":"error","path":"/chat","body":"I have failed"}',
    '{"errors":{"owner":["it failed for Jane"]}}',
  ])('of %s is its form alone', (line) => {
    expect(templateOf(line)).toMatch(/^\{(?:[[\]{}:,]|"<text>"|<masked>)*\}$/);
  });

  it.each([6_000, 100_000])(
    'of JSON that is nested %d levels deep is the form of its beginning',
    (levels) => {
      const deep = (text: string) => `{"a":${'['.repeat(levels)}"${text}"${']'.repeat(levels)}}`;
      expect(
        newSignatures(
          [],
          [deep('an error'), 'it failed'].map((text) => ({ text, atMs: 1 })),
        ),
      ).toHaveLength(2);
    },
  );
});
