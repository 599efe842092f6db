import { sampleIn } from '../../core/analysis/prometheus-text.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { type MetricPages, PageUnreadable } from '../../ports/metric-pages.ts';
import { inParallel } from '../in-parallel.ts';

export interface ScrapeDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly pages: MetricPages;
}

/** As a monitor's function answers: docs/monitors.md. */
export interface Scraped {
  /** `null`: the endpoint has no value now. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly problems: Readonly<Record<string, string>>;
}

const PAGES_AT_A_TIME = 16;

/**
 * Reads what the endpoints of a component's monitors say now, each page once. Only the configuration says where they
 * are: a request names monitors, and no address.
 */
export async function scrape(
  { configuration, pages }: ScrapeDeps,
  { component, monitors }: { readonly component: string; readonly monitors: readonly string[] },
): Promise<Scraped> {
  const values: Record<string, number | null> = {};
  const problems: Record<string, string> = {};
  const declared = Object.hasOwn(configuration.components, component)
    ? configuration.components[component]?.monitors
    : undefined;
  const wanted = monitors.flatMap((name) => {
    const monitor = declared && Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (monitor?.endpoint === undefined) {
      problems[name] =
        `${component} has no monitor ${name} with an endpoint in this function’s configuration; deploy again`;
      return [];
    }
    const { endpoint: url, timeoutSeconds, labels, sample = name } = monitor;
    return [{ name, url, timeoutSeconds, selector: { sample, labels } }];
  });
  const byPage = Map.groupBy(wanted, ({ url }) => url);
  await inParallel([...byPage], PAGES_AT_A_TIME, async ([url, own]) => {
    try {
      const page = await pages.read(url, Math.max(...own.map(({ timeoutSeconds }) => timeoutSeconds)));
      for (const { name, selector } of own) {
        const found = sampleIn(page, selector);
        if (found === 'unknown') problems[name] = `${url} has no metric ${selector.sample}`;
        else values[name] = found === 'no-value' ? null : found;
      }
    } catch (error) {
      if (!(error instanceof PageUnreadable)) throw error;
      for (const { name } of own) problems[name] = `${url}: ${error.message}`;
    }
  });
  return { values, problems };
}
