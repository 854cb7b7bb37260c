/** HTML that was written by us, or escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | false | null | undefined | readonly Part[];

/** A template whose values are escaped unless they are HTML themselves; lists are joined, absent values are nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(literals.map((literal, place) => literal + written(values[place])).join(''));
}

function written(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escape(part);
  return part ? part.map(written).join('') : '';
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The little Markdown of our own descriptions: `code`, [links](#to), **strong**. */
export function inline(text: string): Html {
  return new Html(
    escape(text)
      .replace(/`([^`]+)`/g, '<code>$1</code>')
      .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
      .replace(/\[([^\]]+)\]\((#[\w-]+)\)/g, '<a href="$2">$1</a>'),
  );
}

/** Paragraphs, "## " headings and "- " lists. */
export function blocks(text: string): Html[] {
  return text.split(/\n{2,}/).map((block) => {
    if (block.startsWith('## ')) {
      return html`<h3>${inline(block.slice(3))}</h3>`;
    }
    return block.startsWith('- ')
      ? html`<ul>
          ${block
            .split(/\n?^- /m)
            .filter(Boolean)
            .map((item) => html`<li>${inline(item)}</li>`)}
        </ul>`
      : html`<p>${inline(block)}</p>`;
  });
}
