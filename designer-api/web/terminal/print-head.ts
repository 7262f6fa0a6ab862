import { useEffect } from 'preact/hooks';

import { t } from '../core/i18n';

/** Written at the top of every printed page, with the number of the page below, by browsers that know margin boxes. */
export function usePrintHead(head: { left: string; right: string } | undefined): void {
  const left = head?.left;
  const right = head?.right;
  const page = t('record.page', { n: '\0', of: '\0' }).split('\0');
  const pages = page.join('|');
  useEffect(() => {
    if (left === undefined || right === undefined) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(printHeadCss(left, right, page));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    };
  }, [left, right, pages]);
}

/** `page`: what stands before, between and behind the number of the page and the number of pages. */
export function printHeadCss(left: string, right: string, page: string[]): string {
  const [before = '', between = '', behind = ''] = page.map(cssText);
  const font = 'font: 8pt system-ui, sans-serif; color: #000';
  return `@page {
  size: A4;
  margin: 18mm 15mm 16mm;
  @top-left { content: ${cssText(left)}; ${font}; }
  @top-right { content: ${cssText(right)}; ${font}; }
  @bottom-right { content: ${before} counter(page) ${between} counter(pages) ${behind}; ${font}; }
}`;
}

/** A text as CSS writes it. Titles are people's words: quotes, backslashes and line ends must not end it. */
function cssText(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}]/gu, (mark) => `\\${mark.charCodeAt(0).toString(16)} `);
  return `"${escaped}"`;
}
