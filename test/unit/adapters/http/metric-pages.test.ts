import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetricPages } from '../../../../functions/adapters/http/metric-pages.ts';
import { createPeerAddresses } from '../../../../functions/adapters/http/peer-addresses.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}/metrics`;
}

const pages = (allowedAddresses = ['127.0.0.0/8']) =>
  createMetricPages(createPeerAddresses({ allowedAddresses }));

describe('a page of metrics', () => {
  it('arrives as text', async () => {
    const url = await serving((_request, response) => response.end('up 1\n'));
    expect(await pages().read(url, 5)).toBe('up 1\n');
  });

  it.each<readonly [string, RequestListener, RegExp]>([
    ['with another status', (_request, response) => response.writeHead(503).end('up 1\n'), /status 503/],
    [
      'that is elsewhere',
      (_request, response) => response.writeHead(302, { location: '/' }).end(),
      /status 302/,
    ],
    ['that is cut off', (_request, response) => void response.write('up', () => response.destroy()), /./],
    [
      'that is too large',
      (_request, response) => void response.end(Buffer.alloc(9 * 1_024 * 1_024, 'a')),
      /more than 8 MB/,
    ],
  ])('%s cannot be read, and the reason is named', async (_, answer, reason) => {
    const url = await serving(answer);
    const reading = pages().read(url, 30);
    await expect(reading).rejects.toMatchObject({
      name: 'PageUnreadable',
      message: expect.stringMatching(reason),
    });
  });

  it('that never ends cannot be read, and the reason is named', async () => {
    const url = await serving((_request, response) => void response.write('up 1\n'));
    await expect(pages().read(url, 1)).rejects.toMatchObject({
      name: 'PageUnreadable',
      message: expect.stringContaining('no answer within 1 s'),
    });
  });

  it('stays unread at an address that must not be contacted', async () => {
    let requests = 0;
    const url = await serving((_request, response) => {
      requests += 1;
      response.end();
    });
    await expect(pages([]).read(url, 1)).rejects.toMatchObject({
      name: 'PageUnreadable',
      message: expect.stringContaining('may not be contacted'),
    });
    expect(requests).toBe(0);
  });
});
