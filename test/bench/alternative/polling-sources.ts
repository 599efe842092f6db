import { fileURLToPath } from 'node:url';

/** The loop's functions, and what stands for each in its definition. */
export const POLLING_SOURCES = [
  {
    name: 'polling-send-command',
    entry: fileURLToPath(import.meta.resolve('./send-command.ts')),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is in the definition
    placeholder: '${SendCommandFunction}',
  },
  {
    name: 'polling-describe-command',
    entry: fileURLToPath(import.meta.resolve('./describe-command.ts')),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is in the definition
    placeholder: '${DescribeCommandFunction}',
  },
  {
    name: 'polling-look',
    entry: fileURLToPath(import.meta.resolve('./look.ts')),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is in the definition
    placeholder: '${LookFunction}',
  },
] as const;
