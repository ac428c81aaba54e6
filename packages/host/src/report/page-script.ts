/**
 * The report's script and style sheet, ready to be put into one HTML file.
 *
 * The script is TypeScript in `page/`, compiled by `tsc` to ES modules. A file that is opened from disk cannot import
 * modules, so they are linked here: each module becomes a function that returns its exports, in order of need. Only the
 * plain forms are understood (`import { a, b as c } from './x.js'`, `export function|const|class`); anything else throws.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BugError } from '@gridflock/core';

const importForm = /^import\s*\{([^}]*)\}\s*from\s*['"]\.\/([a-z0-9-]+)\.js['"];?[ \t]*$/gm;
const exportForm = /^export\s+(?=(?:async\s+)?(?:function\*?|const|class)\s+([A-Za-z_$][\w$]*))/gm;

/**
 * @param main - name of the first module, without ending
 * @param read - source of a module by name
 */
export function linkModules(main: string, read: (name: string) => string): string {
  const done = new Set<string>();
  const open = new Set<string>();
  const parts: string[] = [];
  const variableOf = (name: string): string => `$${name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`;
  const visit = (name: string): void => {
    if (done.has(name)) return;
    if (open.has(name)) {
      throw new BugError({
        message: `The modules of the report's page import each other in a circle through "${name}"`,
        code: 'REPORT_PAGE_LINK',
        where: 'packages/host/src/report/page',
      });
    }
    open.add(name);
    const exported: string[] = [];
    const body = read(name)
      .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
      .replace(/^export \{\};?[ \t]*$/gm, '')
      .replace(importForm, (_, names: string, from: string) => {
        visit(from);
        return `const {${names.replace(/\s+as\s+/g, ': ').trimEnd()} } = ${variableOf(from)};`;
      })
      .replace(exportForm, (_, exportedName: string) => {
        exported.push(exportedName);
        return '';
      });
    const left = /^(?:import|export)\b.*$/m.exec(body);
    if (left) {
      throw new BugError({
        message: `A module of the report's page uses a form that cannot be inlined: "${left[0]}"`,
        code: 'REPORT_PAGE_LINK',
        where: `packages/host/src/report/page/${name}.ts`,
        hint: 'Use named imports from "./…" and export functions, constants and classes only.',
      });
    }
    open.delete(name);
    done.add(name);
    const returned = exported.length > 0 ? `return { ${exported.join(', ')} };\n` : '';
    parts.push(`const ${variableOf(name)} = (() => {\n${body.trim()}\n${returned}})();`);
  };
  visit(main);
  return `'use strict';\n(() => {\n${parts.join('\n')}\n})();`;
}

/** Compiled code lies in dist, the style sheet in src; both are found from either place. */
function readPart(name: string): string {
  for (const folder of ['./page/', '../../dist/report/page/', '../../src/report/page/']) {
    const path = fileURLToPath(new URL(folder + name, import.meta.url));
    if (existsSync(path)) return readFileSync(path, 'utf8');
  }
  throw new BugError({
    message: `A part of the report's page is missing: ${name}`,
    code: 'REPORT_PAGE_MISSING',
    where: 'packages/host/dist/report/page',
    hint: 'Run `npm run build`.',
  });
}

const scripts = new Map<string, string>();
let style: string | undefined;

/**
 * Script and style sheet of a page.
 * @param main - its first module
 */
export function pageAssets(main: 'main' | 'scope' = 'main'): { readonly script: string; readonly style: string } {
  style ??= readPart('report.css');
  let script = scripts.get(main);
  if (script === undefined) {
    script = linkModules(main, (name) => readPart(`${name}.js`));
    scripts.set(main, script);
  }
  return { script, style };
}
