const COLUMNS = 128;

/** A paragraph of Markdown in lines of at most 128 columns. Code stays on one line; a longer word has a line of its own. */
export function wrapped(paragraph: string): string {
  const words = paragraph.match(/(?:`[^`]*`|\S)+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= COLUMNS)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
