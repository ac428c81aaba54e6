/** HTML as values: what is interpolated is escaped unless it is HTML already. */
export interface Html {
  readonly html: string;
}

type Content = Html | string | number | undefined | false | readonly Content[];

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

function written(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  if ('html' in content) return content.html;
  return content.map(written).join('');
}

export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let text = strings[0] ?? '';
  contents.forEach((content, k) => {
    text += written(content) + (strings[k + 1] ?? '');
  });
  return { html: text };
}

/** Text that is known to be safe where it is put. */
export const raw = (text: string): Html => ({ html: text });

/** JSON for a script element: no `<` remains, so neither `</script>` nor `<!--` can end or change it. */
export function embeddedJson(value: unknown): Html {
  const text = JSON.stringify(value);
  return raw(text.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'));
}
