// Finds what must not be logged, as it stands or written another way.
import type { Needle } from './people.ts';

/** A place in a log. The line is cut: it holds what it should not. */
export interface Hit {
  what: string;
  file: string;
  line: number;
  /** The words before the hit, to find the code that wrote it. */
  before: string;
}

/** Secrets that nobody can list beforehand, by the shape in which they travel. */
const SHAPES: readonly { what: string; pattern: RegExp }[] = [
  { what: 'an access token', pattern: /\bBearer\s+[\w.~+/-]{8,}/i },
  { what: 'an access token', pattern: /"?access_token"?\s*[:=]\s*"[^"]{8,}"/ },
  { what: 'a JSON web token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}/ },
];

/** Searches one log. */
export function search(file: string, text: string, needles: readonly Needle[]): Hit[] {
  const patterns = [...needles.map(({ what, text }) => ({ what, pattern: new RegExp(sourceOf(text), 'iu') })), ...SHAPES];
  // One pattern for all: a log has a hundred thousand lines, and a run some hundred shoppers.
  const any = new RegExp(needles.map(({ text }) => sourceOf(text)).join('|') || '(?!)', 'iu');
  const hits: Hit[] = [];
  text.split('\n').forEach((content, index) => {
    if (!any.test(content) && !SHAPES.some(({ pattern }) => pattern.test(content))) return;
    for (const { what, pattern } of patterns) {
      const found = pattern.exec(content);
      if (found) hits.push({ what, file, line: index + 1, before: content.slice(Math.max(0, found.index - 120), found.index) });
    }
  });
  return hits;
}

/** The needle as a pattern. */
function sourceOf(text: string): string {
  // A number with or without its groups: 512700101, 512 700 101, 512-700-101; not in the midst of a longer one.
  if (/^\d+$/.test(text)) return `(?<!\\d\\d\\d)${[...text].join('[ .\\-]?')}(?!\\d)`;
  // A word of its own, in any case; also as a URL or JSON writes it.
  const forms = new Set([text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]);
  const escaped = [...forms].map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return `(?<![\\p{L}\\d])(?:${escaped.join('|')})(?![\\p{L}\\d])`;
}
