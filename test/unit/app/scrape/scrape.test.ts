import { describe, expect, it } from 'vitest';
import { scrape } from '../../../../functions/app/scrape/scrape.ts';
import { PageUnreadable } from '../../../../functions/ports/metric-pages.ts';
import { configured } from '../../../factories/configuration.ts';

const URL = 'http://web.internal:9090/metrics';
const OTHER = 'http://db.internal:9187/metrics';
const PAGE = 'orders{kind="paid"} 3\norders{kind="open"} 4\nlag 0.5\nstale NaN\n';

const monitor = (more: Readonly<Record<string, unknown>> = {}) => ({ endpoint: URL, ...more });
const { components } = configured({
  components: {
    web: {
      monitors: {
        ...{ lag: monitor(), stale: monitor({ timeoutSeconds: '12s' }), gone: monitor() },
        paid: monitor({ sample: 'orders', labels: { kind: 'paid' }, timeoutSeconds: '3s' }),
        ...{ connections: monitor({ endpoint: OTHER }), asked: { function: 'ask-orders' } },
      },
    },
    db: {},
  },
});

function scraped(component: string, monitors: readonly string[], fault?: Error) {
  const read: (readonly [string, number])[] = [];
  const pages = {
    read: async (url: string, timeoutSeconds: number) => {
      read.push([url, timeoutSeconds]);
      if (fault && url === OTHER) throw fault;
      return PAGE;
    },
  };
  return { read, answer: scrape({ configuration: { components }, pages }, { component, monitors }) };
}

const unknown = (component: string, name: string) =>
  `${component} has no monitor ${name} with an endpoint in this function’s configuration; deploy again`;

describe('what the endpoints of monitors say', () => {
  it('is read once from each page, with the longest of the timeouts', async () => {
    const { read, answer } = scraped('web', ['lag', 'paid', 'stale', 'gone']);
    expect(await answer).toEqual({
      values: { lag: 0.5, paid: 3, stale: null },
      problems: { gone: `${URL} has no metric gone` },
    });
    expect(read).toEqual([[URL, 12]]);
  });

  it('is read from other pages, though one cannot be', async () => {
    const { read, answer } = scraped('web', ['connections', 'lag'], new PageUnreadable('HTTP 500'));
    expect(await answer).toEqual({ values: { lag: 0.5 }, problems: { connections: `${OTHER}: HTTP 500` } });
    expect(read.map(([url]) => url).sort()).toEqual([OTHER, URL]);
  });

  it('fails as a whole with an error that is not about the page', async () => {
    await expect(scraped('web', ['connections'], new TypeError('broken')).answer).rejects.toThrow(
      new TypeError('broken'),
    );
  });

  it.each([
    ['a monitor without an endpoint', 'web', 'asked'],
    ['a monitor that is not declared', 'web', 'constructor'],
    ['a component without monitors', 'db', 'lag'],
    ['a component that is not declared', 'constructor', 'name'],
  ])('is nothing of %s, and no page is read', async (_, component, name) => {
    const { read, answer } = scraped(component, [name]);
    expect(await answer).toEqual({ values: {}, problems: { [name]: unknown(component, name) } });
    expect(read).toEqual([]);
  });
});
