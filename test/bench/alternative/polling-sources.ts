import { fileURLToPath } from 'node:url';

const source = (file: string) => fileURLToPath(import.meta.resolve(file));

/** The loop's functions, and what stands for each in its definition. */
export const POLLING_SOURCES = [
  {
    name: 'polling-send-command',
    entry: source('./send-command.ts'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the definition
    placeholder: '${SendCommandFunction}',
  },
  {
    name: 'polling-describe-command',
    entry: source('./describe-command.ts'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the definition
    placeholder: '${DescribeCommandFunction}',
  },
  {
    name: 'polling-look',
    entry: source('./look.ts'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the definition
    placeholder: '${LookFunction}',
  },
] as const;
