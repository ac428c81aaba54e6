import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const key = 'gridflock-theme';

/** What the user chose before, where the browser lets us keep it. */
function chosen(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export function applyTheme(theme: Theme = chosen()): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // not kept: it holds for this visit
  }
}

/** As the system, light or dark. */
export function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState(chosen());
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  const press = (): void => {
    applyTheme(next);
    setTheme(next);
  };
  return h(
    'button',
    { type: 'button', class: 'button quiet', onClick: press, 'aria-label': `Colours: ${theme}. Change to ${next}` },
    signs[theme],
  );
}

const signs = { auto: '◐ auto', light: '○ light', dark: '● dark' } as const;
