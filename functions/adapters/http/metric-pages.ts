import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type MetricPages, PageUnreadable } from '../../ports/metric-pages.ts';
import type { PeerAddresses } from './peer-addresses.ts';
import { lookupOf, problemOf } from './peer-attempt.ts';

/** The largest exporters, which nobody should watch one figure of, publish some megabytes. */
const LARGEST_PAGE_BYTES = 8 * 1_024 * 1_024;

/**
 * MetricPages over Node's own client: redirects are not followed, certificates are verified, and addresses that must not
 * be contacted are refused, whatever name leads there.
 */
export function createMetricPages(addresses: PeerAddresses): MetricPages {
  return {
    read: async (url, timeoutSeconds) => {
      const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
      const { hostname } = new URL(url);
      try {
        const address = await inTime(addresses.addressOf(hostname.replace(/^\[|\]$/g, '')), signal);
        return await textOf(url, {
          lookup: lookupOf(address),
          signal,
          agent: false,
          headers: { accept: 'text/plain; version=0.0.4', 'user-agent': 'selfheal' },
        });
      } catch (error) {
        if (error instanceof PageUnreadable) throw error;
        const problem = signal.aborted ? `no answer within ${timeoutSeconds} s` : problemOf(error);
        throw new PageUnreadable(problem, { cause: error });
      }
    },
  };
}

function textOf(url: string, options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        reject(new PageUnreadable(`status ${response.statusCode}`));
        request.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= LARGEST_PAGE_BYTES) return void chunks.push(chunk);
        reject(new PageUnreadable(`more than ${LARGEST_PAGE_BYTES / 1_024 / 1_024} MB`));
        request.destroy();
      });
      response.on('error', reject);
      response.on('aborted', () =>
        reject(new PageUnreadable('the connection was closed in the middle of the page')),
      );
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    request.end();
  });
}

/** The resolver has no abort of its own. */
function inTime<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('timed out')), { once: true });
    }),
  ]);
}
