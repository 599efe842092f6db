import { dirname, join } from 'node:path';
import { DETECTOR_NAMES } from '../../../functions/core/detection/detectors.ts';
import { type FalseAlarms, falseAlarms, generatedNoise, readPetShop } from './clean-series.ts';
import type { SeriesSettings } from './detect-file.ts';
import { measureFaults, type Noticed } from './generated-faults.ts';
import { readNab } from './nab-data.ts';
import { measureNab, type NabResults } from './nab-part.ts';
import { type Conformance, checkScorer } from './scorer-conformance.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

export interface DetectionResults {
  /** `undefined` where the data are not there. */
  readonly nab: NabResults | undefined;
  readonly scorer: Conformance | undefined;
  readonly petShop: FalseAlarms | undefined;
  readonly noise: Readonly<Record<string, FalseAlarms>>;
  readonly faults: readonly Noticed[];
  readonly throughput: readonly Throughput[];
}

export interface DetectionOptions {
  /** A directory laid out like NAB. PetShop's is looked for beside it. @default beside the repository */
  readonly data: string | undefined;
  readonly quick: boolean;
  /** Whether the results name each file's scores and alarm rows. */
  readonly rows: boolean;
}

/** Nothing of it is in the repository. */
const NAB_DIRECTORY = join(import.meta.dirname, '../../../../shared/bench/dev/nab');
/** The others count rows, whatever their length. */
const IN_MINUTES = ['seasonal', 'trend', 'missing'] as const;
const SEASONAL: SeriesSettings = { detector: 'seasonal' };

export function measureDetection(
  { data = NAB_DIRECTORY, quick, rows }: DetectionOptions,
  progress: (line: string) => void,
): DetectionResults {
  const corpus = readNab(data);
  progress(corpus ? `NAB: ${corpus.files.length} files` : `NAB skipped: no windows.json in ${data}`);
  const nab = corpus && measureNab(corpus, quick ? 3 : 40, rows);
  const petShopDirectory = join(dirname(data), 'petshop');
  const petShop = readPetShop(petShopDirectory);
  progress(petShop ? `PetShop: ${petShop.length} series` : `PetShop skipped: no ${petShopDirectory}`);
  const runs = quick ? 1 : 8;
  const seriesPerKind = quick ? 1 : 8;
  progress('generated noise');
  return {
    nab,
    scorer: corpus && checkScorer(data, corpus),
    petShop: petShop && falseAlarms(SEASONAL, petShop),
    noise: {
      '5 minutes': falseAlarms(SEASONAL, generatedNoise(300, seriesPerKind)),
      '1 minute': falseAlarms(SEASONAL, generatedNoise(60, seriesPerKind)),
    },
    faults: [...measureFaults(DETECTOR_NAMES, 300, runs), ...measureFaults(IN_MINUTES, 60, runs)],
    throughput: measureThroughput(quick ? 50_000 : 500_000),
  };
}
